import { NO_EVENTS, add, total, type Bucket, type Events } from './counts.ts';
import { GroupFamily, type GroupEvidence } from './group-family.ts';
import { findOnset, type Judged, type Onset } from './onset.ts';
import { PodLedger, type Concentration } from './pods.ts';
import type { Policy } from './policy.ts';
import { AbsoluteProof, HarmProof, type HarmEvidence } from './proof.ts';
import { Rows } from './rows.ts';
import { SafetyLedger } from './safety-ledger.ts';
import { GROUPS_SHARE, WHOLE_SHARE } from './stats/family.ts';
import { RELATIVE_MULTIPLES } from './stats/harm.ts';
import type { EpochMs } from './units.ts';

/** A group is named beside a proof on the whole from this log evidence of its own (10 to 1). */
const WORTH_NAMING = Math.LN10;
/** Buckets remembered for the onset of a fault, at most: two days of minutes, of which the older goes when it is full. */
const HISTORY = 2880;

/** Stable below this share of a bucket is draining, and what drains is no baseline. */
const DRAINING_SHARE = 0.02;

export interface TrialTerms {
  readonly target: number;
  readonly policy: Policy;
  /** True where the SLO has a breakdown: groups then get their share of alpha, seen or not. */
  readonly grouped: boolean;
}

/** Harm once proven: when, where, and with what. It stays proven for the window. */
export interface ProvenHarm extends HarmEvidence {
  readonly where: 'whole' | 'groups' | 'absolute';
  /** Index in the window and time of the bucket at which it was proven. */
  readonly index: number;
  readonly time: EpochMs;
  readonly threshold: number;
  readonly groups: readonly GroupEvidence[];
  /** When the fault most likely began; null where the canary is not over its budget as a whole. */
  readonly onset: Onset | null;
}

/** What kind of bucket this is for the proofs; decided by event counts alone, never by good or bad. */
export type BucketUse = 'uncovered' | 'idle' | 'stable-only' | 'canary-only' | 'paired';

/** Classifies one bucket. A cohort absent from a covered bucket had no events there. */
export function useOf(bucket: Bucket): BucketUse {
  if (bucket.flaw !== undefined || (bucket.canary === null && bucket.stable === null)) return 'uncovered';
  const canary = total(bucket.canary ?? NO_EVENTS);
  const stable = total(bucket.stable ?? NO_EVENTS);
  if (canary === 0) return stable === 0 ? 'idle' : 'stable-only';
  return stable < DRAINING_SHARE * (canary + stable) ? 'canary-only' : 'paired';
}

/**
 * The judge's memory over one attempt of a release: folds settled buckets, oldest first, into the evidence.
 * The same buckets always give the same evidence; nothing else enters.
 */
export class Trial {
  readonly #terms: TrialTerms;
  readonly #wholeAlpha: number;
  readonly #absoluteAlpha: number;
  readonly #groupsAlpha: number;
  readonly #p0: number;
  readonly #whole: HarmProof;
  /** Null where nobody asked for a canary to be judged alone. */
  readonly #absolute: AbsoluteProof | null;
  readonly #family: GroupFamily;
  readonly #safety: SafetyLedger;
  readonly #pods = new PodLedger();
  readonly #history = new Rows(5);
  #canary: Events = NO_EVENTS;
  #stable: Events = NO_EVENTS;
  #index = -1;
  #judged = 0;
  #warmUntil: EpochMs | null = null;
  #proven: ProvenHarm | null = null;
  #groupHarm: ProvenHarm | null = null;

