import type { Cohort } from '../../src/core/counts.ts';
import { shown } from '../../src/core/parsed.ts';
import type { CountsRequest, Fetched } from '../../src/core/provider.ts';
import { formatDuration, type EpochMs } from '../../src/core/units.ts';
import { cohortOf, planCohorts, type CohortPlan } from './cohort-plan.ts';
import { usualLag, type Descriptor } from './descriptor.ts';
import { FIELD_ALLOWED, fieldText, parseField, readField, type Field } from './fields.ts';
import { rejected } from './garbled.ts';
import { checkThreshold, latencyUnit } from './latency.ts';
import type { MetricPart } from './parts.ts';
import { bucketOf, isInterpolated } from './presence.ts';
import type { MonitoringQuery } from './query.ts';
import { isManagedPrometheus } from './resources.ts';
import { scopeConditions } from './scope.ts';
import type { SeriesReader, SeriesAsk } from './series-reader.ts';
import { Tally } from './tally.ts';
import type { TimeSeries } from './time-series.ts';
import { ValueReader } from './value-reader.ts';

type Request = CountsRequest<MonitoringQuery>;

/** What one part of a request came to. */
export interface PartAnswer {
  readonly series: Fetched['series'];
  readonly podSplit: NonNullable<Fetched['podSplit']>;
  readonly missing: string | null;
  readonly queriesSent: readonly string[];
  readonly notes: readonly string[];
  /** The newest point that the answer has, seen where the question went beyond its window. */
  readonly newest: EpochMs | null;
}

const UNGROUPED = 'ungrouped';

/** One metric, all its roles, cohorts and groups. Throws `ProviderError`. */
export async function readPart(
  part: MetricPart,
  request: Request,
  descriptor: Descriptor,
  reader: SeriesReader,
  signal: AbortSignal,
): Promise<PartAnswer> {
  for (const { role, query } of part.roles) {
    checkThreshold(descriptor, query, role);
    if (query.threshold !== undefined) latencyUnit(descriptor, query.unit);
  }
  const looks = looksOf(part, request);
  const answers = await Promise.all(
    looks.map(async (look) => readLook(look, { part, request, descriptor, reader, signal })),
  );
  return {
    series: answers.flatMap((each) => each.tally.series()),
    podSplit: answers.flatMap((each) => each.tally.podSplit()),
    missing: answers.map((each) => each.missing).find((each) => each !== null) ?? null,
    queriesSent: answers.flatMap((each) => each.queriesSent),
    notes: [...new Set([...sparseNote(descriptor, request), ...answers.flatMap((each) => each.notes)])],
    newest: answers.reduce<EpochMs | null>(
      (newest, each) => (each.newest === null ? newest : Math.max(newest ?? 0, each.newest)),
      null,
    ),
  };
}

function sparseNote({ metric, samplePeriod }: Descriptor, { window }: Request): string[] {
  if (samplePeriod === null || samplePeriod <= window.bucketMs) return [];
  const every = formatDuration(samplePeriod);
  return [`${metric} is written every ${every} only: annotate the SLO with burngate.io/bucket: ${every}`];
}

/** One question: cohorts that are told apart by the same labels. */
interface Look {
  readonly plan: CohortPlan;
  readonly group: Field | null;
  readonly pod: Field | null;
}

/** Both cohorts in one question; but stable's pods are many and nobody asks for them. */
function looksOf({ base }: MetricPart, { cohorts, groupBy, podLabel }: Request): Look[] {
  const field = (label: string | undefined): Field | null => {
    const parsed = label === undefined ? null : parseField(label, base.resource);
    if (label !== undefined && parsed === null)
      throw rejected(
        `The label ${shown(label)} cannot be read, allowed is ${FIELD_ALLOWED}.`,
        'Correct burngate.io/breakdown or burngate.io/pod-label of the SLO.',
      );
    return parsed;
  };
  const [group, pod] = [field(groupBy), field(podLabel)];
  const sides =
    pod === null
      ? [{ cohorts, pod }]
      : [
          { cohorts: { ...cohorts, stable: null }, pod },
          { cohorts: { ...cohorts, canary: null }, pod: null },
        ];
  return sides
    .map((side) => ({ plan: planCohorts(base, side.cohorts), group, pod: side.pod }))
    .filter(({ plan }) => plan.wanted.size > 0);
}

interface Context {
  readonly part: MetricPart;
  readonly request: Request;
  readonly descriptor: Descriptor;
  readonly reader: SeriesReader;
  readonly signal: AbortSignal;
}

const NO_PODS = 'some series have no value for burngate.io/pod-label, so pods are not told apart';

/** A part of the pods would not sum to the canary. */
function canTellPods(pod: Field, sides: ReadonlyMap<Cohort, readonly TimeSeries[]>): boolean {
  return [...sides.values()].every((all) => all.every(({ labels }) => readField(labels, pod) !== ''));
}

interface LookAnswer {
  readonly tally: Tally;
  readonly missing: string | null;
  readonly queriesSent: readonly string[];
  readonly notes: readonly string[];
  readonly newest: EpochMs | null;
}

