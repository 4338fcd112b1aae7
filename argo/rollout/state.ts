import type { AnalysisRun } from '../analysis/analysis-run.ts';
import type { RunPhase } from '../analysis/run-status.ts';
import type { PauseReason } from './events.ts';
import type { CanaryStep, Rollout } from './rollout.ts';

/** A run as the Rollout sees it: its status is a copy taken at the start of a reconcile. */
export interface OwnedRun {
  readonly run: AnalysisRun;
  /** The step it was created for; undefined for the background run. */
  readonly stepIndex: number | undefined;
}

/** The mutable part of a Rollout: what Argo keeps in its status. */
export interface RolloutState {
  stepIndex: number;
  /** The canary's share of the traffic in per cent. */
  weight: number;
  isAborted: boolean;
  isPromoted: boolean;
  isFullPromotionAsked: boolean;
  /** Whether the controller itself has paused; survives until the conditions are gone. */
  controllerPause: boolean;
  pauses: readonly { readonly reason: PauseReason; readonly since: number }[];
  stepRun: OwnedRun | undefined;
  backgroundRun: OwnedRun | undefined;
  /** Canary pods that serve, and those that are starting. */
  readyReplicas: number;
  starting: { readonly replicas: number; readonly readyAt: number } | undefined;
}

/** A Rollout at the moment its pod template has changed. */
export function initialState(): RolloutState {
  return {
    stepIndex: 0,
    weight: 0,
    isAborted: false,
    isPromoted: false,
    isFullPromotionAsked: false,
    controllerPause: false,
    pauses: [],
    stepRun: undefined,
    backgroundRun: undefined,
    readyReplicas: 0,
    starting: undefined,
  };
}

export function currentStep(rollout: Rollout, state: RolloutState): CanaryStep | undefined {
  return rollout.steps[state.stepIndex];
}

export function pauseFor(state: RolloutState, reason: PauseReason) {
  return state.pauses.find((pause) => pause.reason === reason);
}

export function phaseOf(owned: OwnedRun | undefined): RunPhase | undefined {
  return owned?.run.status.phase;
}
