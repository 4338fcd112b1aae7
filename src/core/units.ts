import type { Parsed } from './parsed.ts';
import { invalid, valid } from './parsed.ts';

/** Milliseconds since the Unix epoch, UTC. */
export type EpochMs = number;

/** A span in milliseconds, never negative. */
export type DurationMs = number;

/** A fraction in [0, 1]; percentages exist only in rendered text. */
export type Ratio = number;

export const SECOND: DurationMs = 1000;
export const MINUTE: DurationMs = 60 * SECOND;
export const HOUR: DurationMs = 60 * MINUTE;
export const DAY: DurationMs = 24 * HOUR;

const UNIT_MS: Readonly<Record<string, DurationMs>> = {
  ms: 1,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
};

const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|[smhdw])/g;

/** Ten years: longer than any window an SLO could mean, short enough to keep dates valid. */
const LONGEST: DurationMs = 3660 * DAY;

/** Parses `90s`, `5m`, `1h30m`, `28d`, `4w` to milliseconds; a bare `0` is zero. */
export function parseDuration(text: string, path = ''): Parsed<DurationMs> {
  const allowed = 'a duration such as 30s, 5m, 1h30m, 28d or 4w';
  const trimmed = text.trim();
  if (trimmed === '0') return valid(0);
  if (!DURATION.test(trimmed)) return invalid({ path, given: text, allowed });
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(DURATION_PART)) {
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  if (total > LONGEST) return invalid({ path, given: text, allowed: 'a duration of at most ten years' });
  return valid(total);
}

/** Renders a span for people in at most two units: `45s`, `12m`, `2h05m`, `28d`. */
export function formatDuration(span: DurationMs): string {
  const seconds = Math.round(span / SECOND);
  if (seconds < 60) return `${String(seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0 ? `${String(minutes)}m` : `${String(minutes)}m${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${String(hours)}h` : `${String(hours)}h${two(minutes % 60)}m`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${String(days)}d` : `${String(days)}d${String(hours % 24)}h`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
