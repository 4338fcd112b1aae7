import type { Measurement, RunPhase } from '../analysis/run-status.ts';

/** What happened, without its time. `text` is what Argo's events and `kubectl argo rollouts get` say. */
export type RolloutHappening =
  | { readonly kind: 'weight'; readonly from: number; readonly to: number; readonly text: string }
  | { readonly kind: 'step'; readonly completed: number; readonly of: number; readonly text: string }
  | { readonly kind: 'run-created'; readonly run: string; readonly text: string }
  | {
      readonly kind: 'measurement';
      readonly run: string;
      readonly metric: string;
      readonly measurement: Measurement;
      readonly text: string;
    }
  | { readonly kind: 'run-completed'; readonly run: string; readonly phase: RunPhase; readonly text: string }
  | { readonly kind: 'paused'; readonly reason: PauseReason; readonly text: string }
  | { readonly kind: 'resumed'; readonly text: string }
  | { readonly kind: 'aborted'; readonly text: string }
  | { readonly kind: 'promoted'; readonly text: string };

/** An event of the timeline: simulated time, and minutes since the simulation's start. */
export type RolloutEvent = RolloutHappening & { readonly at: string; readonly minute: number };

/** Why a rollout is paused, as in `status.pauseConditions`. */
export type PauseReason = 'CanaryPauseStep' | 'InconclusiveAnalysisRun';

/** The sign that `kubectl argo rollouts get` puts before a phase. */
export function iconOf(phase: RunPhase): string {
  switch (phase) {
    case 'Successful':
      return '✔';
    case 'Failed':
      return '✖';
    case 'Inconclusive':
      return '?';
    case 'Error':
      return '⚠';
    case 'Pending':
    case 'Running':
      return '◌';
  }
}
