import { invalid, shown, valid, type Parsed } from '../core/parsed.ts';
import { DAY, parseDuration, type DurationMs } from '../core/units.ts';

const MOST_MB = 1_000_000;

/** Never shown in a message: there is a password in it. */
export function parseDatabaseUrl(text: string): Parsed<string> {
  const url = URL.parse(text);
  if (url !== null && ['postgres:', 'postgresql:'].includes(url.protocol)) return valid(text);
  return invalid({
    path: '',
    given: 'something else',
    allowed: 'a PostgreSQL URL such as postgres://user:password@host:5432/burngate',
  });
}

export function parseRetain(text: string): Parsed<DurationMs> {
  const span = parseDuration(text);
  if (span.ok && span.value >= DAY) return span;
  return invalid({ path: '', given: shown(text), allowed: 'a duration from 1d to ten years, such as 400d' });
}

export function parseRetainMb(text: string): Parsed<number> {
  const megabytes = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (megabytes >= 1 && megabytes <= MOST_MB) return valid(megabytes);
  return invalid({
    path: '',
    given: shown(text),
    allowed: `a whole number of MiB from 1 to ${String(MOST_MB)}`,
  });
}
