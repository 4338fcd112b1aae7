import type { Events } from './counts.ts';
import { total } from './counts.ts';
import { BurnTerms } from './stats/burn-terms.ts';
import {
  BURN_ALTERNATIVES,
  BURN_MULTIPLES,
  RELATIVE_ALTERNATIVES,
  RELATIVE_MULTIPLES,
  massesOf,
} from './stats/harm.ts';
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

const LOG_RATIOS = RELATIVE_MULTIPLES.map((multiple) => Math.log(multiple));
const BURN_MASSES = Float64Array.from(massesOf(BURN_ALTERNATIVES));
const RELATIVE_MASSES = Float64Array.from(massesOf(RELATIVE_ALTERNATIVES));
const MOST_ALTERNATIVES = Math.max(BURN_MASSES.length, RELATIVE_MASSES.length);

/** Adds the relative proof's increments of one stratum to `into` (`relativeLogRatio` for every alternative). */
export function addRelative(into: Float64Array, canary: Events, stable: Events, margin: number): void {
  const bad = canary.bad + stable.bad;
  if (bad === 0) return;
  const share = total(canary) / (total(canary) + total(stable));
  if (share <= 0 || share >= 1) return;
  const base = Math.log1p(share * (margin - 1));
  for (let i = 0; i < into.length; i += 1) {
    const normal = base - Math.log1p(share * ((RELATIVE_MULTIPLES[i] ?? 1) * margin - 1));
    into[i] = (into[i] ?? 0) + canary.bad * (LOG_RATIOS[i] ?? 0) + bad * normal;
  }
}

/** The canary's counts by pod. */
export type Pods = ReadonlyMap<string, Events>;

/** One pod alone must not prove anything in one bucket: two sick ones, or two buckets, are needed. */
const POD_CAP = 0.5;

/** The relative proof where pods are known: each canary pod's own term is capped, stable's is not. */
function addRelativeByPod(
  into: Float64Array,
  canary: Events,
  stable: Events,
  pods: Pods,
  { margin, cap }: ProofTerms,
): void {
  const share = total(canary) / (total(canary) + total(stable));
  if (share <= 0 || share >= 1) return;
  const base = Math.log1p(share * (margin - 1));
  for (let i = 0; i < into.length; i += 1) {
    const normal = base - Math.log1p(share * ((RELATIVE_MULTIPLES[i] ?? 1) * margin - 1));
    const each = (LOG_RATIOS[i] ?? 0) + normal;
    let sum = stable.bad * normal;
    for (const { bad } of pods.values()) sum += Math.min(bad * each, cap * POD_CAP);
    into[i] = sum;
  }
}

/**
 * The two proofs of harm for one population (the whole, or a group), bucket by bucket. Every bucket handed in
 * must have both cohorts measured.
 */
export class HarmProof {
  readonly #terms: ProofTerms;
  readonly #burn: StartMixture;
  readonly #relative: StartMixture;
  readonly #level: SharedLevel;
  readonly #burnTerms: BurnTerms;
  readonly #work: Float64Array;
  readonly #scratch: Float64Array;
  #badBuckets = 0;

  /** @param sibling a proof of the same p0, whose tables and room to work in this one shares */
  constructor(terms: ProofTerms, sibling?: HarmProof) {
    this.#terms = terms;
    this.#level = new SharedLevel(terms.p0, terms.margin);
    if (sibling === undefined) {
      this.#burnTerms = new BurnTerms(terms.p0);
      this.#work = new Float64Array(BURN_MULTIPLES.length);
      this.#scratch = new Float64Array(MOST_ALTERNATIVES);
    } else {
      this.#burnTerms = sibling.#burnTerms;
      this.#work = sibling.#work;
      this.#scratch = sibling.#scratch;
    }
    this.#burn = new StartMixture(BURN_MASSES, undefined, this.#scratch);
    this.#relative = new StartMixture(RELATIVE_MASSES, undefined, this.#scratch);
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
   * @param pods the canary's counts by pod: then each pod is capped by itself, at half of the cap
   */
  absorb(
    canary: Events,
    stable: Events,
    relative?: Float64Array,
    pods?: Pods,
  ): Pick<HarmEvidence, 'logHarm'> {
    const p0 = this.#level.next(stable.bad, total(stable));
    // A bucket without canary events says nothing; it must not even use up start weight.
    if (total(canary) === 0) return this;
    if (canary.bad > 0) this.#badBuckets += 1;
    this.#absorbBurn(canary, p0, pods);
    if (canary.bad + stable.bad === 0) {
      this.#relative.skip();
      return this;
    }
    this.#relative.absorb(this.#relativeIncrements(canary, stable, relative, pods));
    return this;
  }

  #relativeIncrements(canary: Events, stable: Events, relative?: Float64Array, pods?: Pods): Float64Array {
    if (relative !== undefined) {
      this.#work.set(relative);
      return this.#capped();
    }
    this.#work.fill(0);
    if (pods !== undefined) {
      addRelativeByPod(this.#work, canary, stable, pods, this.#terms);
      return this.#work;
    }
    addRelative(this.#work, canary, stable, this.#terms.margin);
    return this.#capped();
  }

  get logHarm(): number {
    return Math.min(this.#burn.logE, this.#relative.logE);
  }

  #absorbBurn(canary: Events, p0: number, pods?: Pods): void {
    const terms = p0 === this.#burnTerms.p0 ? this.#burnTerms : new BurnTerms(p0);
    const clean = canary.bad === 0 ? terms.clean(canary.good) : null;
    const { cap } = this.#terms;
    const work = this.#work.fill(0);
    if (clean !== null) this.#burn.multiply(clean);
    else if (pods === undefined) this.#burn.absorb(terms.add(work, canary, cap));
    else {
      for (const pod of pods.values()) terms.add(work, pod, cap * POD_CAP);
      this.#burn.absorb(work);
    }
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
  readonly #burn = new StartMixture(BURN_MASSES);
  readonly #work = new Float64Array(BURN_MULTIPLES.length);
  readonly #burnTerms: BurnTerms;
  #badBuckets = 0;

  constructor(terms: ProofTerms) {
    this.#terms = terms;
    this.#burnTerms = new BurnTerms(terms.p0);
  }

  get badBuckets(): number {
    return this.#badBuckets;
  }

  get logBurn(): number {
    return this.#burn.logE;
  }

  absorb(canary: Events): number {
    if (canary.bad > 0) this.#badBuckets += 1;
    return this.#burn.absorb(this.#burnTerms.add(this.#work.fill(0), canary, this.#terms.cap));
  }
}
