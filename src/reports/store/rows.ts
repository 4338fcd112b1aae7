import type { ReasonCode, Verdict } from '../../core/codes.ts';
import type { AnalysisRow, CountedWindow, Filed } from '../history/history-store.ts';
import type { Encoded } from '../history/encode-measurement.ts';
import type { AnalysesTable, MeasurementsTable } from './tables.ts';

/** A measurement ready for its table. */
export interface Prepared {
  readonly filed: Filed;
  readonly encoded: Encoded;
}

export function measurementRow({ filed: { measurement }, encoded }: Prepared): MeasurementsTable {
  const { at, verdict, code, judged } = measurement;
  return {
    part: encoded.part,
    at,
    digest: encoded.digest,
    mode: judged?.question.mode ?? null,
    verdict,
    code,
    judged: judged === undefined ? 0 : 1,
    body: encoded.body,
  };
}

/** The part's row from its measurements that are new, of which there is at least one. */
export function analysisRow(prepared: readonly Prepared[], bytes: number): AnalysesTable {
  const byTime = prepared.toSorted((a, b) => a.filed.measurement.at - b.filed.measurement.at);
  const [first] = byTime;
  const last = byTime.at(-1);
  if (first === undefined || last === undefined) throw new Error('a part without measurements');
  const counted = byTime.findLast(({ encoded }) => encoded.counted !== null);
  const { measurement, service } = last.filed;
  const { release } = measurement;
  return {
    part: last.encoded.part,
    analysis: measurement.analysis,
    slo: measurement.slo,
    service,
    canary: release.canary,
    stable: release.stable,
    namespace: release.namespace ?? null,
    cluster: release.cluster ?? null,
    rollout: release.rollout ?? null,
    revision: release.revision ?? null,
    verdict: measurement.verdict,
    code: measurement.code,
    reason: measurement.reason,
    first_at: first.filed.measurement.at,
    last_at: measurement.at,
    recorded_at: Math.max(...prepared.map(({ filed }) => filed.recordedAt)),
    looks: prepared.length,
    bytes,
    judged_at: counted?.filed.measurement.at ?? null,
    ...countedColumns(counted?.encoded.counted ?? null),
  };
}

function countedColumns(
  counted: CountedWindow | null,
): Pick<
  AnalysesTable,
  'window_start' | 'window_end' | 'canary_good' | 'canary_bad' | 'stable_good' | 'stable_bad'
> {
  return {
    window_start: counted?.start ?? null,
    window_end: counted?.end ?? null,
    canary_good: counted?.canary.good ?? null,
    canary_bad: counted?.canary.bad ?? null,
    stable_good: counted?.stable.good ?? null,
    stable_bad: counted?.stable.bad ?? null,
  };
}

export function fromAnalysisRow(row: AnalysesTable): AnalysisRow {
  const { namespace, cluster, rollout, revision } = row;
  return {
    part: row.part,
    analysis: row.analysis,
    slo: row.slo,
    service: row.service,
    release: {
      canary: row.canary,
      stable: row.stable,
      ...(namespace === null ? {} : { namespace }),
      ...(cluster === null ? {} : { cluster }),
      ...(rollout === null ? {} : { rollout }),
      ...(revision === null ? {} : { revision }),
    },
    verdict: row.verdict as Verdict,
    code: row.code as ReasonCode,
    reason: row.reason,
    firstAt: row.first_at,
    lastAt: row.last_at,
    looks: row.looks,
    counted: fromCountedColumns(row),
  };
}

function fromCountedColumns(row: AnalysesTable): CountedWindow | null {
  if (row.window_start === null || row.window_end === null) return null;
  return {
    start: row.window_start,
    end: row.window_end,
    canary: { good: row.canary_good ?? 0, bad: row.canary_bad ?? 0 },
    stable: { good: row.stable_good ?? 0, bad: row.stable_bad ?? 0 },
  };
}
