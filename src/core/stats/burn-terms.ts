import type { Events } from '../counts.ts';
import { BURN_MULTIPLES, alternativeFraction } from './harm.ts';

/** Largest count of good events whose factors are kept; small groups repeat the same few counts. */
const KEPT_FACTORS = 256;
/** A factor below exp of this is too near underflow: such a bucket is taken in logs. */
const DEEPEST = -600;

/** The burn proof's increments at one p0, with the logs that they share worked out once. */
export class BurnTerms {
  readonly p0: number;
  readonly #perBad: Float64Array;
  readonly #perGood: Float64Array;
  readonly #mostKept: number;
  readonly #rows: Float64Array[] = [];

  constructor(p0: number) {
    this.p0 = p0;
    const fractions = BURN_MULTIPLES.map((multiple) => alternativeFraction(multiple, p0));
    this.#perBad = Float64Array.from(fractions, (p) => (p <= p0 ? 0 : Math.log(p / p0)));
    this.#perGood = Float64Array.from(fractions, (p) => (p <= p0 ? 0 : Math.log1p(-p) - Math.log1p(-p0)));
    this.#mostKept = Math.min(KEPT_FACTORS - 1, DEEPEST / Math.min(...this.#perGood, -1e-300));
  }

  /** Adds `burnLogRatio` of every alternative to `into`, none above `cap`, and returns it. */
  add(into: Float64Array, { bad, good }: Events, cap: number): Float64Array {
    for (let i = 0; i < into.length; i += 1) {
      const log = bad * (this.#perBad[i] ?? 0) + good * (this.#perGood[i] ?? 0);
      into[i] = (into[i] ?? 0) + (log > cap ? cap : log);
    }
    return into;
  }

  /** Likelihood ratios, not logs, of a bucket without bad events; null where they are not kept. */
  clean(good: number): Float64Array | null {
    const kept = this.#rows[good];
    if (kept !== undefined) return kept;
    if (!Number.isInteger(good) || good > this.#mostKept) return null;
    const row = this.#perGood.map((each) => Math.exp(good * each));
    this.#rows[good] = row;
    return row;
  }
}
