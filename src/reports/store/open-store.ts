import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import { migrate } from './migrations.ts';
import { openPostgresPool } from './postgres-pool.ts';
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
      const pool = await openPostgresPool(place.url);
      const db = new Kysely<HistoryTables>({ dialect: new PostgresDialect({ pool }) });
      return migrated(db, 'postgres', async () => pool.end());
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
