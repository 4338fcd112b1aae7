import { badRatio, burnRate } from './burn.ts';
import type { JudgementCode, Verdict } from './codes.ts';
import { findObstacle, type Obstacle } from './conditions.ts';
import { NO_EVENTS, add, total, type Bucket, type Events } from './counts.ts';
import type { GroupEvidence } from './group-family.ts';
import type { Circumstances, Observation } from './observation.ts';
import type { Concentration } from './pods.ts';
import type { Policy } from './policy.ts';
import type { SafetyEvidence } from './safety-ledger.ts';
import { relativeLogRatio } from './stats/harm.ts';
import { Stretch } from './stretch.ts';
import { Trial, type ProvenHarm } from './trial.ts';
import type { DurationMs, Ratio } from './units.ts';

/** What is asked; preflight has no counts of the canary and is decided in preflight.ts. */
export type Mode = 'watch' | 'gate';

export interface Question {
  readonly target: Ratio;
  readonly policy: Policy;
  readonly mode: Mode;
  /** A gate does not pass before this much canary time is settled. */
  readonly minWindow: DurationMs;
  /** Declared canary share in (0, 1], or null. */
  readonly weight: number | null;
  /** True where the SLO has a breakdown. */
  readonly grouped: boolean;
}

/** Figures of a verdict; null wherever a figure cannot be said. */
export interface Figures {
  readonly canary: Events;
  readonly stable: Events;
  readonly burn: {
    readonly canary: number | null;
    readonly stable: number | null;
    readonly ratio: number | null;
  };
  readonly recentBurn: { readonly canary: number | null; readonly stable: number | null };
  /** Share of stable's traffic in groups that the canary has seen; null without a breakdown. */
  readonly coveredShare: number | null;
  readonly concentration: Concentration | null;
  readonly evidence: {
    readonly logBurn: number;
    readonly logRelative: number;
    readonly logHarm: number;
    readonly logSafe: number | null;
    readonly threshold: number;
    readonly looks: number;
  };
}

/** A verdict with all it rests on. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly code: JudgementCode;
  readonly figures: Figures;
  /** Set when harm was proven in this window, whatever the policy makes of it. */
  readonly harm: ProvenHarm | null;
  readonly obstacle: Obstacle | null;
  readonly safety: SafetyEvidence | null;
  /** Groups that matter for this verdict, worst first. */
  readonly groups: readonly GroupEvidence[];
  /** Where counts are only bounded and their two ends come to different verdicts. */
  readonly readings?: { readonly kindest: Verdict; readonly harshest: Verdict };
}

/** Harm evidence above this (natural log of 10) holds a gate back. */
const SUSPICION = Math.LN10;

/**
 * The law, precedence top down; the first row that applies decides.
 *
 * 1. harm proven on the whole service, both proofs at the same look -> fail `harm-proven`
 * 2. harm proven in a group, family-wise, and breakdown.onHarm=fail -> fail `group-harm-proven`
 * 3. the counts cannot be judged (`findObstacle`) -> inconclusive, each with its own code; `idle` by policy
 * 4. harm proven in a group, breakdown.onHarm=inconclusive -> inconclusive `group-harm-proven`
 * 5. both cohorts' burn over the last 15 settled minutes at or above sharedBurnRate, neither proven worse
 *    -> onSharedDegradation, `shared-degradation`
 * 6. gate: `baking`; harm evidence above 10 -> `harm-suspected`; safety or non-inferiority proven, on the whole
 *    window and on its newest part, and not worsening -> pass `proven-safe` / `proven-not-worse`; else
 *    unprovenGate, `unproven`
 * 7. watch: fewer than minEvents -> inconclusive `too-few-events`; else pass `no-harm`, or
 *    `worse-within-budget` where worse than stable is proven but not the burn
 *
 * A proof stands above an obstacle because what settled counts have proven before a hole stays proven; with
 * no proof made, an obstacle stands above everything. What is not understood, not authenticated, or failed
 * at the provider never gets here: there are no counts to judge.
 */
export function decide(question: Question, observation: Observation): Judgement {
  const trial = new Trial(question);
  for (const bucket of observation.buckets) trial.absorb(bucket);
  return conclude(question, observation, trial, Stretch.of(observation.buckets, observation.window.bucketMs));
}

