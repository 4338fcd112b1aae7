import { SECOND, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import type { PageAllowance } from './page-allowance.ts';

/** An analysis answers within 8 s, and a call begun at the last moment may take 4. */
const LONGEST_READ: DurationMs = 3.5 * SECOND;

/** Why reading ended before the end of the entries. */
export type Stop = 'pages of a look' | 'calls of an analysis' | 'time' | 'quota of the project';

/** What one look of one analysis may spend. */
export class Look {
  readonly #allowance: PageAllowance;
  readonly #analysis: string;
  readonly #pool: string;
  readonly #now: () => EpochMs;
  readonly #deadline: EpochMs;
  #pages: number;

  constructor(options: {
    readonly pages: number;
    readonly allowance: PageAllowance;
    readonly analysis: string;
    /** The projects that are read. */
    readonly pool: string;
    readonly now: () => EpochMs;
  }) {
    this.#allowance = options.allowance;
    this.#analysis = options.analysis;
    this.#pool = options.pool;
    this.#now = options.now;
    this.#deadline = options.now() + LONGEST_READ;
    this.#pages = options.pages;
  }

  /** Takes one page; null where it may be read, else why not. */
  take(): Stop | null {
    if (this.#pages <= 0) return 'pages of a look';
    if (this.#now() >= this.#deadline) return 'time';
    if (!this.#allowance.take(this.#analysis, this.#pool)) return 'calls of an analysis';
    this.#pages -= 1;
    return null;
  }
}
