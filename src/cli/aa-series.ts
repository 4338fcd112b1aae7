import { setImmediate } from 'node:timers/promises';
import { aaInputs, splitRun, type AaTerms, type FalseFail } from '../analysis/aa.ts';
import type { StableTape } from '../analysis/stable-tape.ts';
import { loadState, saveState, type AaState } from './aa-state.ts';
import { progressBar } from './progress.ts';

export interface AaSeries {
  readonly tape: StableTape;
  readonly terms: AaTerms;
  readonly runs: number;
  /** File that the series is kept in; absent: nowhere. */
  readonly statePath?: string;
}

/** How a series ended; `signal` where somebody stopped it. */
export interface AaOutcome {
  readonly done: number;
  readonly fails: readonly FalseFail[];
  readonly signal: NodeJS.Signals | null;
}

/** Between two batches the state is written and signals are heard. */
const BATCH_MS = 250;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs what is left of the series, in batches; a state file makes it go on where it was stopped. */
export async function runSeries({ tape, terms, runs, statePath }: AaSeries): Promise<AaOutcome> {
  const inputs = aaInputs(tape, terms);
  let state: AaState =
    statePath === undefined ? { inputs, done: 0, fails: [] } : await loadState(statePath, inputs);
  const stopped: { signal: NodeJS.Signals | null } = { signal: null };
  const stop = (signal: NodeJS.Signals): void => {
    stopped.signal = signal;
  };
  for (const each of SIGNALS) process.on(each, stop);
  const bar = progressBar('A/A', 'runs');
  try {
    while (state.done < runs && stopped.signal === null) {
      state = batch(state, { tape, terms, runs });
      if (statePath !== undefined) await saveState(statePath, state);
      bar.onProgress(state.done, runs);
      await setImmediate();
    }
  } finally {
    bar.end();
    for (const each of SIGNALS) process.removeListener(each, stop);
  }
  return { done: state.done, fails: state.fails, signal: stopped.signal };
}

function batch(before: AaState, { tape, terms, runs }: Pick<AaSeries, 'tape' | 'terms' | 'runs'>): AaState {
  const fails = [...before.fails];
  let { done } = before;
  const started = performance.now();
  do {
    const fail = splitRun(tape, terms, done);
    if (fail !== null) fails.push(fail);
    done += 1;
  } while (done < runs && performance.now() - started < BATCH_MS);
  return { ...before, done, fails };
}
