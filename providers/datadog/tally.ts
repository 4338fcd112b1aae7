import type { Cohort, Role } from '../../src/core/counts.ts';
import type { PodSeries, Points, Series } from '../../src/core/provider.ts';
import type { EpochMs } from '../../src/core/units.ts';

/** What Datadog writes where a series has no such tag. */
const NO_VALUE = 'N/A';
/** Our word for events outside every group. */
export const UNGROUPED = 'ungrouped';

interface Line<Name> {
  readonly name: Name;
  readonly points: Map<EpochMs, number>;
}
type SeriesName = Omit<Series, 'points' | 'atMost'>;
type PodName = Omit<PodSeries, 'points'>;

/** Sums answers to one line a role, side and group: several versions of one hash are one side. */
export class Tally {
  readonly #series = new Map<string, Line<SeriesName>>();
  readonly #pods = new Map<string, Line<PodName>>();

  add(name: { role: Role; cohort: Cohort; group?: string }, points: Points): void {
    addTo(this.#series, JSON.stringify([name.role, name.cohort, name.group]), name, points);
  }

  addPod(name: PodName, points: Points): void {
    addTo(this.#pods, JSON.stringify([name.role, name.pod, name.group]), name, points);
  }

  get series(): Series[] {
    return [...this.#series.values()].map(({ name, points }) => ({ ...name, points: sorted(points) }));
  }

  get pods(): PodSeries[] {
    return [...this.#pods.values()].map(({ name, points }) => ({ ...name, points: sorted(points) }));
  }
}

/** The group of an answer's tags. */
export function groupOf(tags: ReadonlyMap<string, string>, groupBy: string): string {
  const value = tags.get(groupBy);
  return value === undefined || value === NO_VALUE || value === '' ? UNGROUPED : value;
}

function addTo<Name>(lines: Map<string, Line<Name>>, key: string, name: Name, points: Points): void {
  // A line without a point says nothing, and "present, but empty" is no third state.
  if (points.length === 0) return;
  const line = lines.get(key) ?? { name, points: new Map<EpochMs, number>() };
  lines.set(key, line);
  for (const [time, events] of points) line.points.set(time, (line.points.get(time) ?? 0) + events);
}

function sorted(points: ReadonlyMap<EpochMs, number>): Points {
  return [...points].toSorted(([a], [b]) => a - b);
}
