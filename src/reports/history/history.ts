import { SECOND, type DurationMs } from '../../core/units.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import type { Measurement, Recorder } from '../../core/recorder.ts';
import type { EpochMs } from '../../core/units.ts';
import type { RecentAnalyses } from '../recent.ts';
import type {
  AnalysisFilter,
  AnalysisPage,
  AnalysisRow,
  HistoryReader,
  Look,
  StoredAnalysis,
  Visibility,
} from './history-store.ts';
import { visiblePart } from './visibility.ts';

/** Where an answer comes from. */
export type Origin = 'history' | 'memory';

export interface HistoryDeps {
  readonly recent: RecentAnalyses;
  /** Null: no history is kept. */
  readonly writer: Recorder | null;
  /** Opens on demand; rejects while the store is down. Null: no history is kept. */
  readonly reader: (() => Promise<HistoryReader>) | null;
  /** Told why memory answers instead of the store. */
  readonly onReadFailure: (error: unknown) => void;
}

/** Looks shown of one analysis: more than a release of eight hours has. */
const MOST_LOOKS = 500;
/** Releases of an SLO in one period. */
const MOST_RELEASES = 500;

/** Analyses of the past, from the store and from memory; the store's trouble leaves what memory has. */
export class History implements Recorder {
  readonly #deps: HistoryDeps;

  constructor(deps: HistoryDeps) {
    this.#deps = deps;
  }

  record(measurement: Measurement): void {
    this.#deps.recent.record(measurement);
    this.#deps.writer?.record(measurement);
  }

  /** One analysis with its looks, as far as it may be seen; null: unknown. What was answered a moment ago is in it. */
  async find(
    id: string,
    visible?: Visibility,
  ): Promise<{ readonly analysis: StoredAnalysis; readonly origin: Origin } | null> {
    const inMemory = this.#deps.recent.find(id);
    const recent = inMemory === null || visible === undefined ? inMemory : visiblePart(visible, inMemory);
    const stored = await this.#read(async (reader) => reader.analysis(id, MOST_LOOKS, visible), null);
    if (recent === null && stored.value === null) return null;
    const { origin } = stored;
    if (recent === null || stored.value === null)
      return { analysis: recent ?? stored.value ?? EMPTY, origin };
    return { analysis: merge(stored.value, recent), origin };
  }

  async list(filter: AnalysisFilter): Promise<AnalysisPage & { readonly origin: Origin }> {
    const { value, origin } = await this.#read(async (reader) => reader.analyses(filter), null);
    return { ...(value ?? this.#deps.recent.list(filter)), origin };
  }

  /** An SLO's analyses whose newest look lies in the span, newest first. */
  async analysesOf(slo: string, from: EpochMs, to: EpochMs): Promise<readonly AnalysisRow[]> {
    const filter = { slo, from, to, limit: MOST_RELEASES };
    const { items } = await this.list(filter);
    // What was answered a moment ago may still wait to be written.
    const byPart = new Map(items.map((row) => [row.part, row]));
    for (const row of this.#deps.recent.list(filter).items) {
      if ((byPart.get(row.part)?.lastAt ?? -Infinity) < row.lastAt) byPart.set(row.part, row);
    }
    return [...byPart.values()].toSorted((a, b) => b.lastAt - a.lastAt);
  }

  async #read<T>(
    ask: (reader: HistoryReader) => Promise<T>,
    otherwise: T,
  ): Promise<{ readonly value: T; readonly origin: Origin }> {
    const { reader } = this.#deps;
    if (reader === null) return { value: otherwise, origin: 'memory' };
    try {
      // A database that stalls must not hold up a page: memory knows the newest analyses.
      const asked = reader().then(ask);
      return { value: await untilAborted(asked, AbortSignal.timeout(READ_WITHIN)), origin: 'history' };
    } catch (error) {
      this.#deps.onReadFailure(error);
      return { value: otherwise, origin: 'memory' };
    }
  }
}

/** Reading a page of a million measurements takes milliseconds (bench/reports.ts). */
const READ_WITHIN: DurationMs = 3 * SECOND;

const EMPTY: StoredAnalysis = { rows: [], newest: [], looks: [] };

/** The newer of both for each SLO; the store's where they are as new, because it has all groups. */
function merge(stored: StoredAnalysis, recent: StoredAnalysis): StoredAnalysis {
  const slos = [...new Set([...stored.rows, ...recent.rows].map(({ slo }) => slo))].toSorted();
  const pick = <T extends { readonly slo: string }>(
    of: (from: StoredAnalysis) => readonly T[],
    at: (each: T) => number,
  ) =>
    slos.flatMap((slo) => {
      const [one, other] = [of(stored), of(recent)].map((each) => each.find((some) => some.slo === slo));
      if (one === undefined || other === undefined) return one ?? other ?? [];
      return at(other) > at(one) ? other : one;
    });
  return {
    rows: pick(
      ({ rows }) => rows,
      ({ lastAt }) => lastAt,
    ).map((row) => joined(row, stored)),
    newest: pick(
      ({ newest }) => newest,
      ({ at }) => at,
    ),
    looks: unionOf(stored.looks, recent.looks),
  };
}

/** Memory knows the looks since the start only. */
function joined(row: AnalysisRow, stored: StoredAnalysis): AnalysisRow {
  const old = stored.rows.find(({ slo }) => slo === row.slo);
  if (old === undefined) return row;
  return { ...row, firstAt: Math.min(row.firstAt, old.firstAt), looks: Math.max(row.looks, old.looks) };
}

function unionOf(...sides: readonly (readonly Look[])[]): Look[] {
  const byKey = new Map<string, Look>();
  for (const look of sides.flat())
    byKey.set(JSON.stringify([look.slo, look.at, look.mode, look.code, look.reason]), look);
  return [...byKey.values()].toSorted((a, b) => b.at - a.at).slice(0, MOST_LOOKS);
}
