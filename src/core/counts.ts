import type { EpochMs } from './units.ts';

/** The two sides of a comparison. */
export type Cohort = 'canary' | 'stable';
export const COHORTS: readonly Cohort[] = ['canary', 'stable'];

/** What a query counts; two of the three make an SLI. */
export type Role = 'good' | 'bad' | 'total';
export const ROLES: readonly Role[] = ['good', 'bad', 'total'];

/** Event counts of one cohort in one bucket; both are finite and not negative. */
export interface Events {
  readonly good: number;
  readonly bad: number;
}

/** A cohort that was measured and had no events. It is not the same as a cohort without data. */
export const NO_EVENTS: Events = { good: 0, bad: 0 };

export function total(events: Events): number {
  return events.good + events.bad;
}

export function add(a: Events, b: Events): Events {
  return { good: a.good + b.good, bad: a.bad + b.bad };
}

/** Both cohorts in one bucket; null is "no data", never zero. */
export interface Pair {
  readonly canary: Events | null;
  readonly stable: Events | null;
}

/** One cell of the grid: the whole, and the groups where a breakdown exists. */
export interface Bucket extends Pair {
  /** Start of the bucket, a multiple of the bucket width. */
  readonly time: EpochMs;
  /** Counts by group (one value of the breakdown label). Absent where there is no breakdown. */
  readonly groups?: ReadonlyMap<string, Pair>;
  /** The canary's counts by pod, where the source tells pods apart; they sum to `canary`. */
  readonly pods?: ReadonlyMap<string, Events>;
  /** Set where the answer contradicts itself here (bad > total); such a bucket carries no counts. */
  readonly flaw?: string;
}

/** A bucket of which nothing is known. */
export function holeAt(time: EpochMs): Bucket {
  return { time, canary: null, stable: null };
}