  constructor(terms: TrialTerms) {
    const { policy, target, grouped } = terms;
    this.#terms = terms;
    const whole = policy.alpha * (grouped ? WHOLE_SHARE : 1);
    const absolute = policy.onMissingStable === 'absolute';
    // Two ways to fail the whole share one alpha.
    this.#wholeAlpha = absolute ? whole / 2 : whole;
    this.#absoluteAlpha = whole / 2;
    this.#groupsAlpha = policy.alpha * GROUPS_SHARE;
    const p0 = policy.maxBurnRate * (1 - target);
    this.#p0 = p0;
    this.#whole = new HarmProof({ p0, margin: policy.margin, cap: -Math.log(this.#wholeAlpha) });
    this.#absolute = absolute
      ? new AbsoluteProof({ p0, margin: policy.margin, cap: -Math.log(this.#absoluteAlpha) })
      : null;
    this.#family = new GroupFamily(
      {
        p0,
        margin: policy.margin,
        alpha: this.#groupsAlpha,
        minBadBuckets: policy['breakdown.minBadBuckets'],
      },
      this.#whole,
    );
    this.#safety = new SafetyLedger(policy.safeBurnRate, 1 - target, policy.beta);
  }

  get evidence(): HarmEvidence {
    return this.#whole.evidence;
  }
  /** log(1/alpha) that the whole's evidence is compared with. */
  get threshold(): number {
    return -Math.log(this.#wholeAlpha);
  }
  get family(): GroupFamily {
    return this.#family;
  }
  /** Strongest evidence of harm that is there at all, too little or too young for a fail though it may be. */
  get suspicion(): number {
    return Math.max(this.wholeSuspicion, this.#family.suspicion);
  }
  /** The same without the groups. */
  get wholeSuspicion(): number {
    return Math.max(this.#whole.evidence.logHarm, this.#absolute?.logBurn ?? 0);
  }
  get safety(): SafetyLedger {
    return this.#safety;
  }
  /** The one pod that carries the canary's bad events, if one does. */
  get concentration(): Concentration | null {
    return this.#pods.concentration;
  }
  /** Number of buckets that entered the evidence. */
  get judged(): number {
    return this.#judged;
  }
  /** Events of the judged buckets. */
  get counts(): { readonly canary: Events; readonly stable: Events } {
    return { canary: this.#canary, stable: this.#stable };
  }
  /** Harm of the whole service (or judged alone, by policy), the first time it was proven. */
  get wholeHarm(): ProvenHarm | null {
    return this.#proven;
  }
  get groupHarm(): ProvenHarm | null {
    return this.#groupHarm;
  }

  absorb(bucket: Bucket): void {
    this.#index += 1;
    const use = useOf(bucket);
    if (use === 'uncovered' || use === 'idle') return;
    const canary = bucket.canary ?? NO_EVENTS;
    if (total(canary) > 0) this.#warmUntil ??= bucket.time + this.#terms.policy.warmup;
    if (this.#warmUntil === null || bucket.time < this.#warmUntil) return;
    this.#judged += 1;
    this.#canary = add(this.#canary, canary);
    this.#stable = add(this.#stable, bucket.stable ?? NO_EVENTS);
    this.#safety.absorb(bucket);
    this.#remember(bucket.time, canary, bucket.stable ?? NO_EVENTS);
    if (use === 'canary-only') this.#absorbAlone(canary);
    else this.#absorbPaired(bucket, canary, bucket.stable ?? NO_EVENTS);
  }

  #absorbPaired(bucket: Bucket, canary: Events, stable: Events): void {
    let relative: Float64Array | undefined;
    if (bucket.groups !== undefined) {
      relative = new Float64Array(RELATIVE_MULTIPLES.length);
      this.#family.absorb(bucket.groups, relative);
    }
    this.#whole.absorb(canary, stable, relative, bucket.pods);
    this.#pods.absorb(bucket.pods);
    const { evidence } = this.#whole;
    const enough = this.#whole.badBuckets >= this.#terms.policy.minBadBuckets;
    if (this.#proven === null && enough && evidence.logHarm >= this.threshold) {
      this.#proven = this.#harm('whole', evidence, this.threshold, this.#worstGroups());
    }
    const threshold = -Math.log(this.#groupsAlpha);
    if (this.#groupHarm === null && this.#family.mayHaveRisen && this.#family.logHarm >= threshold) {
      const groups = this.#family.guilty();
      const { logBurn, logRelative } = groups[0] ?? evidence;
      const { logHarm } = this.#family;
      this.#groupHarm = this.#harm('groups', { logBurn, logRelative, logHarm }, threshold, groups);
    }
  }

  #remember(time: EpochMs, canary: Events, stable: Events): void {
    if (this.#history.length >= HISTORY) this.#history.dropFirst(HISTORY / 2);
    this.#history.add([time, canary.good, canary.bad, stable.good, stable.bad]);
  }

  #remembered(): Judged[] {
    const at = (row: number, column: number): number => this.#history.at(row, column);
    return Array.from({ length: this.#history.length }, (_, row) => ({
      time: at(row, 0),
      canary: { good: at(row, 1), bad: at(row, 2) },
      stable: { good: at(row, 3), bad: at(row, 4) },
    }));
  }

  #harm(
    where: ProvenHarm['where'],
    evidence: HarmEvidence,
    threshold: number,
    groups: readonly GroupEvidence[],
  ): ProvenHarm {
    const judged = this.#remembered();
    return {
      ...evidence,
      where,
      index: this.#index,
      time: judged.at(-1)?.time ?? 0,
      threshold,
      groups,
      onset: findOnset(judged, this.#p0),
    };
  }

  /** Groups worth naming beside a proof on the whole: those whose own evidence points the same way. */
  #worstGroups(): readonly GroupEvidence[] {
    return this.#family
      .ranked()
      .filter(({ logHarm, canary }) => logHarm > WORTH_NAMING && canary.bad > this.#p0 * total(canary));
  }

  #absorbAlone(canary: Events): void {
    const { policy } = this.#terms;
    if (this.#absolute === null) return;
    const logBurn = this.#absolute.absorb(canary);
    const threshold = -Math.log(this.#absoluteAlpha);
    if (this.#proven !== null || logBurn < threshold || this.#absolute.badBuckets < policy.minBadBuckets)
      return;
    const { logRelative } = this.#whole.evidence;
    this.#proven = this.#harm('absolute', { logBurn, logRelative, logHarm: logBurn }, threshold, []);
  }
}
