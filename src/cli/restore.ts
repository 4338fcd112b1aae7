import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { restore, type Restored } from '../backup/restore.ts';
import { verifyBackup } from '../backup/verify-backup.ts';
import { schemaSteps } from '../reports/store/migrations.ts';
import { describeBackup, orRefusal } from './backup-report.ts';
import type { ExitCode } from './exit.ts';
import { historyFolder } from './history-place.ts';

interface Flags {
  readonly data?: string;
  readonly force?: true;
  readonly verify?: true;
  readonly json?: true;
}

/** What is brought back, and where. */
interface Source {
  readonly file: string;
  /** As it was named. */
  readonly given: string;
  readonly folder: string;
}

const STDIN = '-';
const POSTGRES_WAY =
  'pg_restore --single-transaction --clean --if-exists --no-owner --dbname="$DATABASE_URL" burngate.dump';

/** `burngate restore`: a backup back into its folder, or a check that this could be done. */
export function restoreCommand(done: (code: ExitCode) => void): Command {
  return new Command('restore')
    .description('Bring a backup of the history back; the service must be stopped meanwhile.')
    .argument('<file>', `what "burngate backup" has written; ${STDIN} is standard input`)
    .option('--data <dir>', 'folder of "serve --data" (env: BURNGATE_DATA)')
    .option('--force', 'put a history that is there aside; without it that is refused')
    .option('--verify', 'only check the backup; nothing is written')
    .option('--json', 'print JSON')
    .action(async (file: string, flags: Flags) => {
      const json = flags.json === true;
      done(await orRefusal(json, async () => act(file, flags)));
    });
}

async function act(given: string, flags: Flags): Promise<void> {
  if (flags.verify === true)
    return spooled(given, tmpdir(), async (file) => check(file, given, flags.json === true));
  const folder = historyFolder(flags.data, process.env, POSTGRES_WAY);
  return spooled(given, folder, async (file) => bringBack({ file, given, folder }, flags));
}

/** Standard input as a file while it is needed: a backup is read to its end before any of it is believed. */
async function spooled(given: string, folder: string, use: (file: string) => Promise<void>): Promise<void> {
  if (given !== STDIN) return use(given);
  const file = join(folder, `backup.${String(process.pid)}.incoming`);
  try {
    await mkdir(folder, { recursive: true });
    await pipeline(process.stdin, createWriteStream(file, { mode: 0o600 }));
    await use(file);
  } finally {
    await rm(file, { force: true });
  }
}

async function check(file: string, given: string, json: boolean): Promise<void> {
  const manifest = await verifyBackup(file);
  process.stdout.write(
    json
      ? `${JSON.stringify({ ok: true, file: given, ...manifest })}\n`
      : `${given} is whole: ${describeBackup(manifest)}\n`,
  );
}

async function bringBack({ file, given, folder }: Source, { force, json }: Flags): Promise<void> {
  const restored = await restore({ file, folder, force: force === true, now: Date.now() });
  if (json === true) {
    const { manifest, aside } = restored;
    process.stdout.write(`${JSON.stringify({ ok: true, file: given, folder, aside, ...manifest })}\n`);
  } else process.stdout.write(describe(given, folder, restored));
}

function describe(file: string, folder: string, { manifest, aside }: Restored): string {
  const newest = schemaSteps().at(-1);
  return [
    `restored ${file} into ${folder}: ${describeBackup(manifest)}`,
    ...(aside === null
      ? []
      : [`the history that was there is kept as ${aside}; delete it once you do not need it`]),
    ...(manifest.schema.at(-1) === newest ? [] : [`the next start brings its schema to ${String(newest)}`]),
    '',
  ].join('\n');
}
