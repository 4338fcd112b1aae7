import type { Cohort, Role } from '../../src/core/counts.ts';
import type { Fetched, Series } from '../../src/core/provider.ts';
import { bucketTimes, type Window } from '../../src/core/window.ts';

/** The points of one line, ascending; those of several series of one name would be a flaw. */
export function pointsOf(
  series: readonly Series[],
  role: Role,
  cohort: Cohort,
  group?: string,
): (readonly [number, number])[] {
  return series
    .filter((each) => each.role === role && each.cohort === cohort && each.group === group)
    .flatMap((each) => each.points)
    .toSorted(([a], [b]) => a - b);
}

/** Everything about the points that the port forbids. */
export function flawsOf(series: readonly Series[], window: Window): string[] {
  const grid = new Set(bucketTimes(window));
  const seen = new Set<string>();
  return series.flatMap(({ role, cohort, group, points }) =>
    points.flatMap(([time, events]) => {
      const name = JSON.stringify([role, cohort, group, time]);
      const flaws = [
        ...(grid.has(time) ? [] : [`${name} is not on the grid of the window`]),
        ...(seen.has(name) ? [`${name} is there twice`] : []),
        ...(Number.isFinite(events) && events >= 0 ? [] : [`${name} counts ${String(events)}`]),
      ];
      seen.add(name);
      return flaws;
    }),
  );
}

/** An answer without the order of its series, which means nothing. */
export function normal({ series, complete }: Fetched): object {
  const lines = series.map(({ role, cohort, group, points }) => ({
    name: JSON.stringify([role, cohort, group]),
    points: points.toSorted(([a], [b]) => a - b),
  }));
  return { complete, series: lines.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}
