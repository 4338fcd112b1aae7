import { formatDuration, type DurationMs, type EpochMs } from '../core/units.ts';
import { LOOK_BACK } from '../core/window.ts';
import { RequestError, type AnalysisRequest } from './request.ts';

/** Start of the window on the grid, rounded up so that no bucket holds traffic from before it; null: found from the counts. */
export function windowStart(
  start: AnalysisRequest['start'],
  now: EpochMs,
  bucketMs: DurationMs,
): EpochMs | null {
  if (start.kind === 'auto') return null;
  const at = start.kind === 'at' ? start.at : now - start.ago;
  if (at > now)
    throw new RequestError('start lies after the time of asking', 'use an earlier start, or leave it out');
  if (now - at > LOOK_BACK) {
    throw new RequestError(
      `start lies ${formatDuration(now - at)} back, at most ${formatDuration(LOOK_BACK)} are judged`,
      'use a later start, or leave it out',
    );
  }
  return Math.ceil(at / bucketMs) * bucketMs;
}