async function readLook(look: Look, context: Context): Promise<LookAnswer> {
  const { request, descriptor, reader, signal } = context;
  const isCumulative = descriptor.kind === 'CUMULATIVE';
  const ask = askOf(look, context);
  const [aligned, reported] = await Promise.all([
    reader.read(ask, signal),
    isCumulative ? readReported(ask, context) : null,
  ]);
  const byCohort = bySide(look.plan, aligned.series);
  const { bucketMs } = request.window;
  const isDropped =
    reported === null || reported.series === null
      ? () => false
      : isInterpolated(
          bucketsOf(byCohort, bucketMs),
          bucketsOf(bySide(look.plan, reported.series), bucketMs),
          bucketMs,
        );
  const values = new ValueReader(descriptor, aligned.unit);
  const tally = new Tally();
  const hasPods = look.pod === null || canTellPods(look.pod, byCohort);
  const adding = { look: hasPods ? look : { ...look, pod: null }, context, values, tally, isDropped };
  for (const [cohort, all] of byCohort) for (const series of all) addSeries(series, cohort, adding);
  return {
    tally,
    missing: aligned.missing ?? reported?.missing ?? null,
    queriesSent: [aligned.sent, ...(reported?.sent === undefined ? [] : [reported.sent])],
    notes: [...values.notes(), ...(reported?.notes ?? []), ...(hasPods ? [] : [NO_PODS])],
    newest: aligned.newest,
  };
}

function askOf({ plan, group, pod }: Look, { part, request, descriptor }: Context): SeriesAsk {
  const { base, splits } = part;
  const { window } = request;
  const isCumulative = descriptor.kind === 'CUMULATIVE';
  const fields = [plan.field, group, pod, ...splits].filter((field) => field !== null);
  return {
    project: base.project,
    selection: {
      metric: base.metric,
      resource: base.resource,
      all: [...scopeConditions(base, request.scope), ...base.where],
      anyOf: plan.conditions,
    },
    aligner: isCumulative ? 'ALIGN_DELTA' : 'ALIGN_SUM',
    groupBy: [...new Set(fields.map(fieldText))],
    // The bucket before tells whether the first one took part in an interpolation.
    window: isCumulative ? { ...window, start: window.start - window.bucketMs } : window,
    lag: Math.max(...part.roles.map(({ query }) => query.settlingLag ?? usualLag(descriptor))),
  };
}

interface Reported {
  /** null: nobody asked. */
  readonly series: readonly TimeSeries[] | null;
  readonly missing: string | null;
  readonly sent?: string;
  readonly notes: readonly string[];
}

const UNCHECKED = 'minutes without data may be filled by interpolation (spec.presence: none)';

/** In which buckets a cumulative metric was really written; decision record 0012. */
async function readReported(ask: SeriesAsk, { part, reader, signal }: Context): Promise<Reported> {
  const { base } = part;
  const presence = base.presence ?? (isManagedPrometheus(base.metric, base.resource) ? 'up' : 'points');
  if (presence === 'none') return { series: null, missing: null, notes: [UNCHECKED] };
  const { selection } = ask;
  const [field] = selection.anyOf.map((condition) => fieldText(condition.field));
  const asked: SeriesAsk =
    presence === 'points'
      ? { ...ask, aligner: 'ALIGN_NONE', groupBy: [] }
      : {
          ...ask,
          // Targets have the labels of their metrics except those that the program itself sets.
          selection: {
            ...selection,
            metric: 'prometheus.googleapis.com/up/gauge',
            all: selection.all.filter((condition) => condition.field.place !== 'metric.labels'),
          },
          aligner: 'ALIGN_SUM',
          groupBy: field === undefined ? [] : [field],
        };
  const { series, missing, sent } = await reader.read(asked, signal);
  const isUp = (value: unknown): boolean =>
    presence === 'points' || Number(Reflect.get(Object(value), 'doubleValue')) > 0;
  return {
    series: series.map((each) => ({ ...each, points: each.points.filter(({ value }) => isUp(value)) })),
    missing,
    sent,
    notes: [],
  };
}

function bySide(plan: CohortPlan, all: readonly TimeSeries[]): Map<Cohort, TimeSeries[]> {
  const sides = new Map<Cohort, TimeSeries[]>();
  for (const series of all) {
    const cohort = cohortOf(plan, series.labels);
    if (cohort === null) continue;
    const side = sides.get(cohort);
    if (side === undefined) sides.set(cohort, [series]);
    else side.push(series);
  }
  return sides;
}

function bucketsOf(
  sides: ReadonlyMap<Cohort, readonly TimeSeries[]>,
  bucketMs: number,
): Map<Cohort, Set<EpochMs>> {
  return new Map(
    [...sides].map(([cohort, all]) => [
      cohort,
      new Set(all.flatMap(({ points }) => points.map(({ end }) => bucketOf(end, bucketMs)))),
    ]),
  );
}

interface Adding {
  readonly look: Look;
  readonly context: Context;
  readonly values: ValueReader;
  readonly tally: Tally;
  readonly isDropped: (cohort: Cohort, bucket: EpochMs) => boolean;
}

function addSeries(series: TimeSeries, cohort: Cohort, adding: Adding): void {
  const { look, context, values, tally, isDropped } = adding;
  const { window } = context.request;
  const group = look.group === null ? undefined : readField(series.labels, look.group) || UNGROUPED;
  const pod = look.pod === null ? undefined : readField(series.labels, look.pod);
  for (const { role, query } of values.rolesOf(series.labels, context.part.roles)) {
    const toWhole = tally.to({ role, cohort, group, pod: undefined });
    const toPod = tally.to({ role, cohort, group, pod });
    for (const { end, value } of series.points) {
      const bucket = values.bucketOf(end, window);
      if (bucket < window.start || bucket >= window.end || isDropped(cohort, bucket)) continue;
      const events = values.eventsOf(value, role, query);
      toWhole(bucket, events);
      if (pod !== undefined) toPod(bucket, events);
    }
  }
}
