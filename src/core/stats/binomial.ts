import type { Random } from './random.ts';
import { logGamma } from './special.ts';

/** Below this mean, counting up from zero takes fewer steps than a rejection takes. */
const COUNT_UP_BELOW = 10;

/**
 * Draws from Binomial(trials, chance), exactly: no normal or Poisson stands in for it anywhere. By inversion
 * where the mean is small, else by transformed rejection (BTRS of W. Hormann, J. Stat. Comput. Simul. 46,
 * 1993), in constant time for any number of trials.
 *
 * @param trials a whole number, 0 or more; @param chance in [0, 1]
 */
export function sampleBinomial(random: Random, trials: number, chance: number): number {
  if (trials <= 0 || chance <= 0) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - sampleBinomial(random, trials, 1 - chance);
  return trials * chance < COUNT_UP_BELOW ? invert(random, trials, chance) : reject(random, trials, chance);
}

/** Walks up the distribution until it has passed a uniform number. */
function invert(random: Random, trials: number, chance: number): number {
  const odds = chance / (1 - chance);
  let mass = Math.exp(trials * Math.log1p(-chance));
  let rest = random();
  let drawn = 0;
  while (rest > mass && drawn < trials) {
    rest -= mass;
    mass *= (odds * (trials - drawn)) / (drawn + 1);
    drawn += 1;
    // Rounding can leave a rest that no mass is left for; it belongs to the far tail.
    if (mass === 0) break;
  }
  return drawn;
}

/** The constants are Hormann's fit of the hat; the last comparison is with the true distribution. */
function reject(random: Random, trials: number, chance: number): number {
  const spread = Math.sqrt(trials * chance * (1 - chance));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * chance;
  const centre = trials * chance + 0.5;
  const inside = 0.92 - 4.2 / b;
  const scale = (2.83 + 5.1 / b) * spread;
  const logOdds = Math.log(chance / (1 - chance));
  const mode = Math.floor((trials + 1) * chance);
  const atMode = logGamma(mode + 1) + logGamma(trials - mode + 1);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const edge = 0.5 - Math.abs(u);
    const drawn = Math.floor(((2 * a) / edge + b) * u + centre);
    if (!(drawn >= 0 && drawn <= trials)) continue;
    if (edge >= 0.07 && v <= inside) return drawn;
    const height = Math.log((v * scale) / (a / (edge * edge) + b));
    const mass = atMode - logGamma(drawn + 1) - logGamma(trials - drawn + 1) + (drawn - mode) * logOdds;
    if (height <= mass) return drawn;
  }
}
