import type { CanaryScale, Rollout } from './rollout.ts';
import { currentStep, pauseFor, type RolloutState } from './state.ts';

/** The weight of the last setWeight at or before a step; 100 past the last step. */
function weightAtStep(rollout: Rollout, stepIndex: number): number {
  if (stepIndex >= rollout.steps.length) return 100;
  const steps = rollout.steps.slice(0, stepIndex + 1);
  const last = steps.findLast((step) => step.kind === 'setWeight');
  return last?.weight ?? 0;
}

/** Canary pods wanted now: what a setCanaryScale says, else the weight's share of the replicas, rounded up. */
function wantedReplicas(rollout: Rollout, state: RolloutState): number {
  const { replicas, previewReplicas, strategy } = rollout;
  const share = (weight: number): number => Math.ceil((weight * replicas) / 100);
  const weight = weightAtStep(rollout, state.stepIndex);
  if (state.isFullPromotionAsked || state.stepIndex >= rollout.steps.length) return replicas;
  // Blue-green: the whole new version (or its preview) stands before it gets any traffic.
  if (strategy === 'blueGreen') return weight === 100 ? replicas : (previewReplicas ?? replicas);
  const scale = scaleAtStep(rollout, state.stepIndex);
  switch (scale?.kind) {
    case 'replicas':
      return scale.replicas;
    case 'weight':
      return share(scale.weight);
    case 'matchTrafficWeight':
    case undefined:
      return share(weight);
  }
}

function scaleAtStep(rollout: Rollout, stepIndex: number): CanaryScale | undefined {
  const last = rollout.steps.slice(0, stepIndex + 1).findLast((step) => step.kind === 'setCanaryScale');
  return last?.scale;
}

export function hasWantedReplicas(rollout: Rollout, state: RolloutState): boolean {
  return state.readyReplicas >= wantedReplicas(rollout, state);
}

/**
 * The weight Argo routes to now. It goes on rising during an inconclusive pause wherever the pods
 * already suffice, since routing comes before the check for the pause.
 */
export function desiredWeight(rollout: Rollout, state: RolloutState): number {
  if (state.isPromoted) return 100;
  if (state.isAborted || state.readyReplicas === 0) return 0;
  if (state.isFullPromotionAsked) return hasWantedReplicas(rollout, state) ? 100 : state.weight;
  if (!rollout.hasTrafficRouting) return Math.min(100, (state.readyReplicas / rollout.replicas) * 100);
  if (hasWantedReplicas(rollout, state)) return weightAtStep(rollout, state.stepIndex);
  return state.stepIndex === 0 ? 0 : weightAtStep(rollout, state.stepIndex - 1);
}

/** Scales the canary, unless an inconclusive analysis holds the rollout. */
export function reconcileReplicas(
  rollout: Rollout,
  state: RolloutState,
  nowMs: number,
  startupMs: number,
): void {
  if (pauseFor(state, 'InconclusiveAnalysisRun') !== undefined || state.isAborted) return;
  const wanted = wantedReplicas(rollout, state);
  if (wanted < state.readyReplicas) {
    state.readyReplicas = wanted;
    state.starting = undefined;
  }
  if (wanted === state.readyReplicas || state.starting?.replicas === wanted) return;
  if (startupMs === 0) state.readyReplicas = wanted;
  else state.starting = { replicas: wanted, readyAt: nowMs + startupMs };
}

/** Lets pods serve whose start-up is over. Pods go on starting while the rollout is paused. */
export function finishStartup(state: RolloutState, nowMs: number): void {
  if (state.starting === undefined || state.starting.readyAt > nowMs) return;
  state.readyReplicas = state.starting.replicas;
  state.starting = undefined;
}

/** When a timed pause or the start-up of pods ends. */
export function nextRolloutDueAt(rollout: Rollout, state: RolloutState): number | undefined {
  const step = currentStep(rollout, state);
  const pause = pauseFor(state, 'CanaryPauseStep');
  const due = [];
  if (state.starting !== undefined) due.push(state.starting.readyAt);
  if (step?.kind === 'pause' && step.durationMs !== undefined && pause !== undefined) {
    due.push(pause.since + step.durationMs);
  }
  return due.length === 0 ? undefined : Math.min(...due);
}
