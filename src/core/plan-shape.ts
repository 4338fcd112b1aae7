import type { Policy } from './policy.ts';
import type { PlanStep } from './plan-traffic.ts';
import type { Wait } from './plan-wait.ts';
import type { DurationMs, Ratio } from './units.ts';

/** What a release will look like. */
export interface PlanAsk {
  readonly target: Ratio;
  readonly policy: Policy;
  /** Valid events of the whole service in a second. */
  readonly eventsPerSecond: number;
  /** Stable's usual bad fraction. */
  readonly stableBad: Ratio;
  /** At least one. */
  readonly steps: readonly PlanStep[];
  /** Number of groups of a breakdown; null: none. */
  readonly groups: number | null;
  readonly lag: DurationMs;
  /** How long a gate looks, once a minute. */
  readonly gateTimeout: DurationMs;
  /** Compliance period of the budget. */
  readonly period: DurationMs;
}

/** Canary budget spent while waiting. */
export interface Spent {
  readonly badEvents: number;
  /** Share of the service's budget of the whole period. */
  readonly budgetShare: Ratio;
}

export interface HarmPlan {
  /** Burn of the canary from its first event on. */
  readonly burn: number;
  readonly canaryBad: Ratio;
  readonly wait: Wait;
  readonly spent: Spent;
  /** Share of releases in which harm is proven before each step ends. */
  readonly seenByStep: readonly Ratio[];
}

export interface SafetyPlan {
  readonly wait: Wait;
  readonly spent: Spent;
  /** Share of the passes that came by the safe route; the rest came by comparison with stable. */
  readonly safeShare: Ratio | null;
  /** Canary events without a single bad one after which the safe route alone passes. */
  readonly cleanEvents: number;
}

export interface StepPlan {
  readonly weight: Ratio;
  readonly dwellMinutes: number;
  /** End of the step after the canary's start. */
  readonly endMinutes: number;
  /** Expected canary events in this step. */
  readonly canaryEvents: number;
  /** Smallest burn, there from the start, that is proven before the step ends in 19 of 20 releases; null: none. */
  readonly smallestBurn: number | null;
  /** From the step's start to a gate's pass, the weight held until then, for a canary as healthy as stable. */
  readonly gate: Wait;
}

export interface GroupPlan {
  readonly groups: number;
  /** From the start to a fail, where one of them fails completely and the others are healthy. */
  readonly wait: Wait;
  /** Canary events of that group until then, on average. */
  readonly canaryEvents: number;
}

export interface Plan {
  readonly ask: PlanAsk;
  readonly horizon: DurationMs;
  /** Burn of a canary that fails every request: no burn is higher. */
  readonly highestBurn: number;
  readonly stableBurn: number;
  readonly harm: readonly HarmPlan[];
  readonly safety: SafetyPlan;
  readonly steps: readonly StepPlan[];
  readonly group: GroupPlan | null;
}
