import { sql, type Kysely } from 'kysely';
import type { EpochMs } from '../../core/units.ts';
import { encodeMeasurement } from '../history/encode-measurement.ts';
import { Packer } from '../history/packed.ts';
import type {
  AnalysisFilter,
  AnalysisPage,
  Appended,
  Filed,
  HistoryLog,
  HistoryReader,
  Retention,
  Snapshot,
  StoredAnalysis,
  Visibility,
} from '../history/history-store.ts';
import { appendAll } from './append.ts';
import type { Flavour } from './migrations.ts';
import { listAnalyses, readAnalysis } from './read.ts';
import type { Prepared } from './rows.ts';
import type { HistoryTables } from './tables.ts';

/** Parts deleted in one transaction, so that writers wait for tens of milliseconds at most. */
const PRUNE_PARTS = 20;

/** The history in SQL; the same code over SQLite and PostgreSQL. */
export class SqlHistory implements HistoryLog, HistoryReader {
  readonly #db: Kysely<HistoryTables>;
  readonly #flavour: Flavour;
  readonly #packer = new Packer();

  constructor(db: Kysely<HistoryTables>, flavour: Flavour) {
    this.#db = db;
    this.#flavour = flavour;
  }

  async append(batch: readonly Filed[]): Promise<Appended> {
    if (batch.length === 0) return { stored: 0, repeated: 0 };
    const prepared: Prepared[] = [];
    for (const filed of batch)
      prepared.push({ filed, encoded: await encodeMeasurement(filed.measurement, this.#packer) });
    return this.appendPrepared(prepared);
  }

  /** The same of measurements that are encoded already. */
  async appendPrepared(prepared: readonly Prepared[]): Promise<Appended> {
    return this.#db.transaction().execute(async (tx) => appendAll(tx, prepared));
  }

  async snapshot(snapshots: readonly Snapshot[]): Promise<void> {
    if (snapshots.length === 0) return;
    await this.#db
      .insertInto('burngate_snapshots')
      .values([...snapshots])
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async analyses(filter: AnalysisFilter): Promise<AnalysisPage> {
    return listAnalyses(this.#db, filter);
  }

  async analysis(id: string, mostLooks: number, visible?: Visibility): Promise<StoredAnalysis | null> {
    return readAnalysis(this.#db, id, { mostLooks, visible });
  }

  async snapshots(slo: string, from: EpochMs, to: EpochMs): Promise<readonly Snapshot[]> {
    return this.#db
      .selectFrom('burngate_snapshots')
      .selectAll()
      .where('slo', '=', slo)
      .where('at', '>=', from)
      .where('at', '<', to)
      .orderBy('at')
      .limit(10_000)
      .execute();
  }

  async prune({ maxAge, maxBytes }: Retention, now: EpochMs): Promise<number> {
    let gone = 0;
    for (;;) {
      const parts = await this.#beyond(now - maxAge, maxBytes);
      if (parts.length === 0) break;
      await this.#remove(parts);
      gone += parts.length;
    }
    await this.#db
      .deleteFrom('burngate_snapshots')
      .where('at', '<', now - maxAge)
      .execute();
    if (gone > 0 && this.#flavour === 'sqlite') await sql`pragma incremental_vacuum(10000)`.execute(this.#db);
    return gone;
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }

  /** The oldest parts that have to go, a few at a time. */
  async #beyond(before: EpochMs, maxBytes: number): Promise<string[]> {
    const oldest = await this.#db
      .selectFrom('burngate_analyses')
      .select(['part', 'recorded_at', 'bytes'])
      .orderBy('recorded_at')
      .limit(PRUNE_PARTS)
      .execute();
    const { bytes } = await this.#db
      .selectFrom('burngate_analyses')
      .select((select) =>
        select.fn.coalesce(select.fn.sum<number | string>('bytes'), sql<number>`0`).as('bytes'),
      )
      .executeTakeFirstOrThrow();
    let over = Number(bytes) - maxBytes;
    return oldest
      .filter((row) => {
        const goes = row.recorded_at < before || over > 0;
        if (goes) over -= row.bytes;
        return goes;
      })
      .map(({ part }) => part);
  }

  async #remove(parts: readonly string[]): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      for (const table of ['burngate_measurements', 'burngate_pieces', 'burngate_analyses'] as const)
        await tx.deleteFrom(table).where('part', 'in', parts).execute();
    });
  }
}
