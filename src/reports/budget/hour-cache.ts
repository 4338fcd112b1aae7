import type { EpochMs } from '../../core/units.ts';
import { mergeCells, type Cell } from './cell.ts';
import { COARSE, type PlannedHour } from './fetch-plan.ts';
import type { Slo } from '../../core/slo.ts';

/** Cells of all SLOs, about a hundred bytes each: 400 SLOs of 28 days fit. */
const MOST_CELLS = 300_000;

interface Kept {
  /** Its five-minute cells, or one cell of the whole hour. */
  readonly cells: readonly Cell[];
  readonly whole: boolean;
}

/** Settled hours of the whole service, which never change; the SLO that was not asked for the longest goes first. */
export class HourCache {
  readonly #bySlo = new Map<Slo, Map<EpochMs, Kept>>();
  readonly #most: number;
  #cells = 0;

  constructor(most = MOST_CELLS) {
    this.#most = most;
  }

  /** The hour's cells, fine enough for the plan; null: not kept. */
  get(slo: Slo, { hour, whole }: PlannedHour): readonly Cell[] | null {
    const kept = this.#bySlo.get(slo)?.get(hour);
    return kept === undefined || (kept.whole && !whole) ? null : kept.cells;
  }

  put(slo: Slo, { hour, whole }: PlannedHour, cells: readonly Cell[]): void {
    const hours = this.#bySlo.get(slo) ?? new Map<EpochMs, Kept>();
    // Re-inserted, so that the order is that of use.
    this.#bySlo.delete(slo);
    this.#bySlo.set(slo, hours);
    const kept = whole ? [mergeCells(hour, COARSE, cells)] : cells;
    this.#cells += kept.length - (hours.get(hour)?.cells.length ?? 0);
    hours.set(hour, { cells: kept, whole });
    this.#evict();
  }

  #evict(): void {
    for (const [slo, hours] of this.#bySlo) {
      if (this.#cells <= this.#most) return;
      for (const [hour, { cells }] of hours) {
        if (this.#cells <= this.#most) return;
        hours.delete(hour);
        this.#cells -= cells.length;
      }
      this.#bySlo.delete(slo);
    }
  }
}
