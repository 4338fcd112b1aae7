import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { openStore } from '../../src/reports/store/open-store.ts';
import { rowText, TABLES, type HistoryRows } from '../support/history-rows.ts';
import { startPostgres } from '../support/postgres.ts';
import type { DrillStore } from './drill-store.ts';

const DATABASE = 'drill';
const run = promisify(execFile);

/** Saves and restores one database. */
interface Tool {
  save(): Promise<string>;
  load(): Promise<string>;
}

/** A PostgreSQL of its own; saved and restored as docs/backup.md says, where the programs are there. */
export async function postgresDrillStore(): Promise<DrillStore> {
  const server = await startPostgres();
  const url = await server.url(DATABASE);
  const home = await mkdtemp(join(tmpdir(), 'burngate-drill-'));
  // The server's own user writes here.
  await chmod(home, 0o777);
  const tool = (await hasDump(url)) ? dumpTool(url, join(home, 'history.dump')) : copyTool(url, home);
  return {
    name: 'PostgreSQL',
    flags: [],
    env: { DATABASE_URL: url },
    rows: async () => rowsOf(url),
    backUp: async () => tool.save(),
    destroy: async () =>
      within(Object.assign(new URL(url), { pathname: '/postgres' }).href, async (client) => {
        await client.query(`drop database ${DATABASE} with (force)`);
      }),
    restore: async () => {
      await server.url(DATABASE);
      return tool.load();
    },
    end: async () => {
      await server.end();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function within<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

async function rowsOf(url: string): Promise<HistoryRows> {
  return within(url, async (client) => {
    // One moment for all tables.
    await client.query('begin isolation level repeatable read');
    const tables: [string, string[]][] = [];
    for (const table of TABLES) {
      const { rows } = await client.query<Record<string, unknown>>(`select * from ${table}`);
      tables.push([table, rows.map((row) => rowText(row)).toSorted()]);
    }
    return Object.fromEntries(tables);
  });
}

/** pg_dump refuses a server that is newer than itself. */
async function hasDump(url: string): Promise<boolean> {
  const major = (text: string): number => Number(/(\d+)/.exec(text)?.[1] ?? 0);
  const server = await within(url, async (client) => client.query<{ v: string }>('select version() as v'));
  return Promise.all(['pg_dump', 'pg_restore'].map(async (program) => run(program, ['--version']))).then(
    (said) => said.every(({ stdout }) => major(stdout) >= major(server.rows[0]?.v ?? '')),
    () => false,
  );
}

function dumpTool(url: string, file: string): Tool {
  return {
    save: async () => {
      await run('pg_dump', ['--format=custom', `--file=${file}`, url]);
      return 'pg_dump';
    },
    load: async () => {
      await run('pg_restore', ['--single-transaction', '--no-owner', `--dbname=${url}`, file]);
      return 'pg_restore';
    },
  };
}

/** The same guarantees without the programs: one snapshot of all tables, and all of them back or none. */
function copyTool(url: string, home: string): Tool {
  const copyAll = async (direction: 'to' | 'from', begin: string): Promise<void> =>
    within(url, async (client) => {
      await client.query(begin);
      for (const table of TABLES) await client.query(`copy ${table} ${direction} '${home}/${table}.copy'`);
      await client.query('commit');
    });
  return {
    save: async () => {
      await copyAll('to', 'begin isolation level repeatable read read only');
      return 'COPY, for there is no pg_dump as new as the server';
    },
    load: async () => {
      const store = await openStore({ kind: 'postgres', url });
      await store.close();
      await copyAll('from', 'begin');
      return 'COPY into tables that Burngate made';
    },
  };
}
