import type { RolloutHappening } from './events.ts';
import { reconcileAnalysis, type CreateRun, type Decisions } from './reconcile-analysis.ts';
import { describeStep, type Rollout } from './rollout.ts';
import { currentStep, pauseFor, phaseOf, type RolloutState } from './state.ts';
import { desiredWeight, finishStartup, hasWantedReplicas, reconcileReplicas } from './traffic.ts';

/** What a reconcile needs besides the Rollout and its state. */
export interface ReconcileDeps {
  readonly revision: number;
  /** How long canary pods take to serve, milliseconds. */
  readonly startupMs: number;
  readonly createRun: CreateRun;
  readonly emit: (happening: RolloutHappening) => void;
}

/**
 * One reconcile of a canary Rollout, in Argo's order: traffic, analysis, pods, pause step, status.
 *
 * @returns whether anything has changed; the caller repeats until nothing does
 */
export function reconcileRollout(
  rollout: Rollout,
  state: RolloutState,
  nowMs: number,
  deps: ReconcileDeps,
): boolean {
  if (state.isPromoted) return false;
  const before = fingerprint(state);
  const decisions: Decisions = { abort: undefined, pauses: [] };
  finishStartup(state, nowMs);
  routeTraffic(rollout, state, deps);
  reconcileAnalysis(rollout, state, decisions, deps.createRun);
  // A pause that was decided just now ends the reconcile before pods and pause steps.
  if (decisions.pauses.length === 0) {
    reconcileReplicas(rollout, state, nowMs, deps.startupMs);
    reconcilePauseStep(rollout, state, decisions);
  }
  syncStatus(rollout, state, nowMs, decisions, deps);
  return fingerprint(state) !== before;
}

function routeTraffic(rollout: Rollout, state: RolloutState, { emit }: ReconcileDeps): void {
  const to = desiredWeight(rollout, state);
  const from = state.weight;
  if (to === from) return;
  state.weight = to;
  const text =
    rollout.strategy === 'blueGreen'
      ? `Active Service switched to ${to === 100 ? 'the new version' : 'stable'}`
      : `Traffic weight updated from ${String(from)} to ${String(to)}`;
  emit({ kind: 'weight', from, to, text });
}

function reconcilePauseStep(rollout: Rollout, state: RolloutState, decisions: Decisions): void {
  if (currentStep(rollout, state)?.kind !== 'pause' || state.isAborted || state.isFullPromotionAsked) return;
  const isPaused = pauseFor(state, 'CanaryPauseStep') !== undefined;
  // With the controller paused for another reason, this step will count as "has been unpaused".
  if (!isPaused && !state.controllerPause) decisions.pauses.push('CanaryPauseStep');
}

function syncStatus(
  rollout: Rollout,
  state: RolloutState,
  nowMs: number,
  decisions: Decisions,
  deps: ReconcileDeps,
): void {
  const isAborted = state.isAborted || decisions.abort !== undefined;
  if (!isAborted && mayPromote(rollout, state)) return promote(rollout, state, deps);
  if (isAborted) return abort(state, decisions.abort, deps);
  if (isStepComplete(rollout, state, nowMs, decisions)) completeStep(rollout, state, deps.emit);
  return applyPauses(state, decisions, nowMs, deps.emit);
}

function mayPromote(rollout: Rollout, state: RolloutState): boolean {
  const isAtEnd = state.stepIndex >= rollout.steps.length;
  return (isAtEnd || state.isFullPromotionAsked) && state.readyReplicas >= rollout.replicas;
}

function promote(rollout: Rollout, state: RolloutState, deps: ReconcileDeps): void {
  state.isPromoted = true;
  state.stepIndex = rollout.steps.length;
  state.pauses = [];
  state.controllerPause = false;
  routeTraffic(rollout, state, deps);
  state.stepRun?.run.stop();
  state.backgroundRun?.run.stop();
  const why = state.isFullPromotionAsked ? 'Full promotion requested' : completionOf(rollout);
  deps.emit({
    kind: 'promoted',
    text: `Rollout completed update to revision ${String(deps.revision)}: ${why}`,
  });
}

function completionOf({ strategy, steps }: Rollout): string {
  if (strategy === 'canary') return `Completed all ${String(steps.length)} canary steps`;
  const hasPost = steps.at(-1)?.kind === 'analysis';
  return hasPost
    ? 'Completed blue-green update with its post-promotion analysis'
    : 'Completed blue-green update';
}

/** Aborting shows at once: the weight falls in the next reconcile, at the same simulated time. */
function abort(state: RolloutState, message: string | undefined, { revision, emit }: ReconcileDeps): void {
  if (state.isAborted) return;
  state.isAborted = true;
  state.stepIndex = 0;
  state.pauses = [];
  state.controllerPause = false;
  state.starting = undefined;
  const text = `Rollout aborted update to revision ${String(revision)}`;
  emit({ kind: 'aborted', text: message === undefined ? text : `${text}: ${message}` });
}

function isStepComplete(rollout: Rollout, state: RolloutState, nowMs: number, decisions: Decisions): boolean {
  const step = currentStep(rollout, state);
  if (step === undefined) return false;
  switch (step.kind) {
    case 'setWeight':
      return hasWantedReplicas(rollout, state) && state.weight === desiredWeight(rollout, state);
    case 'setCanaryScale':
      return hasWantedReplicas(rollout, state);
    case 'analysis':
      return state.stepRun?.stepIndex === state.stepIndex && phaseOf(state.stepRun) === 'Successful';
    case 'pause':
      return isPauseOver(state, step.durationMs, nowMs, decisions);
  }
}

function isPauseOver(
  state: RolloutState,
  durationMs: number | undefined,
  nowMs: number,
  decisions: Decisions,
): boolean {
  const pause = pauseFor(state, 'CanaryPauseStep');
  if (pause === undefined) return state.controllerPause && !decisions.pauses.includes('CanaryPauseStep');
  return durationMs !== undefined && nowMs >= pause.since + durationMs;
}

function completeStep(rollout: Rollout, state: RolloutState, emit: ReconcileDeps['emit']): void {
  const step = currentStep(rollout, state);
  const of = rollout.steps.length;
  state.stepIndex += 1;
  state.stepRun = undefined;
  state.pauses = state.pauses.filter(({ reason }) => reason !== 'CanaryPauseStep');
  const shown = step === undefined ? '' : describeStep(step);
  const text = `Rollout step ${String(state.stepIndex)}/${String(of)} completed (${shown})`;
  emit({ kind: 'step', completed: state.stepIndex, of, text });
}

function applyPauses(
  state: RolloutState,
  decisions: Decisions,
  nowMs: number,
  emit: ReconcileDeps['emit'],
): void {
  for (const reason of decisions.pauses) {
    if (pauseFor(state, reason) !== undefined) continue;
    state.pauses = [...state.pauses, { reason, since: nowMs }];
    state.controllerPause = true;
    emit({ kind: 'paused', reason, text: `Rollout is paused (${reason})` });
  }
  if (state.pauses.length === 0) state.controllerPause = false;
}

function fingerprint(state: RolloutState): string {
  const runs = [state.stepRun?.run.spec.name, state.backgroundRun?.run.spec.name];
  return JSON.stringify([{ ...state, stepRun: undefined, backgroundRun: undefined }, runs]);
}
