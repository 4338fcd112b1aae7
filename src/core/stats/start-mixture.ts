import { logAdd } from './special.ts';

/** Prior over the bucket k = 1, 2, ... in which a fault starts. */
export interface StartPrior {
  /** Weight of a start in bucket k. */
  weight(k: number): number;
  /** Weight of all starts after bucket t. */
  after(t: number): number;
}

/**
 * Half at the first bucket, because most bad releases are bad at once; of the rest 70% uniform over two
 * hours, 25% up to eight hours, 5% beyond. The best of about a dozen designs simulated on the fixed
 * scenarios (docs/decisions/0002-evidence.md).
 */
export const LATE_ONSET: StartPrior = {
  weight(k) {
    if (k === 1) return 0.5 + 0.35 / 120;
    if (k <= 120) return 0.35 / 120;
    if (k <= 480) return 0.125 / 360;
    return (0.025 * 480) / (k * (k - 1));
  },
  after(t) {
    if (t === 0) return 1;
    if (t <= 120) return 0.15 + (0.35 * (120 - t)) / 120;
    if (t <= 480) return 0.025 + (0.125 * (480 - t)) / 360;
    return (0.025 * 480) / t;
  },
};

/**
 * Evidence against a null hypothesis, averaged over alternatives of equal prior mass and over the start of
 * the fault, so that neither effect nor onset is guessed:
 * `S_t(r) = (S_(t-1)(r) + w_t) L_t(r)`, `E_t = mean_r S_t(r) + sum_(k>t) w_k`.
 *
 * E is a supermartingale with mean at most 1 under the null whenever each L_t(r) has conditional mean at
 * most 1, so P(E ever reaches 1/alpha) <= alpha (Ville), however often it is looked at. All state is in
 * natural logs and cannot overflow.
 */
export class StartMixture {
  readonly #prior: StartPrior;
  readonly #logSums: Float64Array;
  readonly #logMass: number;
  #steps = 0;
  #logE = 0;

  /** @param alternatives number of alternatives; `absorb` takes one increment for each. */
  constructor(alternatives: number, prior: StartPrior = LATE_ONSET) {
    this.#prior = prior;
    this.#logSums = new Float64Array(alternatives).fill(-Infinity);
    this.#logMass = -Math.log(alternatives);
  }

  /** log E at this look. */
  get logE(): number {
    return this.#logE;
  }

  /** Takes the log likelihood ratios of one bucket and returns the new log E. */
  absorb(increments: ArrayLike<number>): number {
    this.#steps += 1;
    const logWeight = Math.log(this.#prior.weight(this.#steps));
    let sum = -Infinity;
    for (let i = 0; i < this.#logSums.length; i += 1) {
      const next = logAdd(this.#logSums[i] ?? -Infinity, logWeight) + (increments[i] ?? 0);
      this.#logSums[i] = next;
      sum = logAdd(sum, next);
    }
    this.#logE = logAdd(sum + this.#logMass, Math.log(this.#prior.after(this.#steps)));
    return this.#logE;
  }
}
