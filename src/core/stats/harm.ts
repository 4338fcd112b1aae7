/** Points between two values, evenly spaced in the logarithm. */
function spread(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));
}

/** One alternative to a null hypothesis: how many times its limit, and its prior mass. */
export interface Alternative {
  readonly multiple: number;
  readonly mass: number;
}

function sharing(mass: number, multiples: readonly number[]): Alternative[] {
  return multiples.map((multiple) => ({ multiple, mass: mass / multiples.length }));
}

/**
 * Burns as multiples of the tolerated one. Most mass lies where a fault is hard to tell from chance, one and a
 * half to five times; above that anything is found within minutes, whatever the mass. Earlier than one grid on the
 * fixed scenarios, equal to it on random faults (docs/decisions/0009-two-grids.md).
 */
export const BURN_ALTERNATIVES: readonly Alternative[] = [
  { multiple: 1.3, mass: 0.05 },
  ...sharing(0.83, spread(1.5, 4.5, 8)),
  ...sharing(0.12, [7, 14, 40]),
];

/**
 * Ratios to stable as multiples of the margin. Stable usually burns a part of its budget only, so they are larger
 * than burns; the last ones are for a small group that fails completely.
 */
export const RELATIVE_ALTERNATIVES: readonly Alternative[] = [
  ...sharing(0.82, spread(1.4, 6, 9)),
  ...sharing(0.18, [12, 40, 200]),
];

export const BURN_MULTIPLES = BURN_ALTERNATIVES.map(({ multiple }) => multiple);
export const RELATIVE_MULTIPLES = RELATIVE_ALTERNATIVES.map(({ multiple }) => multiple);

export function massesOf(alternatives: readonly Alternative[]): number[] {
  return alternatives.map(({ mass }) => mass);
}

/** A canary that fails everything has p = 1, where one good event would end all evidence. */
const HIGHEST_BAD_FRACTION = 0.97;

/**
 * Log likelihood ratio of one bucket for "the canary's bad fraction is `p`" against "at most `p0`".
 * Under the null its exponential has mean at most 1 for every p > p0.
 *
 * @param bad canary bad events; @param good canary good events
 * @example burnLogRatio(9, 803, 0.005, 0.02) // 0.2789463584169045
 */
export function burnLogRatio(bad: number, good: number, p0: number, p: number): number {
  if (p <= p0) return 0;
  const upside = bad === 0 ? 0 : bad * Math.log(p / p0);
  const downside = good === 0 ? 0 : good * (Math.log1p(-p) - Math.log1p(-p0));
  return upside + downside;
}

/** Bad fraction of the alternative that is `multiple` times the null's. */
export function alternativeFraction(multiple: number, p0: number): number {
  return Math.min(multiple * p0, HIGHEST_BAD_FRACTION);
}

/**
 * Log likelihood ratio of one bucket for "the canary's bad rate is `ratio` times stable's" against "at most
 * `margin` times" (or at least, where ratio < margin: the same formula proves non-inferiority). Given all bad
 * events of the bucket, each is the canary's with chance r*rho/(r*rho + 1 - rho), whatever the common rate
 * is, so a shared incident cannot break it. Lindon & Malek, NeurIPS 2022 (arXiv 2011.03567); Lindon, Sanden &
 * Shirikian, KDD 2022 (arXiv 2205.14762).
 *
 * @param canaryBad canary bad events; @param bad bad events of both cohorts
 * @param share rho, the canary's share of the bucket's events; at 0 or 1 there is nothing to compare: 0
 * @example relativeLogRatio(9, 12, 0.1, 1, 5) // 10.447274372452348
 */
export function relativeLogRatio(
  canaryBad: number,
  bad: number,
  share: number,
  margin: number,
  ratio: number,
): number {
  if (bad === 0 || share <= 0 || share >= 1) return 0;
  const normal = Math.log1p(share * (margin - 1)) - Math.log1p(share * (ratio - 1));
  return canaryBad * Math.log(ratio / margin) + bad * normal;
}
