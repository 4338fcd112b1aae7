import type { Role } from '../../src/core/counts.ts';
import { shown } from '../../src/core/parsed.ts';
import { formatDuration, HOUR, MINUTE, type DurationMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import type { DatadogClient } from './client.ts';
import { planCohorts, type CohortPlan } from './cohort.ts';
import { garbled, rejected } from './fault.ts';
import { inPieces } from './grid.ts';
import { logText } from './log-text.ts';
import { readLogs, type AnsweredBucket } from './logs-answer.ts';
import type { LogQuery, Tags } from './query-model.ts';
import type { LogsAggregateBody } from './requests.ts';
import { scopeTags } from './scope-tags.ts';
import { joinReports, type RoleQuery, type SourceAsk, type SourceReport } from './source.ts';
import { isFacet } from './tag-text.ts';
import { groupOf, UNGROUPED } from './tally.ts';

/** The limits of all facets of one aggregate, multiplied, must not exceed this; from the API's reference. */
const MAX_BUCKETS = 10_000;
/** Versions of one service within a window. */
const MAX_VERSIONS = 20;
const MAX_GROUPS = 500;

/** A facet to group by; a full page may hide more values, unless exactly these were asked for. */
interface Facet {
  readonly name: string;
  readonly limit: number;
  readonly known: boolean;
  /** Events without the facet are events all the same. */
  readonly missing?: string;
}

/** One aggregate, before it is sent. */
interface PlannedLogs {
  readonly role: Role;
  readonly query: LogQuery;
  readonly kind: 'whole' | 'pods';
  readonly cohorts: CohortPlan;
  readonly text: string;
  readonly facets: readonly Facet[];
}

/** Counts of log events, one aggregate a role: an aggregate has one search text. */
export async function fetchLogs(
  client: DatadogClient,
  queries: readonly RoleQuery<LogQuery>[],
  ask: SourceAsk,
  maxPoints: number,
): Promise<SourceReport> {
  const notes: string[] = [];
  const planned = queries.flatMap((query) => {
    const plan = planLogs(query, ask);
    notes.push(...plan.notes);
    return plan.planned;
  });
  const reports = await Promise.all(
    planned.flatMap((each) =>
      inPieces(ask.request.window, maxPoints).map(async (piece) => fetchPiece(client, each, piece, ask)),
    ),
  );
  return joinReports([...reports, { complete: true, queriesSent: [], notes }]);
}

function planLogs(
  [role, query]: RoleQuery<LogQuery>,
  { request }: SourceAsk,
): { readonly planned: readonly PlannedLogs[]; readonly notes: readonly string[] } {
  const { groupBy, podLabel } = request;
  for (const label of [groupBy, podLabel]) {
    if (label === undefined || isFacet(label)) continue;
    throw rejected(
      `The label ${shown(label)} is no Datadog facet.`,
      'Name the facet as the Log Explorer shows it, such as @http.route.',
    );
  }
  const cohorts = planCohorts(query, request);
  const filter = [query.filter, scopeTags(query, request.scope)];
  if (cohorts.sides.length === 0) return { planned: [], notes: cohorts.notes };
  const common = { role, query, cohorts };
  const textOf = (asked: readonly string[] | null): string =>
    logText({ ...query, filter: [...filter, ...cohortTags(cohorts.tag, asked)] });
  const whole: PlannedLogs = {
    ...common,
    kind: 'whole',
    text: textOf(cohorts.asked),
    facets: facetsOf(cohorts, cohorts.asked, [groupBy]),
  };
  const pods: PlannedLogs = {
    ...common,
    kind: 'pods',
    text: textOf(cohorts.canaryAsked),
    facets: facetsOf(cohorts, cohorts.canaryAsked, [groupBy, podLabel]),
  };
  const isSplit = podLabel !== undefined && cohorts.sides.includes('canary');
  return { planned: isSplit ? [whole, pods] : [whole], notes: cohorts.notes };
}

function cohortTags(tag: string | null, values: readonly string[] | null): Tags[] {
  return tag === null || values === null ? [] : [{ [tag]: values }];
}

/** The sides first, then what is open, which shares what the limit leaves. */
function facetsOf(
  { tag }: CohortPlan,
  asked: readonly string[] | null,
  labels: readonly (string | undefined)[],
): Facet[] {
  const sides: Facet[] =
    tag === null
      ? []
      : [{ name: tag, limit: Math.max(2, asked?.length ?? MAX_VERSIONS), known: asked !== null }];
  const open = labels.filter((label) => label !== undefined);
  const left = MAX_BUCKETS / (sides[0]?.limit ?? 1);
  const limit = Math.min(MAX_GROUPS, Math.floor(left ** (1 / Math.max(1, open.length))));
  return [...sides, ...open.map((name) => ({ name, limit, known: false, missing: UNGROUPED }))];
}

async function fetchPiece(
  client: DatadogClient,
  planned: PlannedLogs,
  window: Window,
  { request, tally, signal }: SourceAsk,
): Promise<SourceReport> {
  const { role, query, text, facets, cohorts, kind } = planned;
  const body: LogsAggregateBody = {
    compute: [{ aggregation: 'count', type: 'timeseries', interval: intervalText(window.bucketMs) }],
    filter: { query: text, from: String(window.start), to: String(window.end), indexes: query.indexes },
    group_by: facets.map(({ name, limit, missing }) => ({
      facet: name,
      limit,
      ...(missing === undefined ? {} : { missing }),
    })),
  };
  const { buckets, missing } = readLogs(await client.call({ endpoint: 'logs', body }, signal), window);
  for (const { by, points } of buckets) {
    const cohort = sideOf(cohorts, by);
    if (cohort === null) continue;
    const { groupBy, podLabel = '' } = request;
    const group = groupBy === undefined ? {} : { group: groupOf(by, groupBy) };
    if (kind === 'whole') tally.add({ role, cohort, ...group }, points);
    else if (cohort === 'canary')
      tally.addPod({ role, pod: by.get(podLabel) ?? UNGROUPED, ...group }, points);
  }
  const gap = missing ?? fullPage(buckets, facets);
  return {
    complete: gap === null ? true : { missing: gap },
    queriesSent: [describe(planned, window)],
    notes: [],
  };
}

function sideOf({ tag, whole, sideOf: find }: CohortPlan, by: AnsweredBucket['by']) {
  if (tag === null) return whole;
  const value = by.get(tag);
  if (value === undefined) throw garbled(`has a bucket without the facet ${tag} that it was grouped by`);
  return find(value);
}

/** A facet with as many values as were allowed: the rest, if any, was cut off without a word. */
function fullPage(buckets: readonly AnsweredBucket[], facets: readonly Facet[]): string | null {
  for (const [nth, { name, limit, known }] of facets.entries()) {
    if (known) continue;
    const values = new Map<string, Set<string>>();
    for (const { by } of buckets) {
      const above = JSON.stringify(facets.slice(0, nth).map((facet) => by.get(facet.name)));
      values.set(above, (values.get(above) ?? new Set()).add(by.get(name) ?? ''));
    }
    const most = Math.max(0, ...[...values.values()].map(({ size }) => size));
    if (most >= limit) return `${name} has ${String(limit)} values or more, and only so many fit an answer`;
  }
  return null;
}

/** `1m`, `5m`, `2h`. */
function intervalText(bucketMs: DurationMs): string {
  return bucketMs % HOUR === 0 ? `${String(bucketMs / HOUR)}h` : `${String(bucketMs / MINUTE)}m`;
}

/** `datadog logs 2024-05-01T12:00:00.000Z..2024-05-01T12:30:00.000Z every 1m: bad = service:"x" by kube_replica_set(2)` */
function describe(
  { role, kind, text, facets, query }: PlannedLogs,
  { start, end, bucketMs }: Window,
): string {
  const span = `${new Date(start).toISOString()}..${new Date(end).toISOString()}`;
  const by = facets.map(({ name, limit }) => `${name}(${String(limit)})`).join(', ');
  const name = kind === 'whole' ? role : `${role}_pods`;
  const indexes = query.indexes.join() === '*' ? '' : ` in ${query.indexes.join(',')}`;
  return `datadog logs ${span} every ${formatDuration(bucketMs)}: ${name} = ${text}${indexes}${by === '' ? '' : ` by ${by}`}`;
}
