import { add, NO_EVENTS, type Bucket, type Cohort, type Events, type Pair, type Role } from './counts.ts';
import type { Series } from './provider.ts';
import type { EpochMs } from './units.ts';
import { bucketTimes, type Window } from './window.ts';

/** More groups than this are pooled: a label with an id in it must not eat the memory. */
export const MAX_GROUPS = 500;
export const OTHER_GROUP = 'other';
/** Rounding of fractional counts; a real contradiction is at least one event. */
const ROUNDING = 1e-6;

export interface AssembleOptions {
  readonly grouped: boolean;
  /** Groups left out, as whole names or as the path behind a method ("GET /healthz"). */
  readonly exclude: readonly string[];
  /** Which of the two the SLI counts beside its total; it decides what it means where neither is there. */
  readonly counted: 'good' | 'bad';
}

export interface Assembled {
  readonly buckets: Bucket[];
  readonly notes: readonly string[];
}

type Roles = Partial<Record<Role, number>>;
/** time -> group -> cohort -> role -> events */
type Cells = Map<EpochMs, Map<string, Partial<Record<Cohort, Roles>>>>;

const WHOLE = '';

/** Joins series of any role, cohort and group, from any number of providers, to buckets on the window's grid. */
export function assemble(window: Window, series: readonly Series[], options: AssembleOptions): Assembled {
  // Sorted, so that no sum depends on the order in which a provider happened to answer.
  const left = series.filter((each) => !isExcluded(each.group, options.exclude)).toSorted(inGroupOrder);
  const pooled = options.grouped ? groupsToPool(window, left) : new Set<string>();
  const cells = collect(window, left, (group) =>
    !options.grouped ? WHOLE : pooled.has(group) ? OTHER_GROUP : group,
  );
  const notes: string[] = [];
  if (pooled.size > 0)
    notes.push(
      `${String(pooled.size)} groups beyond the first ${String(MAX_GROUPS)} are judged together as "${OTHER_GROUP}"`,
    );
  const excluded = new Set(
    series.flatMap((each) => (isExcluded(each.group, options.exclude) ? [each.group ?? ''] : [])),
  );
  if (excluded.size > 0) notes.push(`left out as probes: ${[...excluded].toSorted().slice(0, 5).join(', ')}`);
  return {
    buckets: bucketTimes(window).map((time) => joinBucket(time, cells.get(time), options)),
    notes,
  };
}

/** Whether a group is left out, by its whole name or by the path behind a method. */
export function isExcluded(group: string | undefined, exclude: readonly string[]): boolean {
  return group !== undefined && exclude.some((name) => group === name || group.endsWith(` ${name}`));
}

function inGroupOrder(a: Series, b: Series): number {
  const [one, other] = [a.group ?? WHOLE, b.group ?? WHOLE];
  return one === other ? 0 : one < other ? -1 : 1;
}

/**
 * Later arrivals are pooled; the order of arrival depends on request counts only, so validity is kept. It counts
 * from the window's start: seen from an attempt's start, the same groups are pooled at every look.
 */
function groupsToPool(window: Window, series: readonly Series[]): Set<string> {
  const seen = new Map<string, EpochMs>();
  for (const { group, points } of series) {
    for (const [time, events] of points) {
      if (!(events > 0) || time < window.start || time >= window.end) continue;
      if (time < (seen.get(group ?? WHOLE) ?? Infinity)) seen.set(group ?? WHOLE, time);
    }
  }
  const arrivals = [...seen].toSorted(([nameA, a], [nameB, b]) => a - b || (nameA < nameB ? -1 : 1));
  return new Set(arrivals.slice(MAX_GROUPS).map(([name]) => name));
}

function collect(window: Window, series: readonly Series[], groupOf: (group: string) => string): Cells {
  const cells: Cells = new Map();
  for (const { role, cohort, group, points } of series) {
    const name = groupOf(group ?? WHOLE);
    for (const [time, events] of points) {
      if (time < window.start || time >= window.end) continue;
      const byGroup = cells.get(time) ?? new Map<string, Partial<Record<Cohort, Roles>>>();
      cells.set(time, byGroup);
      const byCohort = byGroup.get(name) ?? {};
      byGroup.set(name, byCohort);
      const roles = (byCohort[cohort] ??= {});
      roles[role] = (roles[role] ?? 0) + events;
    }
  }
  return cells;
}

function joinBucket(
  time: EpochMs,
  byGroup: ReadonlyMap<string, Partial<Record<Cohort, Roles>>> | undefined,
  { grouped, counted }: AssembleOptions,
): Bucket {
  if (byGroup === undefined) return { time, canary: null, stable: null };
  const groups = new Map<string, Pair>();
  let canary: Events | null = null;
  let stable: Events | null = null;
  for (const [name, byCohort] of byGroup) {
    const pair: Record<Cohort, Events | null> = { canary: null, stable: null };
    for (const cohort of ['canary', 'stable'] as const) {
      const joined = joinRoles(byCohort[cohort], counted);
      if (typeof joined === 'string')
        return {
          time,
          canary: null,
          stable: null,
          flaw: `${cohort}${name === WHOLE ? '' : ` ${name}`}: ${joined}`,
        };
      pair[cohort] = joined;
    }
    groups.set(name, pair);
    if (pair.canary !== null) canary = add(canary ?? NO_EVENTS, pair.canary);
    if (pair.stable !== null) stable = add(stable ?? NO_EVENTS, pair.stable);
  }
  return grouped ? { time, canary, stable, groups } : { time, canary, stable };
}

/**
 * Two of three roles to one pair of counts. Only an absent bad series beside a present total is zero: nothing
 * else tells "no bad events" from "no data", and an absent good series read as zero bad events would call a
 * cohort that fails everything clean. A string says what contradicts itself.
 */
function joinRoles(roles: Roles | undefined, counted: AssembleOptions['counted']): Events | null | string {
  if (roles === undefined) return null;
  const odd = Object.values(roles).find((count) => !Number.isFinite(count) || count < -ROUNDING);
  if (odd !== undefined) return `${String(odd)} is no count`;
  const { good, bad, total } = roles;
  if (total === undefined) {
    const orphan = bad ?? good ?? 0;
    return orphan > 0
      ? `${String(orphan)} events counted as ${bad === undefined ? 'good' : 'bad'}, but no total`
      : null;
  }
  if (bad === undefined && good === undefined) {
    return counted === 'good' && total > 0
      ? `no good events beside ${String(total)} in all`
      : { good: Math.max(0, total), bad: 0 };
  }
  const word = bad === undefined ? 'good' : 'bad';
  const some = Math.max(0, bad ?? good ?? 0);
  if (some > total + ROUNDING) return `${String(some)} ${word} of ${String(total)} total`;
  const rest = total - some > ROUNDING ? total - some : 0;
  const known = Math.max(0, total - rest);
  return word === 'bad' ? { good: rest, bad: known } : { good: known, bad: rest };
}
