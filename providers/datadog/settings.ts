import { invalid, shown, valid, type Issue, type Parsed } from '../../src/core/parsed.ts';
import type { SettingHelp } from '../../src/core/provider.ts';
import { parseDuration, type DurationMs } from '../../src/core/units.ts';

/** Sites of Datadog, as its client lists them. The keys go to one of these hosts and nowhere else. */
export const SITES = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'uk1.datadoghq.com',
  'datadoghq.eu',
  'ddog-gov.com',
  'us2.ddog-gov.com',
] as const;

export interface DatadogSettings {
  readonly apiKey: string;
  readonly appKey: string;
  /** For messages and metrics; also the host, unless an endpoint replaces it. */
  readonly site: string;
  /** Base address: `https://api.SITE`, or a server of this machine. */
  readonly endpoint: string;
  /** For one call. */
  readonly timeout: DurationMs;
  /** Calls of one endpoint that may start in any minute; the API's own headers limit further. */
  readonly callsPerMinute: number;
  /** Buckets asked for in one call; longer windows are asked in pieces. */
  readonly maxPoints: number;
}

export const SETTINGS: readonly SettingHelp[] = [
  { env: 'DD_API_KEY', fallback: 'required', meaning: 'API key of the Datadog organisation' },
  {
    env: 'DD_APP_KEY',
    fallback: 'required',
    meaning: 'application key that may read what the SLOs name (timeseries_query, logs_read_data, slos_read)',
  },
  { env: 'DD_SITE', fallback: 'datadoghq.com', meaning: `Datadog site: ${SITES.join(', ')}` },
  {
    env: 'BURNGATE_DATADOG_ENDPOINT',
    fallback: 'the site',
    meaning: 'http://127.0.0.1:PORT instead of the site, for a trial server on this machine',
  },
  { env: 'BURNGATE_DATADOG_TIMEOUT', fallback: '4s', meaning: 'deadline of one call, 100ms to 30s' },
  {
    env: 'BURNGATE_DATADOG_CALLS_PER_MINUTE',
    fallback: '60',
    meaning: 'most calls of one endpoint in a minute; the rate limits that Datadog sends hold besides',
  },
  {
    env: 'BURNGATE_DATADOG_MAX_POINTS',
    fallback: '1500',
    meaning: 'most buckets asked for in one call; lower it where Datadog enlarges the interval',
  },
];

type Env = Readonly<Record<string, string | undefined>>;

/** All problems at once. Keys are never shown, not even wrong ones. */
export function parseDatadogSettings(env: Env): Parsed<DatadogSettings> {
  const issues: Issue[] = [];
  const site = siteOf(env, issues);
  const settings: DatadogSettings = {
    apiKey: keyOf(env, 'DD_API_KEY', issues),
    appKey: keyOf(env, 'DD_APP_KEY', issues),
    site,
    endpoint: endpointOf(env, site, issues),
    timeout: timeoutOf(env, issues),
    callsPerMinute: wholeOf(
      env,
      { name: 'BURNGATE_DATADOG_CALLS_PER_MINUTE', fallback: 60, to: 1_000_000 },
      issues,
    ),
    maxPoints: wholeOf(env, { name: 'BURNGATE_DATADOG_MAX_POINTS', fallback: 1500, to: 1500 }, issues),
  };
  return issues.length === 0 ? valid(settings) : invalid(...issues);
}

function given(env: Env, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

function keyOf(env: Env, name: string, issues: Issue[]): string {
  const key = given(env, name);
  if (key !== undefined && /^[A-Za-z0-9_-]{8,200}$/.test(key)) return key;
  const told = key === undefined ? 'nothing' : `a text of ${String(key.length)} characters that is no key`;
  issues.push({ path: name, given: told, allowed: 'a key: letters, digits, _ and -, at least 8 of them' });
  return '';
}

function siteOf(env: Env, issues: Issue[]): string {
  const text = given(env, 'DD_SITE')?.toLowerCase() ?? 'datadoghq.com';
  const site = SITES.find((each) => each === text);
  if (site === undefined) {
    issues.push({ path: 'DD_SITE', given: shown(env['DD_SITE']), allowed: `one of ${SITES.join(', ')}` });
  }
  return site ?? '';
}

/** Plain HTTP would show the keys to the network, so it stays on this machine; any other host is not Datadog. */
function endpointOf(env: Env, site: string, issues: Issue[]): string {
  const text = given(env, 'BURNGATE_DATADOG_ENDPOINT');
  if (text === undefined) return `https://api.${site}`;
  const [, origin] = /^(http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5})\/?$/.exec(text) ?? [];
  if (origin === undefined || !URL.canParse(origin)) {
    issues.push({
      path: 'BURNGATE_DATADOG_ENDPOINT',
      given: shown(text.replace(/\/\/[^/]*@/, '//…@')),
      allowed:
        'http://127.0.0.1:PORT, http://localhost:PORT or http://[::1]:PORT; for Datadog itself set DD_SITE',
    });
  }
  return origin ?? '';
}

function timeoutOf(env: Env, issues: Issue[]): DurationMs {
  const name = 'BURNGATE_DATADOG_TIMEOUT';
  const text = given(env, name) ?? '4s';
  const parsed = parseDuration(text);
  if (parsed.ok && parsed.value >= 100 && parsed.value <= 30_000) return parsed.value;
  issues.push({ path: name, given: shown(text), allowed: 'a duration from 100ms to 30s' });
  return 0;
}

function wholeOf(
  env: Env,
  { name, fallback, to }: { readonly name: string; readonly fallback: number; readonly to: number },
  issues: Issue[],
): number {
  const text = given(env, name) ?? String(fallback);
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= to) return value;
  issues.push({ path: name, given: shown(text), allowed: `a whole number from 1 to ${String(to)}` });
  return fallback;
}
