import { add, holeAt, NO_EVENTS, type Bucket, type Cohort, type Events, type Pair } from './counts.ts';
import { isExcluded } from './excluded.ts';
import { few } from './few.ts';
import { joinRoles, type Roles } from './join-roles.ts';
import { attachPods } from './pod-counts.ts';
import type { PodSeries, Points, Series } from './provider.ts';
import type { EpochMs } from './units.ts';
import { bucketTimes, type Window } from './window.ts';

/** More groups than this are pooled: a label with an id in it must not eat the memory. */
export const MAX_GROUPS = 500;
export const OTHER_GROUP = 'other';
export interface AssembleOptions {
  readonly grouped: boolean;
  /** Groups left out, as whole names or as the path behind a method ("GET /healthz"). */
  readonly exclude: readonly string[];
  /** Which of the two the SLI counts beside its total; it decides what it means where neither is there. */
  readonly counted: 'good' | 'bad';
  /** The canary's counts by pod, where there are any. */
  readonly podSplit?: readonly PodSeries[];
  /** Which end of counts that are only bounded; nothing is changed where all are exact. */
  readonly reading?: Reading;
}

/**
 * The two ends of bounded counts: the kindest reading gives the canary the fewest bad events and stable the most,
 * the harshest the reverse. What both come to holds for every reading between them.
 */
export type Reading = 'kindest' | 'harshest';

export interface Assembled {
  readonly buckets: Bucket[];
  readonly notes: readonly string[];
}

/** time -> group -> cohort -> role -> events */
type Cells = Map<EpochMs, Map<string, Partial<Record<Cohort, Roles>>>>;

const WHOLE = '';

/** Joins series of any role, cohort and group, from any number of providers, to buckets on the window's grid. */
export function assemble(window: Window, series: readonly Series[], options: AssembleOptions): Assembled {
  // Sorted, so that no sum depends on the order in which a provider happened to answer.
  const excluded = excludedIn(series, options.exclude);
  const left = series
    .filter(({ group }) => group === undefined || !excluded.has(group))
    .toSorted(inGroupOrder);
  const pooled = options.grouped ? groupsToPool(window, left) : new Set<string>();
  const nameOf = (group: string): string =>
    !options.grouped ? WHOLE : pooled.has(group) ? OTHER_GROUP : group;
  const cells = collect(window, left, nameOf, options.reading ?? 'kindest');
  const notes: string[] = [];
  if (pooled.size > 0)
    notes.push(
      `${String(pooled.size)} groups beyond the first ${String(MAX_GROUPS)} are judged together as "${OTHER_GROUP}"`,
    );
  if (excluded.size > 0) notes.push(`left out as probes: ${[...excluded].toSorted().slice(0, 5).join(', ')}`);
  const buckets = bucketTimes(window).map((time) => joinBucket(time, cells.get(time), options));
  if (options.podSplit === undefined) return { buckets, notes };
  return attachPods({ buckets, notes }, options.podSplit, options);
}

/** Whether some counts are only bounded, so that the two readings may differ. */
export function isBounded(series: readonly Series[]): boolean {
  return series.some((each) => each.atMost !== undefined);
}

/** The groups that are left out; each is looked at once, however many lines it has. */
function excludedIn(series: readonly Series[], exclude: readonly string[]): ReadonlySet<string> {
  const groups = new Set<string>();
  if (exclude.length === 0) return groups;
  for (const { group } of series) if (group !== undefined) groups.add(group);
  for (const group of groups) if (!isExcluded(group, exclude)) groups.delete(group);
  return groups;
}

function inGroupOrder(a: Series, b: Series): number {
  const one = a.group ?? WHOLE;
  const other = b.group ?? WHOLE;
  return one === other ? 0 : one < other ? -1 : 1;
}

/**
 * Later arrivals are pooled; the order of arrival depends on request counts only, so validity is kept. It counts
 * from the window's start: seen from an attempt's start, the same groups are pooled at every look.
 */
function groupsToPool(window: Window, series: readonly Series[]): Set<string> {
  if (groupsIn(series) <= MAX_GROUPS) return new Set();
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

/** How many groups there are in lines that are sorted by them. */
function groupsIn(series: readonly Series[]): number {
  let groups = 0;
  for (const [index, { group }] of series.entries())
    if (index === 0 || group !== series[index - 1]?.group) groups += 1;
  return groups;
}

function collect(
  window: Window,
  series: readonly Series[],
  groupOf: (group: string) => string,
  reading: Reading,
): Cells {
  const cells: Cells = new Map();
  for (const each of series) {
    const { role, cohort, group } = each;
    const isExact = each.atMost === undefined;
    const name = groupOf(group ?? WHOLE);
    for (const [time, events] of pointsFor(each, reading)) {
      if (time < window.start || time >= window.end) continue;
      const byGroup = cells.get(time) ?? new Map<string, Partial<Record<Cohort, Roles>>>();
      cells.set(time, byGroup);
      const byCohort = byGroup.get(name) ?? {};
      byGroup.set(name, byCohort);
      const roles = (byCohort[cohort] ??= {});
      // Only a bound may be infinite; a count that is would pass for "as many as there are".
      roles[role] = (roles[role] ?? 0) + (isExact && events === Infinity ? NaN : events);
    }
  }
  return cells;
}

/** The end of the bounds that a reading wants: few bad events of the canary are kind, few of stable are harsh. */
function pointsFor({ role, cohort, points, atMost }: Series, reading: Reading): Points {
  if (atMost === undefined) return points;
  const wantsMost = (role === 'good') === ((cohort === 'canary') === (reading === 'kindest'));
  return wantsMost ? atMost : points;
}

function joinBucket(
  time: EpochMs,
  byGroup: ReadonlyMap<string, Partial<Record<Cohort, Roles>>> | undefined,
  { grouped, counted }: AssembleOptions,
): Bucket {
  if (byGroup === undefined) return holeAt(time);
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
      pair[cohort] = joined === null ? null : few(joined);
    }
    groups.set(name, pair);
    if (pair.canary !== null) canary = add(canary ?? NO_EVENTS, pair.canary);
    if (pair.stable !== null) stable = add(stable ?? NO_EVENTS, pair.stable);
  }
  return grouped ? { time, canary, stable, groups } : { time, canary, stable };
}
