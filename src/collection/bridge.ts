import type { ProviderFault } from '../core/errors.ts';
import { MINUTE, formatDuration, type DurationMs, type EpochMs } from '../core/units.ts';
import type { Window } from '../core/window.ts';
import type { Held } from './held.ts';
import { isIn, type Part } from './joined.ts';

/** Law 3: settled counts up to this much older than the lag are judged, with their age named. */
const LONGEST_BRIDGE: DurationMs = 5 * MINUTE;

/**
 * Where an answer without the newest part would end: up to there every bucket of the window has been measured.
 * Null: that is too long ago, or nothing is left.
 */
export function bridgeEnd(
  window: Window,
  held: Held,
  parts: readonly Part[],
  settledBefore: EpochMs,
): EpochMs | null {
  const isKnown = (time: EpochMs): boolean =>
    held.isMeasured(time) || parts.some((part) => isIn(part.window, time));
  let end = window.start;
  while (end < window.end && isKnown(end)) end += window.bucketMs;
  return end > window.start && end >= settledBefore - LONGEST_BRIDGE ? end : null;
}

/** What is said of an answer that ends where the provider was last heard of. */
export function bridgeNote(window: Window, end: EpochMs, provider: string, code: ProviderFault): string {
  const without =
    end < window.end
      ? `judged on counts that end ${formatDuration(window.end - end)} earlier`
      : 'buckets that were empty before were not asked for again';
  return `provider ${provider} did not answer (${code}); ${without}`;
}
