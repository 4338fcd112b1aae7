import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { backUp } from '../backup/back-up.ts';
import type { Manifest } from '../backup/seal.ts';
import { VERSION } from '../version.ts';
import { describeBackup, orRefusal } from './backup-report.ts';
import { UsageError, type ExitCode } from './exit.ts';
import { historyFolder } from './history-place.ts';

interface Flags {
  readonly data?: string;
  readonly to: string;
  readonly json?: true;
}

const STDOUT = '-';
const POSTGRES_WAY = 'pg_dump --format=custom --file=burngate.dump "$DATABASE_URL"';

/** `burngate backup`: the history in one sealed file, while the service writes on. */
export function backupCommand(done: (code: ExitCode) => void): Command {
  return new Command('backup')
    .description('Copy the history (SQLite) into one checked file, while the service runs.')
    .option('--data <dir>', 'folder of "serve --data" (env: BURNGATE_DATA)')
    .requiredOption('--to <file>', `where the backup goes; ${STDOUT} is standard output`)
    .option('--json', 'print JSON')
    .action(async (flags: Flags) => {
      const json = flags.json === true;
      if (json && flags.to === STDOUT) throw new UsageError('--json: both cannot go to standard output');
      done(
        await orRefusal(json, async () => {
          const folder = historyFolder(flags.data, process.env, POSTGRES_WAY);
          const manifest = await (flags.to === STDOUT ? toStdout(folder) : toFile(folder, flags.to));
          print(manifest, flags);
        }),
      );
    });
}

async function toFile(folder: string, to: string): Promise<Manifest> {
  return backUp({ folder, to, now: Date.now(), version: VERSION });
}

/** For images without a shell: `kubectl exec` brings it out. The seal at its end tells whether all of it came. */
async function toStdout(folder: string): Promise<Manifest> {
  const file = join(folder, `backup.${String(process.pid)}.outgoing`);
  try {
    const manifest = await toFile(folder, file);
    await pipeline(createReadStream(file), process.stdout, { end: false });
    return manifest;
  } finally {
    await rm(file, { force: true });
  }
}

function print(manifest: Manifest, { to, json }: Flags): void {
  if (json === true) process.stdout.write(`${JSON.stringify({ ok: true, file: to, ...manifest })}\n`);
  else
    (to === STDOUT ? process.stderr : process.stdout).write(
      `backed up to ${to === STDOUT ? 'standard output' : to}: ${describeBackup(manifest)}\n`,
    );
}
