import { regularizedBeta } from './special.ts';

/**
 * Exact confidence interval of a proportion (Clopper & Pearson, Biometrika 26, 1934): for a number of trials
 * that was fixed beforehand. Null without trials: nothing is known.
 *
 * @example exactInterval(0, 100, 0.95) // [0, 0.03621669264517642]
 */
export function exactInterval(
  hits: number,
  trials: number,
  confidence: number,
): readonly [low: number, high: number] | null {
  if (trials <= 0) return null;
  const tail = (1 - confidence) / 2;
  const low = hits === 0 ? 0 : quantile(tail, hits, trials - hits + 1);
  const high = hits === trials ? 1 : quantile(1 - tail, hits + 1, trials - hits);
  return [low, high];
}

/** The value that a Beta(a, b) variable stays below with this chance, by bisection. */
function quantile(chance: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (regularizedBeta(middle, a, b) < chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
