import { burnLogRatio } from './harm.ts';
import { logAdd, logSum } from './special.ts';

/** Fractions of the limit at which a safe canary might really burn, and the prior mass of each. */
const SAFE_FRACTIONS: readonly (readonly [fraction: number, mass: number])[] = [
  [0, 0.3],
  [0.02, 0.1],
  [0.05, 0.1],
  [0.1, 0.1],
  [0.2, 0.1],
  [0.35, 0.1],
  [0.5, 0.1],
  [0.65, 0.05],
  [0.8, 0.05],
];

/** A canary this many times worse than stable is not "as good as": the null of the second route. */
export const INFERIOR_RATIO = 2;
const NOT_WORSE_RATIOS: readonly number[] = [0.25, 0.5, 0.7, 0.85, 1, 1.2];

/** Above this the null "burn is at least the limit" would need more bad events than there are events. */
const HIGHEST_LIMIT = 0.97;

/** Bad fraction that a pass of the gate rules out. */
export function unsafeFraction(safeBurnRate: number, budget: number): number {
  return Math.min(safeBurnRate * budget, HIGHEST_LIMIT);
}

/**
 * Log evidence that the canary's bad fraction is below `limit`, from all its events of a span.
 * @example safeLogEvidence(0, 600, 0.01) with the single alternative p -> 0 would be 600 * -log(0.99).
 */
export function safeLogEvidence(bad: number, good: number, limit: number): number {
  return logSum(
    SAFE_FRACTIONS.map(
      ([fraction, mass]) => Math.log(mass) + safeLogRatio(bad, good, limit, fraction * limit),
    ),
  );
}

/** Beyond this the answer is "not within any release"; it also bounds the search. */
const FAR = 2 ** 40;

/**
 * Good events that must still come, none bad among them, until the safe route alone passes a gate at `beta`;
 * `bad` and `good` are there already. The routes are averaged, so one alone has to reach twice as much.
 */
export function cleanEventsNeeded(bad: number, good: number, limit: number, beta: number): number {
  const needed = Math.LN2 - Math.log(beta);
  const proven = (clean: number): boolean => safeLogEvidence(bad, good + clean, limit) >= needed;
  let high = 1;
  while (!proven(high) && high < FAR) high *= 2;
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (proven(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Log likelihood ratio for "the bad fraction is `p`" against "at least `limit`", p < limit. */
export function safeLogRatio(bad: number, good: number, limit: number, p: number): number {
  if (p === 0) return bad > 0 ? -Infinity : -good * Math.log1p(-limit);
  return -burnLogRatio(bad, good, p, limit);
}

/** Number of running sums that `notWorseIncrements` fills. */
export const NOT_WORSE_SIZE = NOT_WORSE_RATIOS.length;

const LOG_RATIOS = NOT_WORSE_RATIOS.map((ratio) => Math.log(ratio / INFERIOR_RATIO));

/** Adds one stratum's increments of the non-inferiority proof to `into` (`relativeLogRatio` for every ratio). */
export function addNotWorse(into: Float64Array, canaryBad: number, bad: number, share: number): void {
  if (bad === 0 || share <= 0 || share >= 1) return;
  const base = Math.log1p(share * (INFERIOR_RATIO - 1));
  for (let i = 0; i < NOT_WORSE_SIZE; i += 1) {
    const normal = base - Math.log1p(share * ((NOT_WORSE_RATIOS[i] ?? INFERIOR_RATIO) - 1));
    into[i] = (into[i] ?? 0) + canaryBad * (LOG_RATIOS[i] ?? 0) + bad * normal;
  }
}

/** Log evidence that the canary is less than twice as bad as stable, from the sums over a span. */
export function notWorseLogEvidence(sums: ArrayLike<number>): number {
  return logSum(Array.from(sums)) - Math.log(NOT_WORSE_SIZE);
}

/** Both routes to a pass, mixed half and half: the mean of two e-values is one. */
export function mixRoutes(logSafe: number, logNotWorse: number): number {
  return logAdd(logSafe, logNotWorse) - Math.LN2;
}
