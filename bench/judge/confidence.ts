import { exactInterval } from '../../src/core/stats/proportion.ts';

/**
 * Upper 95% confidence limit of a rate from `hits` in `runs`: the upper end of the two-sided exact interval,
 * which is stricter than a one-sided limit. Null for no runs.
 *
 * @example upperLimit(0, 300) // 0.01222
 */
export function upperLimit(hits: number, runs: number): number | null {
  return exactInterval(hits, runs, 0.95)?.[1] ?? null;
}
