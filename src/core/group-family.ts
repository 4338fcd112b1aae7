import { NO_EVENTS, total, type Events, type Pair } from './counts.ts';
import { HarmProof, addRelative, type HarmEvidence, type ProofTerms } from './proof.ts';
import { RELATIVE_MULTIPLES } from './stats/harm.ts';
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
  readonly name: string;
  /** Place in the order of arrival. */
  readonly place: number;
  readonly proof: HarmProof;
  readonly logWeight: number;
  /** Running sums; plain numbers, because they change with every bucket of every group. */
  readonly canary: { good: number; bad: number };
  readonly stable: { good: number; bad: number };
}

/** Stable's events, and those of them in groups that the canary has been seen in. */
interface Share {
  readonly all: number;
  readonly covered: number;
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
  readonly #order: Member[] = [];
  readonly #weights = new GroupWeights();
  readonly #work = new Float64Array(RELATIVE_MULTIPLES.length);
  readonly #sibling: HarmProof;
  #mayHaveRisen = false;
  /** What was asked since the newest bucket: a look asks twice, and several looks may ask. */
  #suspicion: number | null = null;
  #covered: Share | null = null;

  /** @param sibling a proof of the same p0, such as the whole's */
  constructor(terms: FamilyTerms, sibling = new HarmProof({ ...terms, cap: 0 })) {
    this.#terms = terms;
    this.#sibling = sibling;
  }

  /** Groups seen so far. */
  get size(): number {
    return this.#members.size;
  }

  /** log of the weighted mean evidence at this look, of the groups that may be failed. */
  get logHarm(): number {
    let log = -Infinity;
    for (const { proof, logWeight } of this.#members.values()) {
      if (proof.badBuckets >= this.#terms.minBadBuckets) log = logAdd(log, logWeight + proof.logHarm);
    }
    return log;
  }

  /** The same of all groups: what is too young for a fail is not too young to hold a gate back. */
  get suspicion(): number {
    if (this.#suspicion !== null) return this.#suspicion;
    let log = -Infinity;
    for (const { proof, logWeight } of this.#members.values()) log = logAdd(log, logWeight + proof.logHarm);
    this.#suspicion = log;
    return log;
  }

  /** False where the newest bucket cannot have raised any evidence: no group's canary had a bad event. */
  get mayHaveRisen(): boolean {
    return this.#mayHaveRisen;
  }

  /** Share of stable's events in groups where the canary has been seen at all; null without stable events. */
  get coveredShare(): number | null {
    const { all, covered } = (this.#covered ??= shareOf(this.#members.values()));
    return all > 0 ? covered / all : null;
  }

  /** Takes one bucket; adds the strata's relative increments for the whole to `relative`. */
  absorb(groups: ReadonlyMap<string, Pair>, relative: Float64Array): void {
    this.#mayHaveRisen = false;
    this.#suspicion = null;
    this.#covered = null;
    const arrivals: [string, Pair][] = [];
    // Buckets list their groups in the same order, so the next member is nearly always the one after the last.
    let expected = 0;
    for (const [name, pair] of groups) {
      const next = this.#order[expected];
      const member = next?.name === name ? next : this.#members.get(name);
      if (member !== undefined) {
        expected = member.place + 1;
        this.#absorbMember(member, pair, relative);
      } else if (total(pair.canary ?? NO_EVENTS) + total(pair.stable ?? NO_EVENTS) > 0)
        arrivals.push([name, pair]);
    }
    if (arrivals.length > 0) this.#admit(arrivals, relative);
  }

  #absorbMember(member: Member, pair: Pair, relative: Float64Array): void {
    const canary = pair.canary ?? NO_EVENTS;
    const stable = pair.stable ?? NO_EVENTS;
    member.canary.good += canary.good;
    member.canary.bad += canary.bad;
    member.stable.good += stable.good;
    member.stable.bad += stable.bad;
    // A group that only one cohort has in this bucket cannot be compared there.
    if (total(canary) === 0 || total(stable) === 0) return;
    if (canary.bad > 0) this.#mayHaveRisen = true;
    if (canary.bad + stable.bad > 0) {
      this.#work.fill(0);
      addRelative(this.#work, canary, stable, this.#terms.margin);
      for (let i = 0; i < relative.length; i += 1) relative[i] = (relative[i] ?? 0) + (this.#work[i] ?? 0);
    }
    member.proof.absorb(canary, stable, this.#work);
  }

  /** Groups seen for the first time get their prior weight now, by request counts alone. */
  #admit(arrivals: readonly (readonly [string, Pair])[], relative: Float64Array): void {
    const weight = this.#weights.nextBatch(arrivals.length);
    for (const [name, pair] of arrivals) {
      const terms: ProofTerms = { ...this.#terms, cap: -Math.log(this.#terms.alpha * weight) };
      const member: Member = {
        name,
        place: this.#order.length,
        proof: new HarmProof(terms, this.#sibling),
        logWeight: Math.log(weight),
        canary: { good: 0, bad: 0 },
        stable: { good: 0, bad: 0 },
      };
      this.#members.set(name, member);
      this.#order.push(member);
      this.#absorbMember(member, pair, relative);
    }
  }

  /** All groups, the strongest evidence (weighted) first. */
  ranked(): GroupEvidence[] {
    return [...this.#members]
      .map(([group, { proof, logWeight, canary, stable }]) => ({
        group,
        canary: { ...canary },
        stable: { ...stable },
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

function shareOf(members: Iterable<Member>): Share {
  let all = 0;
  let covered = 0;
  for (const { canary, stable } of members) {
    all += total(stable);
    if (total(canary) > 0) covered += total(stable);
  }
  return { all, covered };
}
