import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/** Rows of a history by table, each row as text; bodies are shortened to their digest. */
export type HistoryRows = Readonly<Record<string, readonly string[]>>;

export const TABLES = [
  'burngate_analyses',
  'burngate_measurements',
  'burngate_pieces',
  'burngate_snapshots',
] as const;

export function rowText(row: Readonly<Record<string, unknown>>): string {
  const shortened = Object.entries(row)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [
      name,
      value instanceof Uint8Array ? createHash('sha256').update(value).digest('hex') : value,
    ]);
  return JSON.stringify(shortened);
}

/** What an SQLite file holds now, also while somebody writes it. */
export function sqliteRows(path: string): HistoryRows {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  try {
    // One moment for all tables.
    db.exec('begin');
    return Object.fromEntries(
      TABLES.map((table) => [
        table,
        db
          .prepare(`select * from ${table}`)
          .all()
          .map((row) => rowText(row))
          .toSorted(),
      ]),
    );
  } finally {
    db.close();
  }
}
