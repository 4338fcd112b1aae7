import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SQLITE_NAME } from '../../src/reports/store/open-store.ts';
import { environment } from '../serve-process.ts';
import { sqliteRows } from '../support/history-rows.ts';
import type { DrillStore } from './drill-store.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const run = promisify(execFile);

/** SQLite in a folder; saved and restored by the commands that people use. */
export async function sqliteDrillStore(): Promise<DrillStore> {
  const home = await mkdtemp(join(tmpdir(), 'burngate-drill-'));
  const data = join(home, 'data');
  const file = join(home, 'history.backup');
  const burngate = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [MAIN, ...args], { env: environment() });
    return stdout.trim();
  };
  return {
    name: 'SQLite',
    flags: ['--data', data],
    env: {},
    rows: async () => sqliteRows(join(data, SQLITE_NAME)),
    backUp: async () => burngate('backup', '--data', data, '--to', file),
    destroy: async () => rm(data, { recursive: true }),
    restore: async () => burngate('restore', file, '--data', data),
    end: async () => rm(home, { recursive: true, force: true }),
  };
}
