import type { Cohort, Role } from '../core/counts.ts';
import type { Fetched, Points, PodSeries, Series } from '../core/provider.ts';
import type { EpochMs } from '../core/units.ts';

/** Whose counts a row holds: a series of the port, or one pod of the canary. */
export interface Line {
  /** Unique among the lines of one request. */
  readonly id: string;
  readonly role: Role;
  readonly cohort: Cohort;
  readonly group?: string;
  /** Set: one pod's part. */
  readonly pod?: string;
}

/** [bucket start, least, most]; most differs from least where only bounds are known. */
export type Cell = readonly [time: EpochMs, least: number, most: number];

export type Rows = Map<string, { readonly line: Line; readonly cells: Cell[] }>;

/** An answer as rows. A line that occurs twice stays two. */
export function rowsOf({ series, podSplit }: Pick<Fetched, 'series' | 'podSplit'>): Rows {
  const rows: Rows = new Map();
  const add = (line: Omit<Line, 'id'>, points: Points, atMost: Points | undefined): void => {
    const name = [line.role, line.cohort, line.group ?? null, line.pod ?? null];
    let nth = 0;
    let id = JSON.stringify(name);
    while (rows.has(id)) id = JSON.stringify([...name, (nth += 1)]);
    const most = atMost === undefined ? null : new Map(atMost);
    const cells = points.map(([time, least]): Cell => [time, least, most?.get(time) ?? least]);
    rows.set(id, { line: { id, ...line }, cells });
  };
  for (const { role, cohort, group, points, atMost } of series)
    add({ role, cohort, ...(group === undefined ? {} : { group }) }, points, atMost);
  for (const { role, pod, group, points } of podSplit ?? [])
    add({ role, cohort: 'canary', pod, ...(group === undefined ? {} : { group }) }, points, undefined);
  return rows;
}

/** Rows as the port has them: oldest first, bounds only where there are any. Lines without counts are left out. */
export function answerOf(rows: Rows): { readonly series: Series[]; readonly podSplit: PodSeries[] } {
  const series: Series[] = [];
  const podSplit: PodSeries[] = [];
  for (const { line, cells } of rows.values()) {
    if (cells.length === 0) continue;
    const sorted = cells.toSorted(([a], [b]) => a - b);
    const { role, cohort, group, pod } = line;
    const points: Points = sorted.map(([time, least]) => [time, least]);
    const named = group === undefined ? {} : { group };
    if (pod !== undefined) {
      podSplit.push({ role, pod, ...named, points });
      continue;
    }
    const atMost: Points = sorted.map(([time, , most]) => [time, most]);
    const isBounded = sorted.some(([, least, most]) => most !== least);
    series.push({ role, cohort, ...named, points, ...(isBounded ? { atMost } : {}) });
  }
  return { series, podSplit };
}

/** Adds the cells of these rows at the times wanted. */
export function addRows(to: Rows, from: Rows, isWanted: (time: EpochMs) => boolean): void {
  for (const [id, { line, cells }] of from) {
    const wanted = cells.filter(([time]) => isWanted(time));
    const row = to.get(id);
    if (row !== undefined) row.cells.push(...wanted);
    else if (wanted.length > 0) to.set(id, { line, cells: wanted });
  }
}

/** The times that have a count in any row. */
export function timesIn(rows: Rows): Set<EpochMs> {
  return new Set([...rows.values()].flatMap(({ cells }) => cells.map(([time]) => time)));
}
