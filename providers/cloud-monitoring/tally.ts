import type { Cohort, Role } from '../../src/core/counts.ts';
import type { PodSeries, Points, Series } from '../../src/core/provider.ts';
import type { EpochMs } from '../../src/core/units.ts';

/** Events of one point: as many at least, as many at most. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

interface Line {
  readonly role: Role;
  readonly cohort: Cohort;
  readonly group: string | undefined;
  readonly pod: string | undefined;
  readonly least: Map<EpochMs, number>;
  readonly most: Map<EpochMs, number>;
  isBounded: boolean;
}

/** Sums points to one line for each role, cohort, group and pod. */
export class Tally {
  readonly #lines = new Map<string, Line>();

  /** Adds to one line, which begins with its first point: looked up once, as a line has hundreds. */
  to(where: Pick<Line, 'role' | 'cohort' | 'group' | 'pod'>): (time: EpochMs, events: Bounds) => void {
    let line: Line | undefined;
    return (time, { least, most }) => {
      line ??= this.#line(where);
      line.least.set(time, (line.least.get(time) ?? 0) + least);
      line.most.set(time, (line.most.get(time) ?? 0) + most);
      if (most > least) line.isBounded = true;
    };
  }

  series(): Series[] {
    return [...this.#lines.values()]
      .filter(({ pod }) => pod === undefined)
      .map(({ role, cohort, group, least, most, isBounded }) => ({
        role,
        cohort,
        ...(group !== undefined && { group }),
        points: pointsOf(least),
        ...(isBounded && role !== 'total' && { atMost: pointsOf(most) }),
      }));
  }

  /** By pod, for exact counts only: a pod's share of a cut bucket is nobody's guess. */
  podSplit(): PodSeries[] {
    return [...this.#lines.values()].flatMap(({ role, group, pod, least, isBounded }) =>
      pod === undefined || isBounded
        ? []
        : [{ role, pod, ...(group !== undefined && { group }), points: pointsOf(least) }],
    );
  }

  #line({ role, cohort, group, pod }: Pick<Line, 'role' | 'cohort' | 'group' | 'pod'>): Line {
    const key = JSON.stringify([role, cohort, group ?? null, pod ?? null]);
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const line: Line = { role, cohort, group, pod, least: new Map(), most: new Map(), isBounded: false };
    this.#lines.set(key, line);
    return line;
  }
}

function pointsOf(counts: ReadonlyMap<EpochMs, number>): Points {
  return [...counts].toSorted(([a], [b]) => a - b);
}
