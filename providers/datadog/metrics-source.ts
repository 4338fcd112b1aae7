import type { CohortPlan } from './cohort.ts';
import type { DatadogClient } from './client.ts';
import { inPieces } from './grid.ts';
import { apmFilter, planQueries, queryText, type PlannedQuery } from './metric-plan.ts';
import type { ApmQuery, MetricQuery } from './query-model.ts';
import type { TimeseriesAttributes } from './requests.ts';
import { joinReports, type RoleQuery, type SourceAsk, type SourceReport } from './source.ts';
import { groupOf, type Tally } from './tally.ts';
import { readTimeseries, type AnsweredSeries } from './timeseries-answer.ts';
import { checkUnit } from './unit-check.ts';
import type { CountsRequest } from '../../src/core/provider.ts';
import { formatDuration } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import { garbled } from './fault.ts';

/** The judge pools groups beyond 500; with two sides, a few versions and three queries this is plenty. */
const MAX_SERIES = 10_000;

/** Counts from metrics and APM, all roles and sides in one call a piece. */
export async function fetchMetrics(
  client: DatadogClient,
  queries: readonly RoleQuery<MetricQuery | ApmQuery>[],
  ask: SourceAsk,
  maxPoints: number,
): Promise<SourceReport> {
  const { planned, notes } = planQueries(queries, ask.request);
  if (planned.length === 0) return { complete: true, queriesSent: [], notes };
  const reports = await Promise.all(
    inPieces(ask.request.window, maxPoints).map(async (piece) => fetchPiece(client, planned, piece, ask)),
  );
  return joinReports([...reports, { complete: true, queriesSent: [], notes }]);
}

async function fetchPiece(
  client: DatadogClient,
  planned: readonly PlannedQuery[],
  window: Window,
  { tally, request, signal }: SourceAsk,
): Promise<SourceReport> {
  const body = await client.call(
    { endpoint: 'timeseries', attributes: attributesOf(planned, window) },
    signal,
  );
  const answered = readTimeseries(body, window, planned.length);
  const queriesSent = [describe(planned, window)];
  if (answered.length > MAX_SERIES) {
    const missing = `the answer has ${String(answered.length)} series, more than the ${String(MAX_SERIES)} that are taken: too many groups`;
    return { complete: { missing }, queriesSent, notes: [] };
  }
  const notes = planned.flatMap((each, index) => {
    if (each.kind === 'unit') return [];
    const own = answered.filter((line) => line.index === index);
    count(each, own, request, tally);
    return each.kind === 'whole' ? checkUnit(each, answered, planned) : [];
  });
  return { complete: true, queriesSent, notes };
}

function attributesOf(planned: readonly PlannedQuery[], window: Window): TimeseriesAttributes {
  return {
    from: window.start,
    to: window.end,
    interval: window.bucketMs,
    formulas: planned.map(({ alias }) => ({ formula: alias })),
    queries: planned.map((each) => {
      const { query, alias, by } = each;
      if (query.kind === 'metrics') {
        return { data_source: 'metrics', name: alias, query: queryText(each, window.bucketMs) };
      }
      const { stat, service, operation, resource, spanKind } = query;
      const filter = apmFilter(each);
      return {
        data_source: 'apm_metrics',
        name: alias,
        stat,
        service,
        group_by: by,
        ...(filter === '' ? {} : { query_filter: filter }),
        ...(operation === undefined ? {} : { operation_name: operation }),
        ...(resource === undefined ? {} : { resource_name: resource }),
        ...(spanKind === undefined ? {} : { span_kind: spanKind }),
      };
    }),
  };
}

/** Adds the lines of one query to the tally; what is of neither side is left out. */
function count(
  { role, kind, cohorts }: PlannedQuery,
  lines: readonly AnsweredSeries[],
  { groupBy, podLabel = '' }: Pick<CountsRequest<unknown>, 'groupBy' | 'podLabel'>,
  tally: Tally,
): void {
  for (const { tags, points } of lines) {
    const cohort = sideOf(cohorts, tags);
    if (cohort === null) continue;
    const group = groupBy === undefined ? {} : { group: groupOf(tags, groupBy) };
    if (kind === 'whole') tally.add({ role, cohort, ...group }, points);
    else if (cohort === 'canary') tally.addPod({ role, pod: tags.get(podLabel) ?? 'N/A', ...group }, points);
  }
}

function sideOf({ tag, whole, sideOf: find }: CohortPlan, tags: AnsweredSeries['tags']) {
  if (tag === null) return whole;
  const value = tags.get(tag);
  if (value === undefined) throw garbled(`has a series without the tag ${tag} that it was grouped by`);
  return find(value);
}

/** `timeseries 2024-05-01T12:00:00.000Z..12:30:00 every 1m: bad = sum:…; total = sum:…` */
function describe(planned: readonly PlannedQuery[], { start, end, bucketMs }: Window): string {
  const span = `${new Date(start).toISOString()}..${new Date(end).toISOString()}`;
  const queries = planned.map((each) => `${each.alias} = ${queryText(each, bucketMs)}`);
  return `datadog timeseries ${span} every ${formatDuration(bucketMs)}: ${queries.join('; ')}`;
}
