import { parseDuration, SECOND, type DurationMs } from '../../src/core/units.ts';
import { invalid, shown, valid, type Issue, type Parsed } from '../../src/core/parsed.ts';
import type { SettingHelp } from '../../src/core/provider.ts';
import { parseGoogleSettings, type GoogleSettings } from '../_shared/google/settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type Auth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly passwordFile: string }
  /** Read anew for each call: service account tokens rotate. */
  | { readonly kind: 'bearer'; readonly tokenFile: string }
  | { readonly kind: 'google'; readonly google: GoogleSettings };

/** How samples are read: as stored, or the newest one at each step where a server cannot give them as stored. */
export type ReadMode = 'samples' | 'steps';

export interface PrometheusSettings {
  /** Without a slash at its end; /api/v1/... is put behind it. */
  readonly url: string;
  readonly auth: Auth;
  readonly caFile?: string;
  /** mTLS; both or neither. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** X-Scope-OrgID. */
  readonly tenant?: string;
  readonly scrapeInterval: DurationMs;
  readonly read: ReadMode;
  /** The one cluster that the server holds; absent: series carry a cluster label. */
  readonly cluster?: string;
  readonly replicaLabels: readonly string[];
  /** Of a single call. */
  readonly timeout: DurationMs;
  readonly maxAnswerBytes: number;
  readonly callsPerMinute: number;
  readonly concurrency: number;
}

const P = 'BURNGATE_PROMETHEUS_';

export const SETTINGS: readonly SettingHelp[] = [
  { env: `${P}URL`, fallback: 'none; required', meaning: 'address of the API, up to but without /api/v1' },
  {
    env: `${P}AUTH`,
    fallback: 'google for monitoring.googleapis.com, else none',
    meaning: 'none, basic, bearer or google (the credentials of the Google providers)',
  },
  { env: `${P}USERNAME`, fallback: 'none', meaning: 'user of basic' },
  { env: `${P}PASSWORD_FILE`, fallback: 'none', meaning: 'file with the password of basic' },
  { env: `${P}TOKEN_FILE`, fallback: 'none', meaning: 'file with the token of bearer, read for each call' },
  { env: `${P}CA_FILE`, fallback: "the system's", meaning: 'certificate authority of the server' },
  { env: `${P}CERT_FILE`, fallback: 'none', meaning: 'client certificate (mTLS)' },
  { env: `${P}KEY_FILE`, fallback: 'none', meaning: 'key of the client certificate' },
  { env: `${P}TENANT`, fallback: 'none', meaning: 'X-Scope-OrgID of Mimir, Cortex and Thanos' },
  {
    env: `${P}ALLOW_PLAINTEXT`,
    fallback: 'false',
    meaning: 'true: send credentials over http to other machines too',
  },
  { env: `${P}SCRAPE_INTERVAL`, fallback: '60s', meaning: 'how often targets are scraped' },
  {
    env: `${P}READ`,
    fallback: 'steps for monitoring.googleapis.com, else samples',
    meaning: 'samples as stored, or steps: the newest one at each scrape interval',
  },
  { env: `${P}CLUSTER`, fallback: 'none', meaning: 'the one cluster that the server holds, without a label' },
  {
    env: `${P}REPLICA_LABELS`,
    fallback: 'prometheus_replica,__replica__',
    meaning: 'labels that tell replicas of a server apart; one replica is counted',
  },
  { env: `${P}TIMEOUT`, fallback: '4s', meaning: 'longest time of a single call' },
  { env: `${P}MAX_ANSWER_MB`, fallback: '16', meaning: 'longest answer, unpacked' },
  { env: `${P}CALLS_PER_MINUTE`, fallback: '1200', meaning: 'most calls in a minute' },
  { env: `${P}CONCURRENCY`, fallback: '8', meaning: 'most calls at once' },
];

