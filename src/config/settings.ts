import { shown, type Issue, type Parsed } from '../core/parsed.ts';
import type { DurationMs } from '../core/units.ts';
import { parseDatabaseUrl, parseRetain, parseRetainMb } from './history-values.ts';
import { isServiceLink, unknownVariables } from './environment-names.ts';
import {
  parseCacheMb,
  parseCluster,
  parseDeadline,
  parseHost,
  parseLocation,
  parseLogLevel,
  parsePort,
  parsePublicUrl,
  type LogLevel,
} from './setting-values.ts';

/** What `burngate serve` runs with. An absent field was neither given nor has a default. */
export interface ServeSettings {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** Folder of the SLO files. */
  readonly slos: string;
  /** Folder of the history. */
  readonly data?: string;
  /** PostgreSQL for the history, instead of a file. */
  readonly databaseUrl?: string;
  /** How long the history is kept. */
  readonly retain: DurationMs;
  /** Counts and bodies of the history, in MiB; the oldest analyses go first. */
  readonly retainMb: number;
  readonly cluster?: string;
  /** Base of report links, without a slash at the end. */
  readonly publicUrl?: string;
  /** File of static bearer tokens. */
  readonly tokens?: string;
  /** File that says what each caller may do. */
  readonly access?: string;
  readonly logLevel: LogLevel;
  /** Longest time for one analysis. */
  readonly deadline: DurationMs;
  /** Memory for settled counts, in MiB. */
  readonly cacheMb: number;
}

/** One line of `serve --help` and of the documentation. */
export interface SettingHelpLine {
  /** As commander takes it: `--public-url <url>`. */
  readonly flag: string;
  readonly env: string;
  /** Default as text; null: none. */
  readonly fallback: string | null;
  readonly required: boolean;
  readonly meaning: string;
}

interface Setting<T> extends Omit<SettingHelpLine, 'required'> {
  readonly required?: true;
  readonly parse: (text: string) => Parsed<T>;
}

/** The only place where a setting of the server is written down; names are those of commander's options. */
const SETTINGS: { readonly [K in keyof ServeSettings]-?: Setting<NonNullable<ServeSettings[K]>> } = {
  port: {
    flag: '--port <port>',
    env: 'BURNGATE_PORT',
    fallback: '8080',
    meaning: 'port to listen on; 0 takes a free one',
    parse: parsePort,
  },
  host: {
    flag: '--host <address>',
    env: 'BURNGATE_HOST',
    fallback: '127.0.0.1',
    meaning: 'address to listen on; 0.0.0.0 for all',
    parse: parseHost,
  },
  slos: {
    flag: '--slos <dir>',
    env: 'BURNGATE_SLOS',
    fallback: null,
    required: true,
    meaning: 'folder of OpenSLO files',
    parse: parseLocation,
  },
  data: {
    flag: '--data <dir>',
    env: 'BURNGATE_DATA',
    fallback: null,
    meaning: 'folder for the history of analyses (SQLite); without it the newest are kept in memory only',
    parse: parseLocation,
  },
  databaseUrl: {
    flag: '--database-url <url>',
    env: 'DATABASE_URL',
    fallback: null,
    meaning:
      'PostgreSQL for the history, which replicas share; the variable keeps its password out of process lists',
    parse: parseDatabaseUrl,
  },
  retain: {
    flag: '--retain <duration>',
    env: 'BURNGATE_RETAIN',
    fallback: '400d',
    meaning: 'how long analyses are kept in the history',
    parse: parseRetain,
  },
  retainMb: {
    flag: '--retain-mb <mebibytes>',
    env: 'BURNGATE_RETAIN_MB',
    fallback: '2048',
    meaning: 'most MiB of counts in the history; the oldest analyses go first',
    parse: parseRetainMb,
  },
  cluster: {
    flag: '--cluster <name>',
    env: 'BURNGATE_CLUSTER',
    fallback: null,
    meaning: 'cluster that requests mean when they name none',
    parse: parseCluster,
  },
  publicUrl: {
    flag: '--public-url <url>',
    env: 'BURNGATE_PUBLIC_URL',
    fallback: null,
    meaning: 'address under which people open reports, for links',
    parse: parsePublicUrl,
  },
  tokens: {
    flag: '--tokens <file>',
    env: 'BURNGATE_TOKENS',
    fallback: null,
    meaning: 'file of bearer tokens, one name:token a line; without it everybody may call',
    parse: parseLocation,
  },
  access: {
    flag: '--access <file>',
    env: 'BURNGATE_ACCESS',
    fallback: null,
    meaning:
      'file of callers, what each may see, and identity providers; without it every token may do everything',
    parse: parseLocation,
  },
  logLevel: {
    flag: '--log-level <level>',
    env: 'BURNGATE_LOG_LEVEL',
    fallback: 'info',
    meaning: 'trace, debug, info, warn, error, fatal or silent',
    parse: parseLogLevel,
  },
  deadline: {
    flag: '--deadline <duration>',
    env: 'BURNGATE_DEADLINE',
    fallback: '8s',
    meaning: 'longest time for one analysis, at most 9s',
    parse: parseDeadline,
  },
  cacheMb: {
    flag: '--cache-mb <megabytes>',
    env: 'BURNGATE_CACHE_MB',
    fallback: '32',
    meaning: 'memory for settled counts of all providers, 1 to 4096 MiB',
    parse: parseCacheMb,
  },
};

