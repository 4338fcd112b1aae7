import { logAdd } from './special.ts';

/** Prior over the bucket k = 1, 2, ... in which a fault starts. */
export interface StartPrior {
  /** Weight of a start in bucket k. */
  weight(k: number): number;
  /** Weight of all starts after bucket t. */
  after(t: number): number;
}

/** Masses of a start at once, within two hours, within eight, and beyond. */
const AT_ONCE = 0.52;
const SOON = 0.35;
const LATER = 0.105;
const BEYOND = 0.025;

/**
 * Half at the first bucket, because most bad releases are bad at once; most of the rest uniform over two hours,
 * then up to eight hours, a little beyond (docs/decisions/0002-evidence.md).
 */
export const LATE_ONSET: StartPrior = {
  weight(k) {
    if (k === 1) return AT_ONCE + SOON / 120;
    if (k <= 120) return SOON / 120;
    if (k <= 480) return LATER / 360;
    return (BEYOND * 480) / (k * (k - 1));
  },
  after(t) {
    if (t === 0) return 1;
    if (t <= 120) return LATER + BEYOND + (SOON * (120 - t)) / 120;
    if (t <= 480) return BEYOND + (LATER * (480 - t)) / 360;
    return (BEYOND * 480) / t;
  },
};

/** Beyond this the sums move to logs: no double could hold what may follow. */
const TOO_LARGE = 1e250;

/**
 * Evidence against a null hypothesis, averaged over alternatives and over the start of
 * the fault, so that neither effect nor onset is guessed:
 * `S_t(r) = (S_(t-1)(r) + pi_r w_t) L_t(r)`, `E_t = sum_r S_t(r) + sum_(k>t) w_k`.
 *
 * E is a supermartingale with mean at most 1 under the null whenever each L_t(r) has conditional mean at
 * most 1, so P(E ever reaches 1/alpha) <= alpha (Ville), however often it is looked at. The sums are kept as
 * they are while they are small, which is nearly always and far cheaper, and as natural logs from then on.
 */
export class StartMixture {
  readonly #prior: StartPrior;
  readonly #masses: ArrayLike<number>;
  readonly #sums: Float64Array;
  readonly #scratch: Float64Array;
  /** True once the sums are natural logs. */
  #inLogs = false;
  #steps = 0;
  /** Start weights of skipped buckets: a factor of 1 leaves them to be added later. */
  #pending = 0;

  /**
   * @param masses prior mass of each alternative, summing to 1, kept as they are; or their number, where all have the same
   * @param scratch as long as the masses, or longer: mixtures of which never two are asked at once may share one
   */
  constructor(masses: number | ArrayLike<number>, prior: StartPrior = LATE_ONSET, scratch?: Float64Array) {
    this.#prior = prior;
    this.#masses = typeof masses === 'number' ? new Float64Array(masses).fill(1 / masses) : masses;
    this.#sums = new Float64Array(this.#masses.length);
    this.#scratch = scratch ?? new Float64Array(this.#masses.length);
  }

  /** log E at this look. */
  get logE(): number {
    const rest = this.#pending + this.#prior.after(this.#steps);
    if (!this.#inLogs) {
      let sum = 0;
      for (const each of this.#sums) sum += each;
      return Math.log(sum + rest);
    }
    let log = -Infinity;
    for (const each of this.#sums) log = logAdd(log, each);
    return logAdd(log, Math.log(rest));
  }

  /** Takes a bucket that says nothing: every factor is 1. */
  skip(): void {
    this.#steps += 1;
    this.#pending += this.#prior.weight(this.#steps);
  }

  /** Takes the likelihood ratios of one bucket, each in [0, 1]. */
  multiply(factors: ArrayLike<number>): void {
    const weight = this.#due();
    const sums = this.#sums;
    const masses = this.#masses;
    if (this.#inLogs) {
      const logWeight = Math.log(weight);
      for (let i = 0; i < sums.length; i += 1)
        sums[i] = logAdd(sums[i] ?? 0, logWeight + Math.log(masses[i] ?? 0)) + Math.log(factors[i] ?? 1);
    } else {
      for (let i = 0; i < sums.length; i += 1)
        sums[i] = ((sums[i] ?? 0) + weight * (masses[i] ?? 0)) * (factors[i] ?? 1);
    }
  }

  /** Takes the log likelihood ratios of one bucket and returns the new log E. */
  absorb(increments: ArrayLike<number>): number {
    const weight = this.#due();
    if (!this.#inLogs && !this.#raise(increments, weight)) this.#moveToLogs();
    if (this.#inLogs) {
      const logWeight = Math.log(weight);
      const sums = this.#sums;
      const masses = this.#masses;
      for (let i = 0; i < sums.length; i += 1)
        sums[i] = logAdd(sums[i] ?? 0, logWeight + Math.log(masses[i] ?? 0)) + (increments[i] ?? 0);
    }
    return this.logE;
  }

  #due(): number {
    this.#steps += 1;
    const weight = this.#pending + this.#prior.weight(this.#steps);
    this.#pending = 0;
    return weight;
  }

  /** Multiplies the plain sums; false, and nothing changed, where one would become too large. */
  #raise(increments: ArrayLike<number>, weight: number): boolean {
    const sums = this.#sums;
    const masses = this.#masses;
    const raised = this.#scratch;
    for (let i = 0; i < sums.length; i += 1) {
      const next = ((sums[i] ?? 0) + weight * (masses[i] ?? 0)) * Math.exp(increments[i] ?? 0);
      if (!(next < TOO_LARGE)) return false;
      raised[i] = next;
    }
    for (let i = 0; i < sums.length; i += 1) sums[i] = raised[i] ?? 0;
    return true;
  }

  #moveToLogs(): void {
    this.#inLogs = true;
    for (let i = 0; i < this.#sums.length; i += 1) this.#sums[i] = Math.log(this.#sums[i] ?? 0);
  }
}
