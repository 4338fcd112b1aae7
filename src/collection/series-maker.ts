import type { PodSeries, Series } from '../core/provider.ts';
import type { EpochMs } from '../core/units.ts';
import type { Line } from './line.ts';

type Point = readonly [EpochMs, number];

interface Making {
  readonly line: Line;
  readonly points: Point[];
  /** From the first bound on, one for each point. */
  atMost: Point[] | null;
}

/** Makes lines as the port has them of counts that come bucket by bucket, oldest first. */
export class SeriesMaker {
  readonly #lines = new Map<string, Making>();

  add(line: Line, time: EpochMs, least: number, most: number): void {
    let making = this.#lines.get(line.id);
    if (making === undefined) this.#lines.set(line.id, (making = { line, points: [], atMost: null }));
    if (most !== least) making.atMost ??= [...making.points];
    making.points.push([time, least]);
    making.atMost?.push([time, most]);
  }

  /** Bounds only where there are any; lines without counts are left out. */
  made(): { readonly series: Series[]; readonly podSplit: PodSeries[] } {
    const series: Series[] = [];
    const podSplit: PodSeries[] = [];
    for (const { line, points, atMost } of this.#lines.values()) {
      const { role, cohort, group, pod } = line;
      const named = group === undefined ? {} : { group };
      if (pod === undefined)
        series.push({ role, cohort, ...named, points, ...(atMost === null ? {} : { atMost }) });
      else podSplit.push({ role, pod, ...named, points });
    }
    return { series, podSplit };
  }
}
