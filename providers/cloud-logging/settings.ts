import { invalid, shown, valid, type Issue, type Parsed } from '../../src/core/parsed.ts';
import type { SettingHelp } from '../../src/core/provider.ts';
import { GOOGLE_SETTINGS, parseGoogleSettings, type GoogleSettings } from '../_shared/google/settings.ts';

export interface CloudLoggingSettings {
  readonly google: GoogleSettings;
  /** entries.list a minute and project; Google's limit is 60 and cannot be raised. */
  readonly callsPerMinute: number;
  /** Of these, calls left to people and other readers. */
  readonly reserve: number;
  /** Calls a minute that one analysis may make. */
  readonly callsPerAnalysis: number;
  /** Pages that one look may read. */
  readonly pagesPerLook: number;
  /** Entries a page; the API's own limit is 1000. */
  readonly pageSize: number;
}

type Env = Readonly<Record<string, string | undefined>>;

const ENDPOINT = 'BURNGATE_CLOUD_LOGGING_ENDPOINT';
const LIMITS = {
  callsPerMinute: { env: 'BURNGATE_CLOUD_LOGGING_CALLS_PER_MINUTE', fallback: 60, least: 1, most: 1_000_000 },
  reserve: { env: 'BURNGATE_CLOUD_LOGGING_RESERVE', fallback: 20, least: 0, most: 1_000_000 },
  callsPerAnalysis: {
    env: 'BURNGATE_CLOUD_LOGGING_CALLS_PER_ANALYSIS',
    fallback: 6,
    least: 1,
    most: 1_000_000,
  },
  pagesPerLook: { env: 'BURNGATE_CLOUD_LOGGING_PAGES_PER_LOOK', fallback: 6, least: 1, most: 10_000 },
  pageSize: { env: 'BURNGATE_CLOUD_LOGGING_PAGE_SIZE', fallback: 1000, least: 1, most: 1000 },
} as const;

export const SETTINGS_HELP: readonly SettingHelp[] = [
  ...GOOGLE_SETTINGS,
  {
    env: ENDPOINT,
    fallback: 'logging.googleapis.com',
    meaning: 'address of the API; http only on this machine',
  },
  {
    env: LIMITS.callsPerMinute.env,
    fallback: String(LIMITS.callsPerMinute.fallback),
    meaning: "entries.list calls that a project allows a minute (Google's limit, shared by all its readers)",
  },
  {
    env: LIMITS.reserve.env,
    fallback: String(LIMITS.reserve.fallback),
    meaning: 'of these, calls that Burngate leaves to people and other readers',
  },
  {
    env: LIMITS.callsPerAnalysis.env,
    fallback: String(LIMITS.callsPerAnalysis.fallback),
    meaning: 'calls a minute that one analysis may make',
  },
  {
    env: LIMITS.pagesPerLook.env,
    fallback: String(LIMITS.pagesPerLook.fallback),
    meaning: 'pages that one look of an analysis may read',
  },
  {
    env: LIMITS.pageSize.env,
    fallback: String(LIMITS.pageSize.fallback),
    meaning: 'entries a page',
  },
];

/** From the environment; everything that is wrong at once. */
export function parseCloudLoggingSettings(env: Env): Parsed<CloudLoggingSettings> {
  const google = parseGoogleSettings(env, ENDPOINT);
  const issues: Issue[] = google.ok ? [] : [...google.issues];
  const number = ({ env: name, fallback, least, most }: (typeof LIMITS)[keyof typeof LIMITS]): number => {
    const text = (env[name] ?? '').trim();
    if (text === '') return fallback;
    const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    issues.push({
      path: name,
      given: shown(text),
      allowed: `a whole number from ${String(least)} to ${String(most)}`,
    });
    return fallback;
  };
  const limits = {
    callsPerMinute: number(LIMITS.callsPerMinute),
    reserve: number(LIMITS.reserve),
    callsPerAnalysis: number(LIMITS.callsPerAnalysis),
    pagesPerLook: number(LIMITS.pagesPerLook),
    pageSize: number(LIMITS.pageSize),
  };
  if (limits.reserve >= limits.callsPerMinute)
    issues.push({
      path: LIMITS.reserve.env,
      given: String(limits.reserve),
      allowed: `less than ${LIMITS.callsPerMinute.env}, ${String(limits.callsPerMinute)}`,
    });
  if (!google.ok || issues.length > 0) return invalid(...issues);
  return valid({ google: google.value, ...limits });
}
