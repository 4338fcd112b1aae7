import type { Bucket } from '../../core/counts.ts';
import { bandPath, intervalsOf } from '../../core/intervals.ts';
import type { Measurement } from '../../core/recorder.ts';
import type { Slo } from '../../core/slo.ts';
import { traceOf } from '../../core/trace.ts';
import type { Window } from '../../core/window.ts';
import type { Origin } from '../../reports/history/history.ts';
import type { AnalysisRow, StoredAnalysis } from '../../reports/history/history-store.ts';
import { hasItsGroups } from '../../reports/recent.ts';
import type { AnalysisDetailJson, AnalysisRowJson, MeasurementJson } from './analysis-schemas.ts';
import { linksOf } from './links.ts';

/** Points of the bands: more than a chart has pixels for is waste, and each costs a search. */
const MOST_BANDS = 200;
const MOST_GROUPS = 50;

export function analysisRowJson(row: AnalysisRow): AnalysisRowJson {
  const { part: _part, firstAt, lastAt, counted, release, ...same } = row;
  return {
    ...same,
    report: `/analyses/${row.analysis}`,
    release: { ...release },
    firstAt: iso(firstAt),
    lastAt: iso(lastAt),
    counted: counted === null ? null : { ...counted, start: iso(counted.start), end: iso(counted.end) },
  };
}

/** One analysis with everything that its newest looks rest on. */
export function analysisJson(
  { newest, looks }: StoredAnalysis,
  origin: Origin,
  sloOf: (name: string) => Slo | undefined,
): AnalysisDetailJson {
  return {
    measurements: newest.map((each) => measurementJson(each, sloOf(each.slo))),
    looks: looks.map(({ at, ...look }) => ({ ...look, at: iso(at) })),
    origin,
  };
}

function measurementJson(measurement: Measurement, slo: Slo | undefined): MeasurementJson {
  const { judged, at, release, ...rest } = measurement;
  const head = { ...rest, release: { ...release }, at: iso(at) };
  if (judged === undefined) return head;
  const { question, judgement, queriesSent } = judged;
  const observation = judgedReading(judged);
  const groupsInTrace = hasItsGroups(measurement);
  return {
    ...head,
    mode: question.mode,
    target: question.target,
    figures: { ...judgement.figures },
    intervals: intervalsJson(observation.buckets, question),
    bands: bandPath(observation.buckets, question.policy.warmup, MOST_BANDS).map(({ time, ...bands }) => ({
      time: iso(time),
      ...bands,
    })),
    ...(judgement.harm === null ? {} : { provenAt: iso(judgement.harm.time) }),
    groups: judgement.groups.slice(0, MOST_GROUPS).map((group) => ({ ...group })),
    policy: { ...question.policy },
    window: windowJson(observation.window),
    dataAgeSeconds: observation.dataAge / 1000,
    queriesSent: [...queriesSent],
    notes: [...observation.notes],
    buckets: observation.buckets.map((bucket) => bucketJson(bucket)),
    // The verdict's own question where its counts are still there, so that the path ends at its evidence.
    trace: traceOf(groupsInTrace ? question : { ...question, grouped: false }, observation).map(
      ({ time, ...point }) => ({ ...point, time: iso(time) }),
    ),
    groupsInTrace,
    links: linksOf(measurement, slo),
  };
}

function windowJson({ start, end, bucketMs }: Window): NonNullable<MeasurementJson['window']> {
  return { start: iso(start), end: iso(end), bucketSeconds: bucketMs / 1000 };
}

function bucketJson({ time, canary, stable, flaw }: Bucket): NonNullable<MeasurementJson['buckets']>[number] {
  return { time: iso(time), canary, stable, ...(flaw === undefined ? {} : { flaw }) };
}

/** Of bounded counts, the reading whose figures the verdict was argued with. */
function judgedReading({ observation, harshest, judgement }: NonNullable<Measurement['judged']>) {
  return judgement.verdict === 'fail' ? observation : (harshest ?? observation);
}

function intervalsJson(
  buckets: Parameters<typeof intervalsOf>[0],
  { target, policy }: NonNullable<Measurement['judged']>['question'],
): NonNullable<MeasurementJson['intervals']> {
  const { canary, stable, ratio } = intervalsOf(buckets, target, policy.warmup);
  return {
    canary: canary === null ? null : [...canary],
    stable: stable === null ? null : [...stable],
    ratio: ratio === null ? null : { low: ratio.low, high: ratio.high },
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
