import type { Cohort, Role } from '../../src/core/counts.ts';
import type { PodSeries, Points, Series } from '../../src/core/provider.ts';
import type { EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import type { Increment } from './line.ts';

interface Name {
  readonly role: Role;
  readonly cohort: Cohort;
  readonly group?: string;
}

interface Cell {
  least: number;
  most: number;
}

type Cells<T> = Map<string, { readonly name: T; readonly points: Map<EpochMs, Cell> }>;

/** Sums increments to series on the window's grid. A sample at the end of a bucket tells of that bucket. */
export class Counts {
  readonly #window: Window;
  readonly #whole: Cells<Name> = new Map();
  readonly #pods: Cells<Name & { readonly pod: string }> = new Map();

  constructor(window: Window) {
    this.#window = window;
  }

  add(increments: readonly Increment[]): void {
    const { start, end, bucketMs } = this.#window;
    for (const each of increments) {
      const { role, cohort, group, pod } = each.line;
      const bucket = (Math.ceil(each.time / bucketMs) - 1) * bucketMs;
      if (bucket < start || bucket >= end) continue;
      const name = { role, cohort, ...(group === undefined ? {} : { group }) };
      addTo(this.#whole, name, bucket, each);
      if (pod !== undefined && cohort === 'canary') addTo(this.#pods, { ...name, pod }, bucket, each);
    }
  }

  /** @param isWhole whether counts are to be rounded to whole events */
  series({ isWhole }: { readonly isWhole: boolean }): Series[] {
    return [...this.#whole.values()].map(({ name, points }) => {
      const isBounded = [...points.values()].some(({ least, most }) => least !== most);
      return {
        ...name,
        points: pointsOf(points, 'least', isWhole),
        ...(isBounded ? { atMost: pointsOf(points, 'most', isWhole) } : {}),
      };
    });
  }

  podSplit({ isWhole }: { readonly isWhole: boolean }): PodSeries[] {
    return [...this.#pods.values()].map(({ name: { role, group, pod }, points }) => ({
      role,
      pod,
      ...(group === undefined ? {} : { group }),
      points: pointsOf(points, 'least', isWhole),
    }));
  }
}

function addTo<T>(cells: Cells<T>, name: T, bucket: EpochMs, { least, most }: Increment): void {
  const key = JSON.stringify(name);
  const entry = cells.get(key) ?? { name, points: new Map<EpochMs, Cell>() };
  cells.set(key, entry);
  const cell = entry.points.get(bucket);
  if (cell === undefined) entry.points.set(bucket, { least, most });
  else {
    cell.least += least;
    cell.most += most;
  }
}

function pointsOf(points: ReadonlyMap<EpochMs, Cell>, end: 'least' | 'most', isWhole: boolean): Points {
  return [...points]
    .map(([time, cell]): [EpochMs, number] => [time, isWhole ? Math.round(cell[end]) : cell[end]])
    .toSorted(([a], [b]) => a - b);
}
