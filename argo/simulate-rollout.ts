import { decidingIn } from './answer.ts';
import { obey } from './rollout/operator.ts';
import { reconcileRollout } from './rollout/reconcile.ts';
import { currentStep, pauseFor, type OwnedRun } from './rollout/state.ts';
import { nextRolloutDueAt } from './rollout/traffic.ts';
import { validateRollout } from './rollout/validate-rollout.ts';
import type { OperatorAction, SimulateOptions, SimulationResult } from './simulate-options.ts';
import { Simulation } from './simulation.ts';

/**
 * Plays a release through as Argo Rollouts would: real HTTP requests, simulated time. It never
 * sleeps; two hours of canary take as long as the service needs to answer.
 *
 * @throws ManifestError where Argo would refuse the Rollout, UnmodelledError where the double cannot follow
 */
export async function simulateRollout(options: SimulateOptions): Promise<SimulationResult> {
  const simulation = new Simulation(options);
  // As it is in the cluster, where every object has a namespace.
  validateRollout(simulation.rollout, options.templates);
  let pending = [...(options.actions ?? [])].toSorted((left, right) => left.atMinute - right.atMinute);
  for (;;) {
    pending = obeyDue(simulation, pending);
    await settle(simulation);
    if (isDecided(simulation) || isHeld(simulation, pending)) break;
    const next = awake(simulation, nextMoment(simulation, pending));
    if (next === undefined || next > options.until.getTime()) break;
    simulation.nowMs = next;
  }
  return resultOf(simulation);
}

/** Nothing is done while the controller is away; what was due then is done when it is back. */
function awake({ options }: Simulation, moment: number | undefined): number | undefined {
  if (moment === undefined) return undefined;
  const minute = (moment - options.startAt.getTime()) / 60_000;
  const outage = options.controllerOutages?.find(
    ({ fromMinute, toMinute }) => minute >= fromMinute && minute < toMinute,
  );
  return outage === undefined ? moment : options.startAt.getTime() + outage.toMinute * 60_000;
}

const actionAt = (simulation: Simulation, action: OperatorAction): number =>
  simulation.options.startAt.getTime() + action.atMinute * 60_000;

function obeyDue(simulation: Simulation, pending: readonly OperatorAction[]): OperatorAction[] {
  const isDue = (action: OperatorAction): boolean => actionAt(simulation, action) <= simulation.nowMs;
  for (const { command } of pending.filter(isDue)) {
    obey(command, simulation.rollout, simulation.state, simulation.emit);
  }
  return pending.filter((action) => !isDue(action));
}

/** Lets runs and Rollout react to each other until this moment holds nothing more. */
async function settle(simulation: Simulation): Promise<void> {
  const { rollout, state, options, revision, createRun, emit } = simulation;
  const deps = { revision, startupMs: (options.podStartupSeconds ?? 0) * 1000, createRun, emit };
  for (;;) {
    const runsChanged = await simulation.reconcileRuns();
    const rolloutChanged = reconcileRollout(rollout, state, simulation.nowMs, deps);
    if (!runsChanged && !rolloutChanged) return;
  }
}

function isDecided({ state }: Simulation): boolean {
  return state.isPromoted || (state.isAborted && state.weight === 0);
}

/** Whether only a person can go on, and none is coming. */
function isHeld({ state, rollout, options }: Simulation, pending: readonly OperatorAction[]): boolean {
  if (options.stopsWhenPaused === false || pending.length > 0) return false;
  if (pauseFor(state, 'InconclusiveAnalysisRun') !== undefined) return true;
  const step = currentStep(rollout, state);
  return step?.kind === 'pause' && step.durationMs === undefined && state.pauses.length > 0;
}

function nextMoment(simulation: Simulation, pending: readonly OperatorAction[]): number | undefined {
  const { nowMs, rollout, state } = simulation;
  const moments = [
    ...simulation.runs.map(({ run }) => run.nextDueAt(nowMs)),
    ...pending.map((action) => actionAt(simulation, action)),
    nextRolloutDueAt(rollout, state),
  ].filter((moment) => moment !== undefined);
  const later = moments.filter((moment) => moment > nowMs);
  return later.length === 0 ? undefined : Math.min(...later);
}

function resultOf(simulation: Simulation): SimulationResult {
  const { events, nowMs, runs, state } = simulation;
  const firstWeight = events.find((event) => event.kind === 'weight' && event.to > 0);
  const isAnswerOfAbort = !events.some(({ kind, text }) => kind === 'aborted' && text.startsWith('rollout '));
  return {
    outcome: outcomeOf(simulation),
    at: new Date(nowMs).toISOString(),
    minutesSinceFirstWeight: firstWeight === undefined ? null : (nowMs - Date.parse(firstWeight.at)) / 60_000,
    weight: state.weight,
    events,
    runs: runs.map(({ run }) => run.status),
    decidedBy: isAnswerOfAbort ? decidingIn(decidingRun(simulation)?.run.status) : undefined,
  };
}

function outcomeOf({ state }: Simulation): SimulationResult['outcome'] {
  if (state.isPromoted) return 'promoted';
  if (state.isAborted) return 'aborted';
  return state.pauses.length > 0 ? 'paused' : 'progressing';
}

/** The run that settled it: the last that ended badly, or for a promotion the last step's. */
function decidingRun({ runs, state }: Simulation): OwnedRun | undefined {
  const ended = (...phases: readonly string[]) =>
    runs.findLast(({ run }) => phases.includes(run.status.phase));
  if (state.isAborted) return ended('Failed', 'Error');
  if (state.pauses.length > 0) return ended('Inconclusive');
  return runs.findLast(({ stepIndex, run }) => stepIndex !== undefined && run.status.metrics.length > 0);
}
