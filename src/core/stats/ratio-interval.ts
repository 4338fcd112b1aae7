import { logAdd } from './special.ts';

/** Ratios looked at: log-spaced from 0.01 to 100; every fourth carries prior mass. */
const POINTS = 161;
const PRIOR_EVERY = 4;
const LOG_LOW = Math.log(0.01);
const LOG_STEP = (2 * Math.log(100)) / (POINTS - 1);
/** Prior spread of the log ratio: most releases are within a factor of four or five of stable. */
const PRIOR_SD = 1.5;

const LOG_RATIOS = Array.from({ length: POINTS }, (_, i) => LOG_LOW + i * LOG_STEP);
const LOG_PRIOR = priorMasses();

function priorMasses(): readonly number[] {
  const weights = LOG_RATIOS.map((log, i) =>
    i % PRIOR_EVERY === 0 ? Math.exp(-0.5 * (log / PRIOR_SD) ** 2) : 0,
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.log(weight / all));
}

/** Ends of an interval for a ratio; null where the data do not bound it on that side. */
export interface RatioBounds {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Anytime-valid interval for the ratio of the canary's bad rate to stable's, bucket by bucket, so that weight steps
 * and shared incidents cannot move it: with l(r) = sum_s [x_c log r - x log(1 - rho_s + r rho_s)] and N the mixture of
 * exp l over a prior normal in log r, the ratios with l(r) > log N - log(1/alpha). The pooled form misses the
 * truth when the canary's share changes.
 */
export class RatioInterval {
  readonly #logs = new Float64Array(POINTS);
  #events = 0;

  /** @param canaryBad, bad: bad events of the canary, of both; @param share rho, the canary's share of all events */
  absorb(canaryBad: number, bad: number, share: number): void {
    if (bad === 0 || share <= 0 || share >= 1) return;
    this.#events += bad;
    for (let i = 0; i < POINTS; i += 1) {
      const log = LOG_RATIOS[i] ?? 0;
      this.#logs[i] = (this.#logs[i] ?? 0) + canaryBad * log - bad * Math.log1p(share * Math.expm1(log));
    }
  }

  /** Null while there is not a single bad event to compare. */
  bounds(alpha: number): RatioBounds | null {
    if (this.#events === 0) return null;
    let mixed = -Infinity;
    for (let i = 0; i < POINTS; i += PRIOR_EVERY)
      mixed = logAdd(mixed, (LOG_PRIOR[i] ?? 0) + (this.#logs[i] ?? 0));
    const level = mixed + Math.log(alpha);
    // A mean is below the largest of its terms, so there is always a point inside.
    const first = this.#logs.findIndex((log) => log > level);
    const last = this.#logs.findLastIndex((log) => log > level);
    return {
      low: first === 0 ? null : this.#crossing(first - 1, first, level),
      high: last === POINTS - 1 ? null : this.#crossing(last, last + 1, level),
    };
  }

  /** Where l crosses the level between two neighbours; l is concave in log r, so a straight line is close. */
  #crossing(from: number, to: number, level: number): number {
    const a = this.#logs[from] ?? 0;
    const b = this.#logs[to] ?? 0;
    return Math.exp((LOG_RATIOS[from] ?? 0) + ((level - a) / (b - a)) * LOG_STEP);
  }
}
