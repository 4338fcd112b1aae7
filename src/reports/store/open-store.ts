import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import { migrate } from './migrations.ts';
import { SqlHistory } from './sql-history.ts';
import { SqliteFile, sqliteDialect } from './sqlite-dialect.ts';
import type { HistoryTables } from './tables.ts';

/** Where the history is kept. */
export type StorePlace =
  { readonly kind: 'sqlite'; readonly folder: string } | { readonly kind: 'postgres'; readonly url: string };

export const SQLITE_NAME = 'burngate.sqlite';

/** Opens and migrates. Rejects with what the file system or the database says; nothing is left open then. */
export async function openStore(place: StorePlace): Promise<SqlHistory> {
  switch (place.kind) {
    case 'sqlite': {
      await mkdir(place.folder, { recursive: true });
      const file = new SqliteFile(join(place.folder, SQLITE_NAME));
      const db = new Kysely<HistoryTables>({ dialect: sqliteDialect(file) });
      return migrated(db, 'sqlite', async () => file.close());
    }
    case 'postgres': {
      const pool = await connect(place.url);
      const db = new Kysely<HistoryTables>({ dialect: new PostgresDialect({ pool }) });
      return migrated(db, 'postgres', async () => (pool.ended ? undefined : pool.end()));
    }
  }
}

async function migrated(
  db: Kysely<HistoryTables>,
  flavour: 'sqlite' | 'postgres',
  release: () => Promise<void>,
): Promise<SqlHistory> {
  try {
    await migrate(db as unknown as Kysely<unknown>, flavour);
    return new SqlHistory(db, flavour);
  } catch (error) {
    await db.destroy().catch(() => undefined);
    // Kysely closes only what it has opened.
    await release();
    throw error;
  }
}

/** int8: times and sizes, all far below 2^53. */
const INT8 = 20;
const CONNECTIONS = 4;

async function connect(url: string): Promise<Pool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    idleTimeoutMillis: 60_000,
    application_name: 'burngate',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
    },
  });
  // An idle connection that breaks is replaced at the next query; unheard, its error would end the process.
  pool.on('error', () => undefined);
  return pool;
}
