import { entry } from '../core/entry.ts';
import { add, total, type Cohort, type Events, type Role } from '../core/counts.ts';
import type { PodSeries, Points, Series } from '../core/provider.ts';
import type { EpochMs } from '../core/units.ts';
import type { Window } from '../core/window.ts';
import type { TableSeries } from './aggregate.ts';
import { indexOfTime } from './cells.ts';
import { UNGROUPED } from './counts-row.ts';
import type { RecordedTable } from './read-table.ts';

export interface SeriesAsk {
  readonly role: Role;
  readonly window: Pick<Window, 'start' | 'end'>;
  /** Which side a cohort of the recording is on; null: neither. */
  readonly cohortOf: (cohort: string) => Cohort | null;
  /** False: the groups are summed. True: each is a series; what has none is "ungrouped". */
  readonly grouped: boolean;
  /** Leaves series out, by namespace or cluster for one; absent: all stay. */
  readonly keep?: (series: TableSeries) => boolean;
}

/** The table's buckets inside the window, in the form of the provider port; cohorts on one side are summed. */
export function seriesOf(table: RecordedTable, ask: SeriesAsk): Series[] {
  return summed(table, ask, (_, cohort) => cohort).map(({ key: cohort, ...rest }) => ({ ...rest, cohort }));
}

/** The canary's side of the table by pod; rows that name none are a pod without a name. */
export function podSeriesOf(table: RecordedTable, ask: SeriesAsk): PodSeries[] {
  return summed(table, ask, (series, cohort) => (cohort === 'canary' ? (series.pod ?? '') : null)).map(
    ({ key: pod, ...rest }) => ({ ...rest, pod }),
  );
}

/** Sums of the table's series by a key and, where wanted, by group; a series of key null is left out. */
function summed<Key extends string>(
  table: RecordedTable,
  ask: SeriesAsk,
  keyOf: (series: TableSeries, cohort: Cohort) => Key | null,
): { key: Key; role: Role; group?: string; points: Points }[] {
  const sums = new Map<Key, Map<string | undefined, Map<EpochMs, Events>>>();
  for (const series of table.series) {
    const cohort = ask.cohortOf(series.cohort);
    if (cohort === null || ask.keep?.(series) === false) continue;
    const key = keyOf(series, cohort);
    if (key === null) continue;
    const byGroup = entry(sums, key, () => new Map<string | undefined, Map<EpochMs, Events>>());
    const group = ask.grouped ? (series.group ?? UNGROUPED) : undefined;
    const byTime = entry(byGroup, group, () => new Map<EpochMs, Events>());
    addInside(byTime, series, ask.window);
  }
  return [...sums].flatMap(([key, byGroup]) =>
    [...byGroup].flatMap(([group, byTime]) => {
      if (byTime.size === 0) return [];
      const points = [...byTime]
        .toSorted(([a], [b]) => a - b)
        .map(([time, events]) => [time, of(ask.role, events)] as const);
      return [{ key, role: ask.role, ...(group === undefined ? {} : { group }), points }];
    }),
  );
}

/** The smallest window that holds every bucket of the table; null where there is none. */
export function windowOf(table: RecordedTable): Window | null {
  let start: EpochMs = Infinity;
  let end: EpochMs = -Infinity;
  for (const { times } of table.series) {
    start = Math.min(start, times[0] ?? Infinity);
    end = Math.max(end, (times.at(-1) ?? -Infinity) + table.bucketMs);
  }
  return start < end ? { start, end, bucketMs: table.bucketMs } : null;
}

function addInside(byTime: Map<EpochMs, Events>, series: TableSeries, window: SeriesAsk['window']): void {
  const { times, good, bad } = series;
  for (let at = indexOfTime(times, window.start); at < times.length; at += 1) {
    const time = times[at] ?? Infinity;
    if (time >= window.end) return;
    const before = byTime.get(time);
    const events = { good: good[at] ?? 0, bad: bad[at] ?? 0 };
    byTime.set(time, before === undefined ? events : add(before, events));
  }
}

function of(role: Role, events: Events): number {
  switch (role) {
    case 'good':
      return events.good;
    case 'bad':
      return events.bad;
    case 'total':
      return total(events);
  }
}
