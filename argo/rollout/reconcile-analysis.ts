import { isCompleted } from '../analysis/run-status.ts';
import type { PauseReason } from './events.ts';
import type { Rollout, RolloutAnalysis } from './rollout.ts';
import { currentStep, pauseFor, phaseOf, type OwnedRun, type RolloutState } from './state.ts';
import { hasWantedReplicas } from './traffic.ts';

/** What one reconcile decides; applied to the state at its end, an abort before any pause. */
export interface Decisions {
  abort: string | undefined;
  readonly pauses: PauseReason[];
}

/** Creates a run for an analysis; `stepIndex` is undefined for the background. */
export type CreateRun = (analysis: RolloutAnalysis, stepIndex: number | undefined) => OwnedRun;

/** Creates, watches and stops the runs of a rollout. */
export function reconcileAnalysis(
  rollout: Rollout,
  state: RolloutState,
  decisions: Decisions,
  create: CreateRun,
): void {
  if (state.isAborted || state.isFullPromotionAsked) {
    state.stepRun?.run.stop();
    state.backgroundRun?.run.stop();
    return;
  }
  reconcileStepRun(rollout, state, decisions, create);
  reconcileBackgroundRun(rollout, state, decisions, create);
}

function reconcileStepRun(
  rollout: Rollout,
  state: RolloutState,
  decisions: Decisions,
  create: CreateRun,
): void {
  // Any pause returns here, before the abort below: a held rollout does not listen to its runs.
  if (state.pauses.length > 0) return;
  const step = currentStep(rollout, state);
  const belongsElsewhere = state.stepRun !== undefined && state.stepRun.stepIndex !== state.stepIndex;
  if (step?.kind !== 'analysis' || belongsElsewhere) {
    state.stepRun?.run.stop();
    state.stepRun = undefined;
  }
  if (step?.kind !== 'analysis') return;
  // A pre-promotion analysis begins once the preview's pods are available.
  const isEarly = rollout.strategy === 'blueGreen' && !hasWantedReplicas(rollout, state);
  if (isEarly && state.stepRun === undefined) return;
  if (needsNewRun(state, state.stepRun)) state.stepRun = create(step.analysis, state.stepIndex);
  else decide(state.stepRun, `${prefixOf(rollout)} analysis phase error/failed`, decisions);
}

function prefixOf({ strategy }: Rollout): string {
  return strategy === 'canary' ? 'Step-based' : 'Promotion';
}

function reconcileBackgroundRun(
  rollout: Rollout,
  state: RolloutState,
  decisions: Decisions,
  create: CreateRun,
): void {
  const { background } = rollout;
  if (background === undefined || background.templates.length === 0) return;
  if (state.stepIndex < background.startingStep && rollout.steps.length > 0) return;
  // The pause of a gate disarms the watch: its failure is seen only once the pause is gone.
  if (pauseFor(state, 'InconclusiveAnalysisRun') !== undefined) return;
  if (needsNewRun(state, state.backgroundRun)) state.backgroundRun = create(background, undefined);
  else decide(state.backgroundRun, 'Background analysis phase error/failed', decisions);
}

function needsNewRun(state: RolloutState, current: OwnedRun | undefined): boolean {
  if (current === undefined) return true;
  if (!state.controllerPause || pauseFor(state, 'CanaryPauseStep') !== undefined) return false;
  // Somebody has resumed an inconclusive pause: the inconclusive run starts again.
  return phaseOf(current) === 'Inconclusive';
}

function decide(owned: OwnedRun | undefined, prefix: string, decisions: Decisions): void {
  const status = owned?.run.status;
  if (status === undefined || !isCompleted(status.phase)) return;
  if (status.phase === 'Inconclusive') decisions.pauses.push('InconclusiveAnalysisRun');
  if (status.phase !== 'Failed' && status.phase !== 'Error') return;
  decisions.abort = status.message === '' ? prefix : `${prefix}: ${status.message}`;
}