/** The verdict from a trial and a stretch that have absorbed exactly the buckets of the window. */
export function conclude(
  question: Question,
  circumstances: Circumstances,
  trial: Trial,
  stretch: Stretch,
): Judgement {
  const { policy } = question;
  const harm = trial.wholeHarm ?? trial.groupHarm;
  const obstacle = findObstacle(circumstances, stretch, question);
  const safety = trial.safety.evidence();
  const base = {
    figures: figuresOf(question, stretch, trial, safety),
    harm,
    obstacle,
    safety,
    groups: harm?.groups ?? (trial.family.suspicion > SUSPICION ? trial.family.suspects(SUSPICION) : []),
  };
  const say = (verdict: Verdict, code: JudgementCode): Judgement => ({ ...base, verdict, code });

  if (trial.wholeHarm !== null) return say('fail', 'harm-proven');
  if (trial.groupHarm !== null && policy['breakdown.onHarm'] === 'fail')
    return say('fail', 'group-harm-proven');
  if (obstacle !== null) {
    return say(obstacle.code === 'idle' && policy.onIdle === 'pass' ? 'pass' : 'inconclusive', obstacle.code);
  }
  if (trial.groupHarm !== null && policy['breakdown.onHarm'] === 'inconclusive')
    return say('inconclusive', 'group-harm-proven');
  // A policy that passes shared incidents does not thereby pass what has not baked or is suspicious.
  const held = question.mode === 'gate' ? heldBack(question, circumstances, trial) : null;
  if (isShared(question, stretch, trial)) {
    if (policy.onSharedDegradation === 'inconclusive' || held === null)
      return say(policy.onSharedDegradation, 'shared-degradation');
  }
  if (held !== null) return say('inconclusive', held);
  switch (question.mode) {
    case 'gate':
      return gate(question, safety, say);
    case 'watch':
      return watch(question, trial, say);
  }
}

type Say = (verdict: Verdict, code: JudgementCode) => Judgement;

/** Why a gate does not pass yet, whatever is proven. */
function heldBack(
  { policy, minWindow }: Question,
  { window }: Circumstances,
  trial: Trial,
): 'baking' | 'harm-suspected' | null {
  if (window.end - window.start < minWindow) return 'baking';
  // Who only wants harm in groups reported does not want to be held by a suspicion of it.
  const suspicion = policy['breakdown.onHarm'] === 'report' ? trial.wholeSuspicion : trial.suspicion;
  return suspicion > SUSPICION ? 'harm-suspected' : null;
}

function gate({ policy }: Question, safety: SafetyEvidence | null, say: Say): Judgement {
  const needed = -Math.log(policy.beta);
  if (safety !== null && safety.log >= needed && safety.recentLog >= needed && !safety.worsening) {
    return say('pass', safety.logSafe >= safety.logNotWorse ? 'proven-safe' : 'proven-not-worse');
  }
  return say(policy.unprovenGate, 'unproven');
}

function watch(question: Question, trial: Trial, say: Say): Judgement {
  if (total(trial.counts.canary) < question.policy.minEvents) return say('inconclusive', 'too-few-events');
  return say('pass', trial.evidence.logRelative >= trial.threshold ? 'worse-within-budget' : 'no-harm');
}

/** Both cohorts over the shared burn rate now, and neither proven worse than the other. */
function isShared(question: Question, { recent }: Stretch, trial: Trial): boolean {
  const { policy, target } = question;
  const burning = (['canary', 'stable'] as const).every(
    (cohort) => (burnRate(events(recent, cohort), 1 - target) ?? 0) >= policy.sharedBurnRate,
  );
  if (!burning || trial.evidence.logRelative >= trial.threshold) return false;
  return stableWorse(recent, policy.margin) < trial.threshold;
}

/** Log evidence over some buckets that stable's bad rate is more than `margin` times the canary's. */
function stableWorse(buckets: readonly Bucket[], margin: number): number {
  let log = 0;
  for (const { canary, stable } of buckets) {
    if (canary === null || stable === null) continue;
    const share = total(stable) / Math.max(1, total(stable) + total(canary));
    // One alternative, three times the margin, is enough: what it misses is close to equal.
    log += relativeLogRatio(stable.bad, stable.bad + canary.bad, share, margin, 3 * margin);
  }
  return log;
}

function events(buckets: readonly Bucket[], cohort: 'canary' | 'stable'): Events {
  return buckets.reduce((sum, bucket) => add(sum, bucket[cohort] ?? NO_EVENTS), NO_EVENTS);
}

function figuresOf(
  question: Question,
  { recent }: Stretch,
  trial: Trial,
  safety: SafetyEvidence | null,
): Figures {
  const budget = 1 - question.target;
  const { canary, stable } = trial.counts;
  return {
    canary,
    stable,
    burn: {
      canary: burnRate(canary, budget),
      stable: burnRate(stable, budget),
      ratio: badRatio(canary, stable),
    },
    recentBurn: {
      canary: burnRate(events(recent, 'canary'), budget),
      stable: burnRate(events(recent, 'stable'), budget),
    },
    coveredShare: question.grouped ? trial.family.coveredShare : null,
    concentration: trial.concentration,
    evidence: {
      ...trial.evidence,
      logSafe: safety?.log ?? null,
      threshold: trial.threshold,
      looks: trial.judged,
    },
  };
}
