import type { EpochMs } from '../core/units.ts';

const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** True for texts that are written like RFC 3339, whether or not there is such a date. */
export function looksLikeRfc3339(text: string): boolean {
  return RFC3339.test(text);
}

/** Milliseconds since the epoch; null for what is not written so, and for dates that do not exist. */
export function parseRfc3339(text: string): EpochMs | null {
  const [, date, clock] = RFC3339.exec(text) ?? [];
  if (date === undefined || clock === undefined || !exists(date, clock)) return null;
  const time = Date.parse(text.toUpperCase());
  return Number.isNaN(time) ? null : time;
}

/** `Date.parse` rolls 30 February over into March, and 24:00 into the next day. */
function exists(date: string, clock: string): boolean {
  const time = Date.parse(`${date}T${clock}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${date}T${clock}`);
}
