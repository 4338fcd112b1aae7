import { sql, type Transaction } from 'kysely';
import type { Appended } from '../history/history-store.ts';
import { analysisRow, measurementRow, type Prepared } from './rows.ts';
import type { HistoryTables, PiecesTable } from './tables.ts';

/** Rows of one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535. */
const ROWS = 1000;
/** What a measurement costs besides its body: keys and columns. */
const ROW_BYTES = 120;

type Tx = Transaction<HistoryTables>;

/** Writes a batch inside one transaction. What is there already is left alone and not counted again. */
export async function appendAll(tx: Tx, prepared: readonly Prepared[]): Promise<Appended> {
  // In the order of their keys, so that two replicas never wait for each other in a circle.
  const sorted = prepared.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  const pieceBytes = await insertPieces(tx, sorted);
  const fresh = await insertMeasurements(tx, sorted);
  await upsertAnalyses(tx, fresh, pieceBytes);
  return { stored: fresh.length, repeated: prepared.length - fresh.length };
}

function keyOf({ filed, encoded }: Prepared): string {
  return `${encoded.part} ${String(filed.measurement.at).padStart(15, '0')} ${encoded.digest}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bytes that are new, by part. */
async function insertPieces(tx: Tx, prepared: readonly Prepared[]): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, PiecesTable>();
  for (const { encoded } of prepared)
    for (const { name, body } of encoded.pieces)
      rows.set(`${encoded.part} ${name}`, { part: encoded.part, name, body });
  const bytes = new Map<string, number>();
  for (const some of slices([...rows].toSorted(([a], [b]) => compare(a, b)))) {
    const inserted = await tx
      .insertInto('burngate_pieces')
      .values(some.map(([, row]) => row))
      .onConflict((conflict) => conflict.doNothing())
      .returning(['part', 'name'])
      .execute();
    for (const { part, name } of inserted) {
      const size = rows.get(`${part} ${name}`)?.body.length ?? 0;
      bytes.set(part, (bytes.get(part) ?? 0) + size + ROW_BYTES / 2);
    }
  }
  return bytes;
}

async function insertMeasurements(tx: Tx, prepared: readonly Prepared[]): Promise<Prepared[]> {
  const byKey = new Map(prepared.map((each) => [keyOf(each), each]));
  const fresh: Prepared[] = [];
  for (const some of slices([...byKey.values()])) {
    const inserted = await tx
      .insertInto('burngate_measurements')
      .values(some.map((each) => measurementRow(each)))
      .onConflict((conflict) => conflict.doNothing())
      .returning(['part', 'at', 'digest'])
      .execute();
    for (const { part, at, digest } of inserted) {
      const one = byKey.get(`${part} ${String(at).padStart(15, '0')} ${digest}`);
      if (one !== undefined) fresh.push(one);
    }
  }
  return fresh;
}

async function upsertAnalyses(
  tx: Tx,
  fresh: readonly Prepared[],
  pieceBytes: ReadonlyMap<string, number>,
): Promise<void> {
  const parts = Map.groupBy(fresh, ({ encoded }) => encoded.part);
  const rows = [...parts].map(([part, own]) =>
    analysisRow(
      own,
      own.reduce((bytes, { encoded }) => bytes + encoded.body.length + ROW_BYTES, pieceBytes.get(part) ?? 0),
    ),
  );
  for (const some of slices(rows)) {
    await tx
      .insertInto('burngate_analyses')
      .values(some)
      .onConflict((conflict) => conflict.column('part').doUpdateSet(merged()))
      .execute();
  }
}

/** The newest look decides what a list shows; the newest with counts, what it counted. */
function merged() {
  const newer = (column: string) =>
    sql<string>`case when excluded.last_at >= burngate_analyses.last_at then excluded.${sql.ref(column)} else burngate_analyses.${sql.ref(column)} end`;
  const counted = (column: string) =>
    sql<
      number | null
    >`case when excluded.judged_at is not null and (burngate_analyses.judged_at is null or excluded.judged_at >= burngate_analyses.judged_at) then excluded.${sql.ref(column)} else burngate_analyses.${sql.ref(column)} end`;
  const larger = (column: string) =>
    sql<number>`case when excluded.${sql.ref(column)} > burngate_analyses.${sql.ref(column)} then excluded.${sql.ref(column)} else burngate_analyses.${sql.ref(column)} end`;
  const smaller = sql<number>`case when excluded.first_at < burngate_analyses.first_at then excluded.first_at else burngate_analyses.first_at end`;
  return {
    verdict: newer('verdict'),
    code: newer('code'),
    reason: newer('reason'),
    service: newer('service'),
    first_at: smaller,
    last_at: larger('last_at'),
    recorded_at: larger('recorded_at'),
    looks: sql<number>`burngate_analyses.looks + excluded.looks`,
    bytes: sql<number>`burngate_analyses.bytes + excluded.bytes`,
    window_start: counted('window_start'),
    window_end: counted('window_end'),
    canary_good: counted('canary_good'),
    canary_bad: counted('canary_bad'),
    stable_good: counted('stable_good'),
    stable_bad: counted('stable_bad'),
    judged_at: counted('judged_at'),
  };
}

function* slices<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += ROWS) yield rows.slice(start, start + ROWS);
}
