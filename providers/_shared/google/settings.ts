import { invalid, shown, valid, type Issue, type Parsed } from '../../../src/core/parsed.ts';
import type { SettingHelp } from '../../../src/core/provider.ts';
import { isProject, isServiceAccount, PROJECT_ALLOWED, SERVICE_ACCOUNT_ALLOWED } from './resource-names.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Who we are towards Google Cloud, and where its API is. */
export interface GoogleSettings {
  /** A credentials file (key, external account, impersonation, user); absent: Application Default Credentials. */
  readonly credentialsFile?: string;
  /** Service account to act as; the credentials need roles/iam.serviceAccountTokenCreator on it. */
  readonly impersonate?: string;
  /** Project whose quota the calls count against; absent: the project that is read. */
  readonly quotaProject?: string;
  /** Absent: the API's public address. */
  readonly endpoint?: GoogleEndpoint;
}

export interface GoogleEndpoint {
  readonly host: string;
  readonly port: number;
  /** Without TLS and without credentials: loopback only. */
  readonly plaintext: boolean;
}

export const GOOGLE_SETTINGS: readonly SettingHelp[] = [
  {
    env: 'BURNGATE_GOOGLE_CREDENTIALS',
    fallback: 'GOOGLE_APPLICATION_CREDENTIALS, else the default credentials of the place it runs',
    meaning: 'credentials file: key, external account (workload identity federation) or impersonation',
  },
  {
    env: 'BURNGATE_GOOGLE_IMPERSONATE',
    fallback: 'none',
    meaning: 'service account to act as',
  },
  {
    env: 'BURNGATE_GOOGLE_QUOTA_PROJECT',
    fallback: 'GOOGLE_CLOUD_QUOTA_PROJECT, else the project that is read',
    meaning: 'project that calls are counted against',
  },
];

const ENDPOINT_ALLOWED =
  'HOST or HOST:PORT (with TLS), or http://127.0.0.1:PORT for a server on this machine';
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-f:]{2,39}\])$/;

/** Everything that is wrong at once. `endpointEnv` names the setting of the API's address, one for each API. */
export function parseGoogleSettings(env: Env, endpointEnv: string): Parsed<GoogleSettings> {
  const issues: Issue[] = [];
  const text = (...names: readonly string[]): { name: string; value: string } | null => {
    const name = names.find((each) => (env[each] ?? '').trim() !== '');
    return name === undefined ? null : { name, value: (env[name] ?? '').trim() };
  };
  const checked = (
    found: ReturnType<typeof text>,
    isAllowed: (value: string) => boolean,
    allowed: string,
  ): string | undefined => {
    if (found === null) return undefined;
    if (!isAllowed(found.value)) issues.push({ path: found.name, given: shown(found.value), allowed });
    return found.value;
  };
  const credentialsFile = text('BURNGATE_GOOGLE_CREDENTIALS', 'GOOGLE_APPLICATION_CREDENTIALS')?.value;
  const impersonate = checked(text('BURNGATE_GOOGLE_IMPERSONATE'), isServiceAccount, SERVICE_ACCOUNT_ALLOWED);
  const quotaProject = checked(
    text('BURNGATE_GOOGLE_QUOTA_PROJECT', 'GOOGLE_CLOUD_QUOTA_PROJECT'),
    isProject,
    PROJECT_ALLOWED,
  );
  const where = text(endpointEnv);
  const endpoint = where === null ? undefined : parseEndpoint(where.value);
  if (endpoint === null)
    issues.push({ path: endpointEnv, given: shown(where?.value), allowed: ENDPOINT_ALLOWED });
  if (issues.length > 0) return invalid(...issues);
  return valid({
    ...(credentialsFile !== undefined && { credentialsFile }),
    ...(impersonate !== undefined && { impersonate }),
    ...(quotaProject !== undefined && { quotaProject }),
    ...(endpoint !== undefined && endpoint !== null && { endpoint }),
  });
}

function parseEndpoint(text: string): GoogleEndpoint | null {
  const plaintext = text.startsWith('http://');
  const rest = text.replace(/^https?:\/\//, '');
  const [, host = '', digits] = /^(.*?)(?::(\d{1,5}))?$/.exec(rest) ?? [];
  const port = digits === undefined ? 443 : Number(digits);
  if (!HOST.test(host) || port < 1 || port > 65_535) return null;
  if (plaintext && (digits === undefined || !isLoopback(host))) return null;
  return { host, port, plaintext };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