const GOOGLE_HOST = 'monitoring.googleapis.com';
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Everything that is wrong at once. */
export function parsePrometheusSettings(env: Env): Parsed<PrometheusSettings> {
  const read = new EnvReader(env);
  const url = read.url();
  const isGoogle = url?.hostname === GOOGLE_HOST;
  const auth = read.auth(isGoogle ? 'google' : 'none', url);
  const [certFile, keyFile] = [read.text('CERT_FILE'), read.text('KEY_FILE')];
  if ((certFile === undefined) !== (keyFile === undefined))
    read.issue(certFile === undefined ? 'CERT_FILE' : 'KEY_FILE', 'the other file of the pair as well');
  const settings = {
    scrapeInterval: read.duration('SCRAPE_INTERVAL', 60 * SECOND, SECOND),
    read: read.oneOf('READ', ['samples', 'steps'] as const, isGoogle ? 'steps' : 'samples'),
    replicaLabels: (env[`${P}REPLICA_LABELS`] ?? 'prometheus_replica,__replica__').split(',').filter(Boolean),
    timeout: read.duration('TIMEOUT', 4 * SECOND, 100),
    maxAnswerBytes: read.number('MAX_ANSWER_MB', 16, 1, 1024) * 1024 * 1024,
    callsPerMinute: read.number('CALLS_PER_MINUTE', 1200, 1, 100_000),
    concurrency: read.number('CONCURRENCY', 8, 1, 256),
  };
  const tenant = read.tenant();
  const [caFile, cluster] = [read.text('CA_FILE'), read.text('CLUSTER')];
  if (url === null || auth === null || read.issues.length > 0) return invalid(...read.issues);
  return valid({
    url: url.href.replace(/\/+$/, ''),
    auth,
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined || keyFile === undefined ? {} : { certFile, keyFile }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(cluster === undefined ? {} : { cluster }),
    ...settings,
  });
}

class EnvReader {
  readonly issues: Issue[] = [];
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
  }

  text(name: string): string | undefined {
    const given = this.#env[P + name];
    return given === undefined || given === '' ? undefined : given;
  }

  issue(name: string, allowed: string): void {
    const given = this.text(name);
    this.issues.push({ path: P + name, given: given === undefined ? 'nothing' : shown(given), allowed });
  }

  /** No user, no query, no fragment: credentials do not belong into an address that is logged. */
  url(): URL | null {
    const allowed =
      'an address such as http://prometheus.monitoring:9090 or https://mimir.example.com/prometheus, without user, ? and #';
    const given = this.text('URL');
    const url = given === undefined ? null : URL.parse(given);
    const isSound =
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      url.username + url.password + url.search + url.hash === '';
    if (isSound) return url;
    // The value may hold a password, so it is not shown.
    this.issues.push({ path: `${P}URL`, given: given === undefined ? 'nothing' : 'another form', allowed });
    return null;
  }

  auth(fallback: 'none' | 'google', url: URL | null): Auth | null {
    const kind = this.oneOf('AUTH', ['none', 'basic', 'bearer', 'google'] as const, fallback);
    if (kind === 'none') return { kind };
    if (url?.protocol === 'http:' && !LOOPBACK.test(url.hostname) && this.text('ALLOW_PLAINTEXT') !== 'true')
      this.issues.push({
        path: `${P}URL`,
        given: 'http beside credentials',
        allowed: `https, a loopback address, or ${P}ALLOW_PLAINTEXT=true`,
      });
    if (kind === 'google') {
      const google = parseGoogleSettings(this.#env, `${P}GOOGLE_ENDPOINT`);
      if (google.ok) return { kind, google: google.value };
      this.issues.push(...google.issues);
      return null;
    }
    const file = kind === 'basic' ? 'PASSWORD_FILE' : 'TOKEN_FILE';
    const path = this.text(file);
    const username = this.text('USERNAME');
    if (path === undefined) this.issue(file, `the path of a file, for ${P}AUTH=${kind}`);
    if (kind === 'bearer') return path === undefined ? null : { kind, tokenFile: path };
    if (username === undefined || username.includes(':')) this.issue('USERNAME', 'a name without a colon');
    return path === undefined || username === undefined ? null : { kind, username, passwordFile: path };
  }

  tenant(): string | undefined {
    const given = this.text('TENANT');
    if (given !== undefined && !/^[\w!.*'()|-]{1,150}$/.test(given))
      this.issue('TENANT', "up to 150 letters, digits and any of !-_.*'()|");
    return given;
  }

  oneOf<const Name extends string>(name: string, allowed: readonly Name[], fallback: Name): Name {
    const given = this.text(name);
    const found = allowed.find((each) => each === given);
    if (given !== undefined && found === undefined) this.issue(name, `one of ${allowed.join(', ')}`);
    return found ?? fallback;
  }

  duration(name: string, fallback: DurationMs, least: DurationMs): DurationMs {
    const given = this.text(name);
    if (given === undefined) return fallback;
    const parsed = parseDuration(given);
    if (parsed.ok && parsed.value >= least) return parsed.value;
    this.issue(name, 'a duration such as 4s, 30s or 1m');
    return fallback;
  }

  number(name: string, fallback: number, least: number, most: number): number {
    const given = this.text(name);
    if (given === undefined) return fallback;
    const value = Number(given);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    this.issue(name, `a whole number from ${String(least)} to ${String(most)}`);
    return fallback;
  }
}
