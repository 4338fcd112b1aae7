import { Command } from 'commander';
import { loadSlos } from '../config/load-slos.ts';
import { parseServeSettings, type ServeSettings } from '../config/settings.ts';
import { formatIssue, shown } from '../core/parsed.ts';
import { examine, type Examined, type Patient, type Places } from '../doctor/check.ts';
import { CONFIGURATION_CHECKS } from '../doctor/configuration-checks.ts';
import { HISTORY_CHECKS } from '../doctor/history-checks.ts';
import { SERVICE_CHECKS } from '../doctor/service-checks.ts';
import { PROVIDERS } from '../registry.ts';
import { EXIT, UsageError, type ExitCode } from './exit.ts';
import { askAccess } from './validate-access.ts';
import { readLibrary } from './validate-library.ts';

interface Flags {
  readonly slos?: string;
  readonly data?: string;
  readonly databaseUrl?: string;
  readonly tokens?: string;
  readonly accessFile?: string;
  readonly url?: string;
  readonly access?: true;
  readonly json?: true;
}

const CHECKS = [...CONFIGURATION_CHECKS, ...HISTORY_CHECKS, ...SERVICE_CHECKS];
/** What `serve` keeps by default. */
const RETAIN_MB = 2048;

/** `burngate doctor`: what is wrong with this installation, and what to do. */
export function doctorCommand(done: (code: ExitCode) => void): Command {
  return new Command('doctor')
    .description(
      'Say what is wrong with this installation, and what to do; flags and variables are those of serve.',
    )
    .option('--slos <dir>', 'folder of OpenSLO files (env: BURNGATE_SLOS)')
    .option('--data <dir>', 'folder of the history (env: BURNGATE_DATA)')
    .option('--database-url <url>', 'PostgreSQL of the history (env: DATABASE_URL)')
    .option('--tokens <file>', 'file of bearer tokens (env: BURNGATE_TOKENS)')
    .option('--access-file <file>', 'file of callers, "serve --access" (env: BURNGATE_ACCESS)')
    .option('--url <url>', 'a running service, to be asked as well')
    .option('--access', 'also ask the providers of the SLOs whether we may read')
    .option('--json', 'print JSON')
    .action(async (flags: Flags) => {
      const examined = await examine(CHECKS, await patientOf(flags, process.env));
      const isWell = examined.every(({ outcome }) => outcome?.ok !== false);
      process.stdout.write(flags.json === true ? jsonOf(examined, isWell) : examined.map(textOf).join(''));
      done(isWell ? EXIT.done : EXIT.config);
    });
}

type Env = NodeJS.ProcessEnv;

async function patientOf(flags: Flags, env: Env): Promise<Patient> {
  const places = placesOf(flags, env);
  const { url: _url, ...given } = places;
  // Whoever asks about a data folder alone has not forgotten the SLO files.
  const known = PROVIDERS.flatMap((definition) => definition.settings.map((each) => each.env));
  const parsed = parseServeSettings({ slos: '-', ...given }, env, known);
  const settings: Partial<ServeSettings> = parsed.ok ? parsed.settings : {};
  const slos = places.slos === undefined ? null : await loadSlos(places.slos, PROVIDERS);
  return {
    places,
    settings: parsed,
    env,
    definitions: PROVIDERS,
    nodeVersion: process.versions.node,
    retainMb: settings.retainMb ?? RETAIN_MB,
    clock: Date.now,
    slos,
    askAccess:
      flags.access === true && slos?.ok === true ? async () => askAccess(slos.slos, PROVIDERS, env) : null,
    countTemplates: async () => (await readLibrary()).length,
  };
}

function placesOf(flags: Flags, env: Env): Places {
  const { url } = flags;
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new UsageError(
      formatIssue({ path: '--url', given: shown(url), allowed: 'an address such as http://127.0.0.1:8080' }),
    );
  return Object.fromEntries(
    Object.entries({
      slos: flags.slos ?? env['BURNGATE_SLOS'],
      data: flags.data ?? env['BURNGATE_DATA'],
      // Who names a folder means the folder.
      databaseUrl: flags.databaseUrl ?? (flags.data === undefined ? env['DATABASE_URL'] : undefined),
      tokens: flags.tokens ?? env['BURNGATE_TOKENS'],
      access: flags.accessFile ?? env['BURNGATE_ACCESS'],
      url,
    }).filter(([, value]) => value !== undefined && value !== ''),
  );
}

function textOf({ label, failureLabel, outcome }: Examined): string {
  if (outcome === null) return `skipped  ${label}\n`;
  if (outcome.ok) return `ok       ${label}: ${outcome.detail}\n`;
  const lines = outcome.findings.map(
    ({ problem, remedy }) => `         ${problem}\n           do: ${remedy}\n`,
  );
  return `WRONG    ${label}: ${failureLabel}\n${lines.join('')}`;
}

function jsonOf(examined: readonly Examined[], ok: boolean): string {
  const checks = examined.map(({ label, failureLabel, outcome }) => ({
    label,
    result: outcome === null ? 'skipped' : outcome.ok ? 'ok' : 'wrong',
    ...(outcome === null
      ? {}
      : outcome.ok
        ? { detail: outcome.detail }
        : { failureLabel, findings: outcome.findings }),
  }));
  return `${JSON.stringify({ ok, checks })}\n`;
}
