import { invalid, shown, valid, type Parsed } from '../core/parsed.ts';
import { SECOND, formatDuration, parseDuration, type DurationMs } from '../core/units.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

const HOST = /^[A-Za-z0-9_.:%-]{1,253}$/;
const CLUSTER = /^[A-Za-z0-9]([A-Za-z0-9._/:-]{0,251}[A-Za-z0-9])?$/;

/** Argo's web metric gives up after ten seconds; one is left for the way there and back. */
const LONGEST_DEADLINE: DurationMs = 9 * SECOND;

export function parsePort(text: string): Parsed<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? valid(port) : refused(text, 'a whole number from 0 to 65535; 0 takes a free port');
}

export function parseHost(text: string): Parsed<string> {
  return HOST.test(text)
    ? valid(text)
    : refused(text, 'an address or host name without port, such as 0.0.0.0, :: or localhost');
}

export function parseLocation(text: string): Parsed<string> {
  return text.includes('\0') ? refused(text, 'a path') : valid(text);
}

export function parseCluster(text: string): Parsed<string> {
  return CLUSTER.test(text)
    ? valid(text)
    : refused(text, 'a name of at most 253 letters, digits, ".", "_", "/", ":" and "-"');
}

/** An absolute http(s) URL; a slash at its end is dropped, so that paths can be appended. */
export function parsePublicUrl(text: string): Parsed<string> {
  const allowed =
    'an http or https URL without credentials, query and fragment, such as https://burngate.example.com';
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return refused(text, allowed);
  // A password in a URL must not come back in a message.
  if (url.username !== '' || url.password !== '')
    return invalid({ path: '', given: 'a URL with credentials', allowed });
  if (url.search !== '' || url.hash !== '') return refused(text, allowed);
  return valid(url.href.replace(/\/+$/, ''));
}

export function parseLogLevel(text: string): Parsed<LogLevel> {
  const level = LOG_LEVELS.find((one) => one === text);
  return level === undefined ? refused(text, LOG_LEVELS.join(', ')) : valid(level);
}

export function parseDeadline(text: string): Parsed<DurationMs> {
  const span = parseDuration(text);
  if (span.ok && span.value >= SECOND && span.value <= LONGEST_DEADLINE) return span;
  return refused(text, `a duration from 1s to ${formatDuration(LONGEST_DEADLINE)}: Argo waits ten seconds`);
}

/** Less than the largest request would hold nothing; more than the heap of a pod would end it. */
const MOST_CACHE_MB = 4096;

export function parseCacheMb(text: string): Parsed<number> {
  const megabytes = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return megabytes >= 1 && megabytes <= MOST_CACHE_MB
    ? valid(megabytes)
    : refused(text, `a whole number of MiB from 1 to ${String(MOST_CACHE_MB)}`);
}

function refused(text: string, allowed: string): Parsed<never> {
  return invalid({ path: '', given: shown(text), allowed });
}
