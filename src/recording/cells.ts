import type { EpochMs } from '../core/units.ts';

/** Counts by bucket, as columns of the same length, ascending in time; a bucket without rows is absent. */
export interface CellColumns {
  readonly times: readonly EpochMs[];
  readonly good: readonly number[];
  readonly bad: readonly number[];
}

interface Cell {
  good: number;
  bad: number;
}

/**
 * Sums counts by bucket. Columns of numbers take a quarter of the memory of objects; times that come out
 * of order go into a map, which sorting joins with them at the end.
 */
export class Cells {
  readonly #times: EpochMs[] = [];
  readonly #good: number[] = [];
  readonly #bad: number[] = [];
  readonly #late = new Map<EpochMs, Cell>();

  /** Adds to a bucket that exists; false where it does not. */
  addTo(time: EpochMs, good: number, bad: number): boolean {
    const at = this.#times.at(-1) === time ? this.#times.length - 1 : indexOfTime(this.#times, time);
    if (this.#times[at] === time) {
      this.#good[at] = (this.#good[at] ?? 0) + good;
      this.#bad[at] = (this.#bad[at] ?? 0) + bad;
      return true;
    }
    const late = this.#late.get(time);
    if (late === undefined) return false;
    late.good += good;
    late.bad += bad;
    return true;
  }

  /** Begins a bucket that does not exist yet. */
  begin(time: EpochMs, good: number, bad: number): void {
    const last = this.#times.at(-1);
    if (last !== undefined && time < last) {
      this.#late.set(time, { good, bad });
      return;
    }
    this.#times.push(time);
    this.#good.push(good);
    this.#bad.push(bad);
  }

  columns(): CellColumns {
    if (this.#late.size === 0) return { times: this.#times, good: this.#good, bad: this.#bad };
    const all = new Map(this.#late);
    for (const [at, time] of this.#times.entries()) {
      all.set(time, { good: this.#good[at] ?? 0, bad: this.#bad[at] ?? 0 });
    }
    const sorted = [...all].toSorted(([a], [b]) => a - b);
    return {
      times: sorted.map(([time]) => time),
      good: sorted.map(([, cell]) => cell.good),
      bad: sorted.map(([, cell]) => cell.bad),
    };
  }
}

/** Index of the first of ascending `times` that is not before `time`; their number where all are. */
export function indexOfTime(times: readonly EpochMs[], time: EpochMs): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
