import type { DatabaseSync } from 'node:sqlite';
import { STEPS_TABLE } from '../reports/store/migrations.ts';

/** What a history holds, as far as a backup has to know. */
export interface HistoryFacts {
  /** Steps of the schema that it has been through, oldest first. */
  readonly schema: string[];
  /** Rows by table. */
  readonly rows: Record<string, number>;
}

/** Null: the database is whole, but no history of Burngate. Throws what SQLite says of one that is not whole. */
export function historyFacts(db: DatabaseSync): HistoryFacts | null {
  const tables = db
    .prepare("select name from sqlite_schema where type = 'table' and name like 'burngate\\_%' escape '\\'")
    .all()
    .map(({ name }) => String(name))
    .toSorted();
  if (!tables.includes(STEPS_TABLE)) return null;
  const schema = db.prepare(`select name from ${STEPS_TABLE} order by name`).all();
  const held = tables.filter((name) => !name.startsWith(STEPS_TABLE));
  return {
    schema: schema.map(({ name }) => String(name)),
    // Names from our own schema, as the pattern above has them.
    rows: Object.fromEntries(held.map((name) => [name, countOf(db, name)])),
  };
}

function countOf(db: DatabaseSync, table: string): number {
  return Number(db.prepare(`select count(*) as count from "${table}"`).get()?.['count']);
}

/** What SQLite finds wrong inside, the first of it; null: nothing. Reads everything. */
export function firstFlaw(db: DatabaseSync): string | null {
  const said = String(db.prepare('pragma integrity_check(1)').get()?.['integrity_check']);
  return said === 'ok' ? null : said.replaceAll('\n', ' ');
}
