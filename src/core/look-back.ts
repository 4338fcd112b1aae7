import { findAttempt, type Attempt } from './attempt.ts';
import type { Bucket } from './counts.ts';
import { useOf } from './trial.ts';
import { MINUTE, type DurationMs } from './units.ts';
import { pieces, type Window } from './window.ts';

/** Without a canary to start from, this much of stable says whether the service is busy. */
const STABLE_VIEW: DurationMs = 30 * MINUTE;
/** Covered stretch without the canary before its first event, after which looking further back is over. */
const QUIET_BEFORE: DurationMs = 60 * MINUTE;

/** What an analysis sees of the past: the attempt, and the buckets of its window. */
export interface View {
  readonly attempt: Attempt | null;
  /** Index of the window's first bucket. */
  readonly first: number;
  /** Index of its last bucket; below `first` where there is none. */
  readonly last: number;
}

/**
 * What an analysis finds that may look back on all of `window`: it goes back piece by piece, newest first,
 * until the release's start is in view, and leaves out what has not arrived at the end.
 *
 * @param buckets one a grid cell, oldest first, up to the window's end; they may begin inside it
 */
export function viewOf(buckets: readonly Bucket[], window: Window): View {
  const { bucketMs } = window;
  for (const piece of pieces(window)) {
    const from = Math.max(0, buckets.length - Math.round((window.end - piece.start) / bucketMs));
    const seen = from === 0 ? buckets : buckets.slice(from);
    const attempt = findAttempt(seen);
    if (from > 0 && !isInView(seen, attempt, bucketMs)) continue;
    const arrived = seen.findLastIndex(hasArrived);
    // Nothing at all stays a window of holes, so that it is told as "no data".
    const last = arrived === -1 ? seen.length - 1 : arrived;
    const first = attempt?.start ?? stableView(seen.slice(0, last + 1), bucketMs);
    return { attempt, first: from + first, last: from + last };
  }
  return { attempt: null, first: 0, last: -1 };
}

function hasArrived(bucket: Bucket): boolean {
  return useOf(bucket) !== 'uncovered' || bucket.flaw !== undefined;
}

/** True once looking further back cannot move the start: a gap, or a long stretch of stable alone before it. */
export function isInView(seen: readonly Bucket[], attempt: Attempt | null, bucketMs: DurationMs): boolean {
  if (attempt === null || attempt.earlierEnded !== null) return true;
  let before = 0;
  for (let index = 0; index < attempt.start; index += 1) {
    const bucket = seen[index];
    if (bucket !== undefined && useOf(bucket) === 'stable-only') before += 1;
  }
  return before * bucketMs >= QUIET_BEFORE;
}

/** Without a canary: the newest half hour, from its first bucket with data; before that the source was not there. */
function stableView(settled: readonly Bucket[], bucketMs: DurationMs): number {
  const from = Math.max(0, settled.length - Math.ceil(STABLE_VIEW / bucketMs));
  return Math.max(
    from,
    settled.findIndex((bucket, index) => index >= from && useOf(bucket) !== 'uncovered'),
  );
}
