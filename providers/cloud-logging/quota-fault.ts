import { ProviderError } from '../../src/core/errors.ts';
import { formatDuration, MINUTE, type EpochMs } from '../../src/core/units.ts';
import type { Question } from './question.ts';
import type { SpanRead } from './read-span.ts';
import { namesOf } from './client.ts';
import { QUOTA_REMEDY } from './quota-remedy.ts';
import type { CloudLoggingSettings } from './settings.ts';

export interface Shortfall {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly read: SpanRead;
}

/** Catching up may take this long; what takes longer is no way to judge a release. */
const LONGEST_CATCH_UP = 30 * MINUTE;

/** Pages that a span is worth: what an analysis may read while it catches up. */
export function worthwhilePages({ callsPerAnalysis }: CloudLoggingSettings): number {
  return (callsPerAnalysis * LONGEST_CATCH_UP) / MINUTE;
}

/** Whether reading goes faster than entries come, so that the next looks will catch up. */
export function catchesUp({ from, to, read }: Shortfall, settings: CloudLoggingSettings): boolean {
  const pagesPerMinute = pagesPerMinuteOf(from, read);
  if (pagesPerMinute === null) return false;
  const spare = settings.callsPerAnalysis - pagesPerMinute;
  const missing = ((to - read.edge) / MINUTE) * pagesPerMinute;
  return spare > 0 && missing / spare <= LONGEST_CATCH_UP / MINUTE;
}

/** Whether entries come faster than they may be read, so that no look will ever catch up. */
export function isBeyond({ from, read }: Shortfall, settings: CloudLoggingSettings): boolean {
  const pagesPerMinute = pagesPerMinuteOf(from, read);
  return pagesPerMinute !== null && pagesPerMinute >= settings.callsPerAnalysis;
}

/** Calls that a minute of entries takes; null where nothing was read. */
function pagesPerMinuteOf(from: EpochMs, { edge, calls }: SpanRead): number | null {
  return edge > from && calls > 0 ? (calls / (edge - from)) * MINUTE : null;
}

/** The entries are more than may be read of them. */
export function tooManyEntries(
  question: Question,
  { from, to, read }: Shortfall,
  settings: CloudLoggingSettings,
): ProviderError {
  const { callsPerAnalysis, callsPerMinute, reserve } = settings;
  const share = Math.max(0, read.edge - from) / (to - from);
  const needed = share > 0 ? `, about ${String(Math.ceil(read.calls / share))} calls are needed` : '';
  const names = namesOf(question.resourceNames);
  const done =
    read.calls === 0
      ? `No call is left to read the log entries of ${names}`
      : `${String(read.entries)} log entries (${String(read.calls)} calls) of ${names} were read for ${formatDuration(to - from)}${needed}`;
  return new ProviderError({
    code: 'provider-quota',
    message: `${done}: an analysis may make ${String(callsPerAnalysis)} a minute, all together ${String(callsPerMinute - reserve)} of the project's ${String(callsPerMinute)}.`,
    remedy: QUOTA_REMEDY,
    retryable: true,
  });
}
