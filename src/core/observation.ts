import type { Bucket } from './counts.ts';
import type { DurationMs, EpochMs } from './units.ts';
import type { Window } from './window.ts';

/** What is known of the counts besides the counts. */
export interface Circumstances {
  /** From the canary's first bucket (or where stable was looked for, if there is none) to the settled end. */
  readonly window: Window;
  /** Age of the newest settled count at the time of asking. */
  readonly dataAge: DurationMs;
  /** Settling lag in force. */
  readonly lag: DurationMs;
  /** False where the canary has no event in the whole look-back. */
  readonly canarySeen: boolean;
  /** Canary events expected since its last and not seen. */
  readonly silentExpected: number;
  readonly earlierEnded: EpochMs | null;
  /** True where a point lies ahead of our own clock. */
  readonly ahead: boolean;
}

/** Settled counts of one attempt: what `decide` sees of the world. */
export interface Observation extends Circumstances {
  /** One entry for each bucket of the window, oldest first; a hole has null for both cohorts. */
  readonly buckets: readonly Bucket[];
  /** What a reader should know of the counts. */
  readonly notes: readonly string[];
}
