import type { Events } from './counts.ts';
import { total } from './counts.ts';
import { ALTERNATIVES, alternativeFraction, burnLogRatio, relativeLogRatio } from './stats/harm.ts';
import { SharedLevel } from './stats/shared-level.ts';
import { StartMixture } from './stats/start-mixture.ts';

/** Logs of both proofs at one look; harm is the weaker of the two. */
export interface HarmEvidence {
  readonly logBurn: number;
  readonly logRelative: number;
  readonly logHarm: number;
}

/** What the proofs of one population test against. */
export interface ProofTerms {
  /** Bad fraction that the canary may have: maxBurnRate times the error budget. */
  readonly p0: number;
  readonly margin: number;
  /** Most that one bucket may add, log(1/alpha): errors cluster, and a capped supermartingale stays one. */
  readonly cap: number;
}

/** Fills `into` with the relative proof's increments of one stratum. */
export function addRelative(into: Float64Array, canary: Events, stable: Events, margin: number): void {
  const bad = canary.bad + stable.bad;
  if (bad === 0) return;
  const share = total(canary) / (total(canary) + total(stable));
  for (const [i, multiple] of ALTERNATIVES.entries()) {
    into[i] = (into[i] ?? 0) + relativeLogRatio(canary.bad, bad, share, margin, multiple * margin);
  }
}

/**
 * The two proofs of harm for one population (the whole, or a group), bucket by bucket. Every bucket handed in
 * must have both cohorts measured.
 */
export class HarmProof {
  readonly #terms: ProofTerms;
  readonly #burn = new StartMixture(ALTERNATIVES.length);
  readonly #relative = new StartMixture(ALTERNATIVES.length);
  readonly #level: SharedLevel;
  readonly #work = new Float64Array(ALTERNATIVES.length);
  #badBuckets = 0;

  constructor(terms: ProofTerms) {
    this.#terms = terms;
    this.#level = new SharedLevel(terms.p0, terms.margin);
  }

  /** Distinct buckets with canary bad events so far. */
  get badBuckets(): number {
    return this.#badBuckets;
  }

  get evidence(): HarmEvidence {
    const logBurn = this.#burn.logE;
    const logRelative = this.#relative.logE;
    return { logBurn, logRelative, logHarm: Math.min(logBurn, logRelative) };
  }

  /**
   * @param relative increments of the relative proof where strata were summed outside; absent: this
   * population is its own single stratum
   */
  absorb(canary: Events, stable: Events, relative?: Float64Array): HarmEvidence {
    const p0 = this.#level.next(stable.bad, total(stable));
    // A bucket without canary events says nothing; it must not even use up start weight.
    if (total(canary) > 0) {
      if (canary.bad > 0) this.#badBuckets += 1;
      for (const [i, multiple] of ALTERNATIVES.entries()) {
        this.#work[i] = burnLogRatio(canary.bad, canary.good, p0, alternativeFraction(multiple, p0));
      }
      this.#burn.absorb(this.#capped());
      this.#work.fill(0);
      if (relative === undefined) addRelative(this.#work, canary, stable, this.#terms.margin);
      else this.#work.set(relative);
      this.#relative.absorb(this.#capped());
    }
    return this.evidence;
  }

  #capped(): Float64Array {
    const { cap } = this.#terms;
    for (let i = 0; i < this.#work.length; i += 1) this.#work[i] = Math.min(this.#work[i] ?? 0, cap);
    return this.#work;
  }
}

/** Burn alone, for an explicit policy that judges without stable. */
export class AbsoluteProof {
  readonly #terms: ProofTerms;
  readonly #burn = new StartMixture(ALTERNATIVES.length);
  readonly #work = new Float64Array(ALTERNATIVES.length);
  #badBuckets = 0;

  constructor(terms: ProofTerms) {
    this.#terms = terms;
  }

  get badBuckets(): number {
    return this.#badBuckets;
  }

  get logBurn(): number {
    return this.#burn.logE;
  }

  absorb(canary: Events): number {
    const { p0, cap } = this.#terms;
    if (canary.bad > 0) this.#badBuckets += 1;
    for (const [i, multiple] of ALTERNATIVES.entries()) {
      this.#work[i] = Math.min(
        cap,
        burnLogRatio(canary.bad, canary.good, p0, alternativeFraction(multiple, p0)),
      );
    }
    return this.#burn.absorb(this.#work);
  }
}
