import type { Cohort, Role } from '../core/counts.ts';
import type { Fetched, Points } from '../core/provider.ts';

/** Whose counts a cell holds: a series of the port, or one pod of the canary. */
export interface Line {
  /** Unique among the lines of one request. */
  readonly id: string;
  readonly role: Role;
  readonly cohort: Cohort;
  readonly group?: string;
  /** Set: one pod's part. */
  readonly pod?: string;
}

/** A line of an answer. */
interface Given {
  readonly line: Line;
  readonly points: Points;
  readonly atMost: Points | undefined;
}

/** The lines of an answer; one that occurs twice stays two. */
export function linesOf({ series, podSplit }: Pick<Fetched, 'series' | 'podSplit'>): Given[] {
  const seen = new Set<string>();
  const given: Given[] = [];
  const add = (line: Omit<Line, 'id'>, points: Points, atMost: Points | undefined): void => {
    const name = nameOf(line);
    let nth = 0;
    let id = name;
    while (seen.has(id)) id = `${String((nth += 1))} ${name}`;
    seen.add(id);
    given.push({ line: { id, ...line }, points, atMost });
  };
  for (const { role, cohort, group, points, atMost } of series)
    add({ role, cohort, ...(group === undefined ? {} : { group }) }, points, atMost);
  for (const { role, pod, group, points } of podSplit ?? [])
    add({ role, cohort: 'canary', pod, ...(group === undefined ? {} : { group }) }, points, undefined);
  return given;
}

/** Tells lines apart, whatever their labels hold: the lengths say where one ends. */
function nameOf({ role, cohort, group, pod }: Omit<Line, 'id'>): string {
  return `${role} ${cohort} ${String(group?.length ?? '-')} ${String(pod?.length ?? '-')} ${group ?? ''}${pod ?? ''}`;
}
