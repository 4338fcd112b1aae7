import { add, NO_EVENTS, total, type Events } from './counts.ts';
import { burnLogRatio } from './stats/harm.ts';
import type { EpochMs } from './units.ts';

/** One judged bucket, as far as the search for the start of a fault needs it. */
export interface Judged {
  readonly time: EpochMs;
  readonly canary: Events;
  readonly stable: Events;
}

/** When a fault most likely began, and what both cohorts did since. */
export interface Onset {
  readonly time: EpochMs;
  readonly canary: Events;
  readonly stable: Events;
}

/**
 * The start after which the canary's bad fraction is most clearly above `p0`: the suffix with the largest
 * likelihood ratio of its own fraction against p0. For people, who would not understand a fail beside a burn
 * that an hour of clean traffic has watered down; no verdict rests on it.
 */
export function findOnset(judged: readonly Judged[], p0: number): Onset | null {
  let best: Onset | null = null;
  let bestLog = 0;
  let canary = NO_EVENTS;
  let stable = NO_EVENTS;
  for (const bucket of judged.toReversed()) {
    canary = add(canary, bucket.canary);
    stable = add(stable, bucket.stable);
    const fraction = total(canary) > 0 ? canary.bad / total(canary) : 0;
    const log = burnLogRatio(canary.bad, canary.good, p0, fraction);
    if (log > bestLog) {
      bestLog = log;
      best = { time: bucket.time, canary, stable };
    }
  }
  return best;
}