/** The settings of `serve` for its help text and the documentation. */
export function describeServeSettings(): SettingHelpLine[] {
  return Object.values(SETTINGS).map(({ flag, env, fallback, meaning, required }) => ({
    flag,
    env,
    fallback,
    meaning,
    required: required === true,
  }));
}

type Env = Readonly<Record<string, string | undefined>>;

export type ParsedServeSettings =
  | { readonly ok: true; readonly settings: ServeSettings; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly warnings: readonly string[] };

/**
 * Settings from flags (commander's option names), then environment, then defaults; an empty text counts as not
 * given. All issues come at once, their paths being the flag or variable that was used.
 * `knownProviderEnv`: the variables that providers read, so that they are not called unknown.
 */
export function parseServeSettings(
  flags: Readonly<Record<string, unknown>>,
  env: Env,
  knownProviderEnv: readonly string[] = [],
): ParsedServeSettings {
  const issues: Issue[] = [];
  const known = Object.values(SETTINGS).map((setting) => setting.env);
  const warnings = unknownVariables(env, [...known, ...knownProviderEnv]);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const given = findGiven(flags[name], setting, env, warnings);
    if (given === null) {
      if (setting.required === true)
        issues.push({
          path: flagName(setting),
          given: 'nothing',
          allowed: `${setting.flag} or ${setting.env}: ${setting.meaning}`,
        });
      continue;
    }
    const parsed: Parsed<unknown> = setting.parse(given.text);
    if (parsed.ok) values[name] = parsed.value;
    else issues.push(...parsed.issues.map((issue) => ({ ...issue, path: given.from })));
  }
  if (issues.length > 0) return { ok: false, issues, warnings };
  // Each value comes from the parser that the table's type binds to its name.
  return { ok: true, settings: values as unknown as ServeSettings, warnings };
}

function findGiven(
  flag: unknown,
  setting: Pick<Setting<unknown>, 'flag' | 'env' | 'fallback'>,
  env: Env,
  warnings: string[],
): { readonly text: string; readonly from: string } | null {
  const text = typeof flag === 'string' ? flag : typeof flag === 'number' ? String(flag) : '';
  if (text !== '') return { text, from: flagName(setting) };
  const variable = env[setting.env] ?? '';
  if (variable !== '' && isServiceLink(setting.env, variable)) {
    warnings.push(
      `${setting.env} is ${shown(variable)}, which Kubernetes sets for a Service called burngate: ignored (enableServiceLinks: false keeps it away)`,
    );
  } else if (variable !== '') return { text: variable, from: setting.env };
  return setting.fallback === null ? null : { text: setting.fallback, from: flagName(setting) };
}

function flagName({ flag }: Pick<Setting<unknown>, 'flag'>): string {
  return flag.split(' ')[0] ?? flag;
}
