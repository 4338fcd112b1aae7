import type { Bucket, Events, Pair } from '../../src/core/counts.ts';
import { add, NO_EVENTS } from '../../src/core/counts.ts';
import type { Observation } from '../../src/core/observation.ts';
import { DEFAULT_POLICY, type PolicyOverrides } from '../../src/core/policy.ts';
import { MINUTE, type EpochMs } from '../../src/core/units.ts';
import type { Question } from '../../src/core/verdict.ts';

/** 2026-01-05 10:00 UTC, on every grid that divides an hour. */
export const START: EpochMs = Date.UTC(2026, 0, 5, 10);

/** `bad` of `all` events; null is no data. */
export type Shorthand = readonly [bad: number, all: number] | null;

/** One bucket in shorthand. With groups the whole is their sum. */
export type Row =
  | { readonly canary: Shorthand; readonly stable: Shorthand }
  | { readonly groups: Readonly<Record<string, readonly [canary: Shorthand, stable: Shorthand]>> }
  | { readonly flaw: string };

export const HOLE: Row = { canary: null, stable: null };
export const IDLE: Row = { canary: [0, 0], stable: [0, 0] };
/** A healthy minute at a tenth of the traffic. */
export const HEALTHY: Row = { canary: [0, 100], stable: [1, 900] };

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** The same row again and again. */
export function rows(count: number, row: Row): Row[] {
  return times(count, () => row);
}

function events(short: Shorthand): Events | null {
  return short === null ? null : { good: short[1] - short[0], bad: short[0] };
}

/** Rows on the minute grid from `START`. */
export function buckets(given: readonly Row[], bucketMs = MINUTE): Bucket[] {
  return given.map((row, index) => toBucket(row, START + index * bucketMs));
}

function toBucket(row: Row, time: EpochMs): Bucket {
  if ('flaw' in row) return { time, canary: null, stable: null, flaw: row.flaw };
  if (!('groups' in row)) return { time, canary: events(row.canary), stable: events(row.stable) };
  const groups = new Map<string, Pair>(
    Object.entries(row.groups).map(([name, [canary, stable]]) => [
      name,
      { canary: events(canary), stable: events(stable) },
    ]),
  );
  const whole = (cohort: 'canary' | 'stable'): Events | null => {
    const present = [...groups.values()].flatMap((pair) => pair[cohort] ?? []);
    return present.length === 0 ? null : present.reduce((sum, each) => add(sum, each), NO_EVENTS);
  };
  return { time, canary: whole('canary'), stable: whole('stable'), groups };
}

/** Settled counts, asked for at once. */
export function observe(given: readonly Bucket[], over: Partial<Observation> = {}): Observation {
  const bucketMs = over.window?.bucketMs ?? MINUTE;
  const start = given[0]?.time ?? START;
  return {
    window: { start, end: start + given.length * bucketMs, bucketMs },
    buckets: given,
    dataAge: 0,
    lag: 0,
    canarySeen: true,
    silentExpected: 0,
    earlierEnded: null,
    ahead: false,
    notes: [],
    ...over,
  };
}

/** A watch over an SLO of 99.5% with the default policy. */
export function ask(over: Partial<Omit<Question, 'policy'>> = {}, policy: PolicyOverrides = {}): Question {
  return {
    target: 0.995,
    mode: 'watch',
    minWindow: 0,
    weight: null,
    grouped: false,
    ...over,
    policy: { ...DEFAULT_POLICY, ...policy },
  };
}

export function timestamp(time: EpochMs): string {
  return new Date(time).toISOString();
}
