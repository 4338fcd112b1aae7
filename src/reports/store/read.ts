import type { Kysely } from 'kysely';
import type { ReasonCode, Verdict } from '../../core/codes.ts';
import type { Measurement } from '../../core/recorder.ts';
import { decodeBody, decodeJudged, piecesOf, reasonOf } from '../history/encode-measurement.ts';
import type {
  AnalysisFilter,
  AnalysisPage,
  AnalysisRow,
  Look,
  StoredAnalysis,
  Visibility,
} from '../history/history-store.ts';
import { isVisible } from '../history/visibility.ts';
import { fromAnalysisRow } from './rows.ts';
import type { HistoryTables, MeasurementsTable } from './tables.ts';
import { visibleRows } from './visible-rows.ts';

type Db = Kysely<HistoryTables>;

export async function listAnalyses(db: Db, filter: AnalysisFilter): Promise<AnalysisPage> {
  let query = db
    .selectFrom('burngate_analyses')
    .selectAll()
    .orderBy('last_at', 'desc')
    .orderBy('part', 'desc')
    .limit(filter.limit + 1);
  for (const column of ['slo', 'service', 'rollout', 'namespace', 'cluster', 'verdict'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  const { from, to, after, visible } = filter;
  if (from !== undefined) query = query.where('last_at', '>=', from);
  if (to !== undefined) query = query.where('last_at', '<', to);
  if (visible !== undefined) query = query.where((where) => visibleRows(where, visible));
  if (after !== undefined)
    query = query.where((where) =>
      where.or([
        where('last_at', '<', after.lastAt),
        where.and([where('last_at', '=', after.lastAt), where('part', '<', after.part)]),
      ]),
    );
  const rows = (await query.execute()).map((row) => fromAnalysisRow(row));
  const items = rows.slice(0, filter.limit);
  const last = items.at(-1);
  return {
    items,
    next: rows.length > items.length && last !== undefined ? { lastAt: last.lastAt, part: last.part } : null,
  };
}

export async function readAnalysis(
  db: Db,
  id: string,
  { mostLooks, visible }: { readonly mostLooks: number; readonly visible: Visibility | undefined },
): Promise<StoredAnalysis | null> {
  const found = await db
    .selectFrom('burngate_analyses')
    .selectAll()
    .where('analysis', '=', id)
    .orderBy('slo')
    .execute();
  const rows = found
    .map((row) => fromAnalysisRow(row))
    .filter((row) => visible === undefined || isVisible(visible, row));
  if (rows.length === 0) return null;
  const newest = await Promise.all(rows.map(async (row) => newestOf(db, row)));
  const bodies = await db
    .selectFrom('burngate_measurements')
    .selectAll()
    .where(
      'part',
      'in',
      rows.map(({ part }) => part),
    )
    .orderBy('at', 'desc')
    .limit(mostLooks)
    .execute();
  const sloOf = new Map(rows.map(({ part, slo }) => [part, slo]));
  return {
    rows,
    newest: newest.filter((each) => each !== null),
    looks: bodies.map((row) => lookOf(row, sloOf.get(row.part) ?? '')),
  };
}

function lookOf(row: MeasurementsTable, slo: string): Look {
  return {
    slo,
    at: row.at,
    mode: row.mode as Look['mode'],
    verdict: row.verdict as Verdict,
    code: row.code as ReasonCode,
    reason: reasonOf(row.body),
  };
}

/** The newest measurement with counts, in full; without, where none has any. */
async function newestOf(db: Db, row: AnalysisRow): Promise<Measurement | null> {
  const found = await db
    .selectFrom('burngate_measurements')
    .selectAll()
    .where('part', '=', row.part)
    .orderBy('judged', 'desc')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found === undefined ? null : fullMeasurement(db, row, found);
}

async function fullMeasurement(db: Db, row: AnalysisRow, found: MeasurementsTable): Promise<Measurement> {
  const body = decodeBody(found.body);
  const names = piecesOf(body);
  const pieces =
    names.length === 0
      ? []
      : await db
          .selectFrom('burngate_pieces')
          .select(['name', 'body'])
          .where('part', '=', row.part)
          .where('name', 'in', names)
          .execute();
  const byName = new Map(pieces.map((piece) => [piece.name, piece.body]));
  const judged = decodeJudged(body, (name) => {
    const piece = byName.get(name);
    if (piece === undefined) throw new Error(`a piece of the counts of analysis ${row.analysis} is missing`);
    return piece;
  });
  return {
    analysis: row.analysis,
    at: found.at,
    slo: row.slo,
    verdict: found.verdict as Verdict,
    code: found.code as ReasonCode,
    reason: body.reason,
    release: row.release,
    ...(judged === undefined ? {} : { judged }),
  };
}
