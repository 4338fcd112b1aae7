import { NO_EVENTS, total, type Events, type Pair } from './counts.ts';
import { HarmProof, addRelative, type HarmEvidence, type ProofTerms } from './proof.ts';
import { ALTERNATIVES } from './stats/harm.ts';
import { GroupWeights, namedGuilty } from './stats/family.ts';
import { logAdd } from './stats/special.ts';

/** One group and what is known of it at this look. */
export interface GroupEvidence extends HarmEvidence {
  readonly group: string;
  readonly canary: Events;
  readonly stable: Events;
  /** log of the group's prior weight. */
  readonly logWeight: number;
}

interface Member {
  readonly proof: HarmProof;
  readonly logWeight: number;
  canary: Events;
  stable: Events;
}

export interface FamilyTerms {
  readonly p0: number;
  readonly margin: number;
  readonly alpha: number;
  readonly minBadBuckets: number;
}

/**
 * Groups (endpoints) judged beside the whole: each runs its two proofs on its own clock from its first bucket,
 * and the weighted mean of their evidence is compared with 1/alpha, which dominates splitting alpha evenly.
 */
export class GroupFamily {
  readonly #terms: FamilyTerms;
  readonly #members = new Map<string, Member>();
  readonly #weights = new GroupWeights();
  #logHarm = -Infinity;
  #suspicion = -Infinity;

  constructor(terms: FamilyTerms) {
    this.#terms = terms;
  }

  /** log of the weighted mean evidence at this look, of the groups that may be failed. */
  get logHarm(): number {
    return this.#logHarm;
  }

  /** The same of all groups: what is too young for a fail is not too young to hold a gate back. */
  get suspicion(): number {
    return this.#suspicion;
  }

  /** Takes one bucket; adds the strata's relative increments for the whole to `relative`. */
  absorb(groups: ReadonlyMap<string, Pair>, relative: Float64Array): void {
    this.#admit(groups);
    const work = new Float64Array(ALTERNATIVES.length);
    for (const [name, pair] of groups) {
      const member = this.#members.get(name);
      if (member === undefined) continue;
      const canary = pair.canary ?? NO_EVENTS;
      const stable = pair.stable ?? NO_EVENTS;
      member.canary = { good: member.canary.good + canary.good, bad: member.canary.bad + canary.bad };
      member.stable = { good: member.stable.good + stable.good, bad: member.stable.bad + stable.bad };
      // A group that only one cohort has in this bucket cannot be compared there.
      if (total(canary) === 0 || total(stable) === 0) continue;
      work.fill(0);
      addRelative(work, canary, stable, this.#terms.margin);
      for (let i = 0; i < work.length; i += 1) relative[i] = (relative[i] ?? 0) + (work[i] ?? 0);
      member.proof.absorb(canary, stable, work);
    }
    this.#sum();
  }

  #sum(): void {
    let all = -Infinity;
    let old = -Infinity;
    for (const { proof, logWeight } of this.#members.values()) {
      const log = logWeight + proof.evidence.logHarm;
      all = logAdd(all, log);
      if (proof.badBuckets >= this.#terms.minBadBuckets) old = logAdd(old, log);
    }
    this.#suspicion = all;
    this.#logHarm = old;
  }

  /** Groups seen for the first time get their prior weight now, by request counts alone. */
  #admit(groups: ReadonlyMap<string, Pair>): void {
    const arrivals = [...groups].filter(
      ([name, pair]) =>
        !this.#members.has(name) && total(pair.canary ?? NO_EVENTS) + total(pair.stable ?? NO_EVENTS) > 0,
    );
    if (arrivals.length === 0) return;
    const weight = this.#weights.nextBatch(arrivals.length);
    for (const [name] of arrivals) {
      const terms: ProofTerms = { ...this.#terms, cap: -Math.log(this.#terms.alpha * weight) };
      this.#members.set(name, {
        proof: new HarmProof(terms),
        logWeight: Math.log(weight),
        canary: NO_EVENTS,
        stable: NO_EVENTS,
      });
    }
  }

  /** All groups, the strongest evidence (weighted) first. */
  ranked(): GroupEvidence[] {
    return [...this.#members]
      .map(([group, { proof, logWeight, canary, stable }]) => ({
        group,
        canary,
        stable,
        logWeight,
        ...proof.evidence,
      }))
      .toSorted(
        (a, b) => b.logWeight + b.logHarm - (a.logWeight + a.logHarm) || (a.group < b.group ? -1 : 1),
      );
  }

  /** Groups for which a gate is held back: the strongest, and others whose evidence goes beyond `limit`. */
  suspects(limit: number): GroupEvidence[] {
    return this.ranked().filter((each, rank) => rank === 0 || each.logWeight + each.logHarm > limit);
  }

  /** Groups that can be named guilty at this look; at least the strongest once the family is proven. */
  guilty(): GroupEvidence[] {
    const ranked = this.ranked().filter(
      (each) => (this.#members.get(each.group)?.proof.badBuckets ?? 0) >= this.#terms.minBadBuckets,
    );
    const logs = ranked.map((each) => each.logHarm + each.logWeight + Math.log(ranked.length));
    const named = namedGuilty(logs, this.#terms.alpha).flatMap((index) => ranked[index] ?? []);
    return named.length > 0 ? named : ranked.slice(0, 1);
  }
}
