import { invalid, shown, valid, type Parsed } from '../../src/core/parsed.ts';
import type { SettingHelp } from '../../src/core/provider.ts';
import { GOOGLE_SETTINGS, parseGoogleSettings, type GoogleSettings } from '../_shared/google/settings.ts';

export interface MonitoringSettings {
  readonly google: GoogleSettings;
  /** Reading calls that one project may get from this process in any minute. */
  readonly callsPerMinute: number;
}

const ENDPOINT = 'BURNGATE_CLOUD_MONITORING_ENDPOINT';
const CALLS = 'BURNGATE_CLOUD_MONITORING_CALLS_PER_MINUTE';
/** Google publishes no figure and refuses below its quota at times; ten a second has room for dashboards beside us. */
const DEFAULT_CALLS = 600;
const MOST_CALLS = 6000;

export const MONITORING_SETTINGS: readonly SettingHelp[] = [
  ...GOOGLE_SETTINGS,
  {
    env: ENDPOINT,
    fallback: 'monitoring.googleapis.com',
    meaning: 'address of the API, for a private endpoint or a server on this machine',
  },
  {
    env: CALLS,
    fallback: String(DEFAULT_CALLS),
    meaning: 'calls a minute that one project gets',
  },
];

export function parseMonitoringSettings(
  env: Readonly<Record<string, string | undefined>>,
): Parsed<MonitoringSettings> {
  const google = parseGoogleSettings(env, ENDPOINT);
  const given = (env[CALLS] ?? '').trim();
  const callsPerMinute = given === '' ? DEFAULT_CALLS : Number(given);
  const fits = Number.isInteger(callsPerMinute) && callsPerMinute >= 1 && callsPerMinute <= MOST_CALLS;
  const issue = {
    path: CALLS,
    given: shown(given),
    allowed: `a whole number from 1 to ${String(MOST_CALLS)}`,
  };
  if (google.ok && fits) return valid({ google: google.value, callsPerMinute });
  return invalid(...(google.ok ? [] : google.issues), ...(fits ? [] : [issue]));
}
