import { HOUR, type DurationMs, type EpochMs } from './units.ts';

/** A half-open span [start, end) on an aligned grid: both are multiples of `bucketMs`. */
export interface Window {
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly bucketMs: DurationMs;
}

/** How far back the canary's first event is looked for. */
export const LOOK_BACK: DurationMs = 24 * HOUR;
/** Longest span asked of a provider at once, so that one query stays within its answer limits. */
export const PIECE: DurationMs = 6 * HOUR;

/**
 * Where the look-back of a look begins: at most `LOOK_BACK` before its end, on a coarse grid. A start that moved
 * with every look would begin a new test each time, and the promise for any number of looks would be gone.
 */
export function lookBackStart(end: EpochMs): EpochMs {
  return Math.ceil((end - LOOK_BACK) / PIECE) * PIECE;
}

export function alignDown(time: EpochMs, bucketMs: DurationMs): EpochMs {
  return Math.floor(time / bucketMs) * bucketMs;
}

/** Start times of all buckets of a window, oldest first. */
export function bucketTimes(window: Window): EpochMs[] {
  const times: EpochMs[] = [];
  for (let time = window.start; time < window.end; time += window.bucketMs) times.push(time);
  return times;
}

/** Number of whole buckets. */
export function bucketCount(window: Window): number {
  return Math.max(0, Math.round((window.end - window.start) / window.bucketMs));
}

/** Cuts [start, end) into pieces no longer than `PIECE`, newest first: the search for a start goes backwards. */
export function pieces(window: Window): Window[] {
  const cut: Window[] = [];
  const step = Math.max(window.bucketMs, alignDown(PIECE, window.bucketMs));
  for (let end = window.end; end > window.start; end -= step) {
    cut.push({ start: Math.max(window.start, end - step), end, bucketMs: window.bucketMs });
  }
  return cut;
}
