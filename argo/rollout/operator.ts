import type { RolloutHappening } from './events.ts';
import type { Rollout } from './rollout.ts';
import { phaseOf, type RolloutState } from './state.ts';

/** What a person can do to a rollout with kubectl. */
export type OperatorCommand = 'promote' | 'promote-full' | 'abort';

/** Carries out a command, as the kubectl plugin patches the Rollout's status. */
export function obey(
  command: OperatorCommand,
  rollout: Rollout,
  state: RolloutState,
  emit: (happening: RolloutHappening) => void,
): void {
  switch (command) {
    case 'promote':
      return promote(rollout, state, emit);
    case 'promote-full':
      state.isFullPromotionAsked = true;
      state.isAborted = false;
      state.pauses = [];
      return emit({ kind: 'resumed', text: `rollout '${rollout.name}' fully promoted` });
    case 'abort':
      state.isAborted = true;
      state.stepIndex = 0;
      state.pauses = [];
      state.controllerPause = false;
      return emit({ kind: 'aborted', text: `rollout '${rollout.name}' aborted` });
  }
}

function promote(rollout: Rollout, state: RolloutState, emit: (happening: RolloutHappening) => void): void {
  const isPaused = state.pauses.length > 0;
  const skipsStep = isPaused ? phaseOf(state.stepRun) === 'Inconclusive' && state.controllerPause : true;
  state.pauses = [];
  if (skipsStep) state.stepIndex = Math.min(state.stepIndex + 1, rollout.steps.length);
  // Only a skipped step clears the controller's pause; otherwise it is what restarts a background run.
  if (skipsStep) state.controllerPause = false;
  emit({ kind: 'resumed', text: `rollout '${rollout.name}' promoted` });
}
