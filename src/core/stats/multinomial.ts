import { logGamma } from './special.ts';

/**
 * Log Bayes factor of Dirichlet-multinomial counts against fixed proportions: anytime-valid evidence that
 * traffic is not split as declared. Lindon & Malek, NeurIPS 2022 (arXiv 2011.03567).
 *
 * @param counts events a cell; @param proportions the null's, summing to 1; @param concentration prior counts, one a cell
 * @example splitLogEvidence([148, 62], [0.8, 0.2], [80, 20]) // 3.088294334195467
 */
export function splitLogEvidence(
  counts: readonly number[],
  proportions: readonly number[],
  concentration: readonly number[],
): number {
  const events = counts.reduce((sum, count) => sum + count, 0);
  const prior = concentration.reduce((sum, weight) => sum + weight, 0);
  let log = logGamma(prior) - logGamma(prior + events);
  for (const [cell, count] of counts.entries()) {
    const weight = concentration[cell] ?? 0;
    log += logGamma(weight + count) - logGamma(weight);
    if (count > 0) log -= count * Math.log(proportions[cell] ?? 0);
  }
  return log;
}
