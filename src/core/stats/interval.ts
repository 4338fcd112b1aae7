import { logBeta } from './special.ts';

/** Halvings of [0, 1]: beyond all digits of a double, also where fractions are small. */
const STEPS = 100;
/** Jeffreys prior: good coverage near zero, where bad fractions live. */
const PRIOR = 0.5;

/**
 * Anytime-valid interval for a bad fraction: all p that the Beta-mixture likelihood ratio does not refute at
 * `alpha`, however often it is looked at. Exact for a constant rate; under drift an interval for the running
 * mean. Null where there are no events: nothing is known.
 *
 * @example badFractionInterval(9, 812, 0.05) // [0.002459889521444029, 0.03005436098214163]
 */
export function badFractionInterval(
  bad: number,
  events: number,
  alpha: number,
): readonly [number, number] | null {
  if (events <= 0) return null;
  const good = events - bad;
  const mixed = logBeta(PRIOR + bad, PRIOR + good) - logBeta(PRIOR, PRIOR) + Math.log(alpha);
  const refuted = (p: number): boolean => mixed - bad * Math.log(p) - good * Math.log1p(-p) >= 0;
  const estimate = bad / events;
  const low = bad === 0 ? 0 : boundary(estimate, 0, refuted);
  const high = good === 0 ? 1 : boundary(estimate, 1, refuted);
  return [low, high];
}

/** Bisects between a value inside the interval and one outside of it. */
function boundary(inside: number, outside: number, refuted: (p: number) => boolean): number {
  let near = inside;
  let far = outside;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (near + far) / 2;
    if (refuted(middle)) far = middle;
    else near = middle;
  }
  return (near + far) / 2;
}
