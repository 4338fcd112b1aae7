import { MINUTE, type EpochMs } from '../../src/core/units.ts';

/** Analyses remembered; one that was forgotten starts with a fresh allowance, and the project's budget still holds. */
const MAX_ANALYSES = 1000;

export interface AllowanceOptions {
  /** Calls a minute that one analysis may make. */
  readonly perAnalysis: number;
  /** Calls a minute of all analyses of a project. */
  readonly together: number;
  readonly now: () => EpochMs;
}

interface Known {
  readonly pool: string;
  /** When its calls of the last minute were made. */
  readonly calls: readonly EpochMs[];
  /** When it last wanted one. */
  readonly wanted: EpochMs;
}

/**
 * Calls that each analysis may make within any 60 seconds: so many, but no more than its share of what the analyses
 * of the same project have together, so that the first ones do not leave nothing for the last.
 */
export class PageAllowance {
  readonly #options: AllowanceOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: AllowanceOptions) {
    this.#options = options;
  }

  /**
   * Takes one call of this analysis, if it has one left.
   *
   * @param pool whose calls are shared: the projects that are read
   */
  take(analysis: string, pool: string): boolean {
    const now = this.#options.now();
    // A clock set back must not stop an analysis.
    const isRecent = (time: EpochMs): boolean => time > now - MINUTE && time <= now;
    const calls = (this.#known.get(analysis)?.calls ?? []).filter((time) => isRecent(time));
    this.#remember(analysis, { pool, calls, wanted: now });
    const others = [...this.#known.values()].filter((each) => each.pool === pool && isRecent(each.wanted));
    const share = Math.max(1, Math.floor(this.#options.together / others.length));
    if (calls.length >= Math.min(this.#options.perAnalysis, share)) return false;
    this.#remember(analysis, { pool, calls: [...calls, now], wanted: now });
    return true;
  }

  #remember(analysis: string, known: Known): void {
    this.#known.delete(analysis);
    this.#known.set(analysis, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_ANALYSES) break;
      this.#known.delete(oldest);
    }
  }
}
