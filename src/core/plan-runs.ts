import { add, NO_EVENTS, total, type Bucket } from './counts.ts';
import { SimulatedTraffic, type Scene } from './plan-traffic.ts';
import { HarmProof } from './proof.ts';
import { GROUPS_SHARE, GroupWeights } from './stats/family.ts';
import type { Random } from './stats/random.ts';
import { Replay } from './trace.ts';
import { Trial } from './trial.ts';
import { MINUTE, type DurationMs } from './units.ts';
import type { Question } from './verdict.ts';

/**
 * Templates look for the first time this long after the settling lag: the partial bucket in which the canary
 * starts, a whole one, and a poll. From then on they look every minute.
 */
export const FIRST_LOOK: DurationMs = 3 * MINUTE;

/** One simulated release. Times are since the canary's first traffic, by the clock of the one who waits. */
export interface Run {
  readonly question: Question;
  readonly scene: Scene;
  readonly lag: DurationMs;
  readonly random: Random;
}

/** When a watch first fails this release; null: not until `until`. */
export function timeToHarm(run: Run, until: DurationMs): DurationMs | null {
  const trial = new Trial(run.question);
  const traffic = new SimulatedTraffic(run.scene, run.random);
  return firstLook(run, until, () => {
    trial.absorb(traffic.next());
    return trial.wholeHarm !== null;
  });
}

/**
 * When a release is failed in which one group among `groups` of equal traffic is as bad as the scene's canary
 * and the others are healthy: by that group's own proof, or by what it does to the whole. The healthy ones
 * add next to nothing to the groups' weighted evidence, so they are drawn together.
 */
export function timeToGroupHarm(run: Run, groups: number, until: DurationMs): DurationMs | null {
  const { question, scene, random } = run;
  const { eventsPerMinute, stableBad } = scene;
  const own = new SimulatedTraffic({ ...scene, eventsPerMinute: eventsPerMinute / groups }, random);
  const healthy = {
    ...scene,
    eventsPerMinute: eventsPerMinute - eventsPerMinute / groups,
    canaryBad: stableBad,
  };
  const rest = new SimulatedTraffic(healthy, random, own.offset);
  const trial = new Trial(question);
  const proof = new GroupProof(question, groups);
  return firstLook(run, until, () => {
    const bad = own.next();
    const others = rest.next();
    trial.absorb(joined(bad, others));
    return proof.absorb(bad) || trial.wholeHarm !== null;
  });
}

/** One group's share in the groups' evidence, at the prior weight that it has among so many. */
class GroupProof {
  readonly #proof: HarmProof;
  readonly #threshold: number;
  readonly #minBadBuckets: number;

  constructor({ target, policy }: Question, groups: number) {
    const alpha = policy.alpha * GROUPS_SHARE;
    this.#threshold = -Math.log(alpha * new GroupWeights().nextBatch(groups));
    this.#minBadBuckets = policy['breakdown.minBadBuckets'];
    const p0 = policy.maxBurnRate * (1 - target);
    this.#proof = new HarmProof({ p0, margin: policy.margin, cap: this.#threshold });
  }

  /** True where the group is proven harmed at this look. */
  absorb({ canary, stable }: Bucket): boolean {
    // A group that only one cohort has in this bucket cannot be compared there.
    if (total(canary ?? NO_EVENTS) === 0 || total(stable ?? NO_EVENTS) === 0) return false;
    this.#proof.absorb(canary ?? NO_EVENTS, stable ?? NO_EVENTS);
    return this.#proof.evidence.logHarm >= this.#threshold && this.#proof.badBuckets >= this.#minBadBuckets;
  }
}

function joined(one: Bucket, other: Bucket): Bucket {
  const groups = new Map([
    ['one', one],
    ['others', other],
  ]);
  return {
    time: one.time,
    canary: add(one.canary ?? NO_EVENTS, other.canary ?? NO_EVENTS),
    stable: add(one.stable ?? NO_EVENTS, other.stable ?? NO_EVENTS),
    groups,
  };
}

/** Bucket by bucket until a look finds what was proven; a fail found between looks waits for the next. */
function firstLook({ lag }: Run, until: DurationMs, proves: () => boolean): DurationMs | null {
  let proven = false;
  for (let settled = MINUTE; lag + settled <= until; settled += MINUTE) {
    proven = proves() || proven;
    if (proven && settled >= FIRST_LOOK) return lag + settled;
  }
  return null;
}

/** A gate's looks: from its first one on, every minute. */
export interface GateLooks {
  /** Start of the gate after the canary's start. */
  readonly start: DurationMs;
  readonly looks: number;
}

export interface GatePass {
  readonly time: DurationMs;
  readonly route: 'proven-safe' | 'proven-not-worse';
}

/** When a gate first passes this release; null: never while it looks. */
export function timeToPass({ question, scene, lag, random }: Run, gate: GateLooks): GatePass | null {
  const traffic = new SimulatedTraffic(scene, random);
  const replay = new Replay({ ...question, mode: 'gate' }, MINUTE);
  let settled = 0;
  for (let look = 0; look < gate.looks; look += 1) {
    const age = gate.start + FIRST_LOOK + look * MINUTE;
    let judgement = null;
    for (; settled + MINUTE <= traffic.offset + age; settled += MINUTE)
      judgement = replay.next(traffic.next());
    if (judgement?.code === 'proven-safe' || judgement?.code === 'proven-not-worse')
      return { time: lag + age, route: judgement.code };
  }
  return null;
}
