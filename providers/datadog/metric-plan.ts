import type { Role } from '../../src/core/counts.ts';
import { shown } from '../../src/core/parsed.ts';
import type { CountsRequest } from '../../src/core/provider.ts';
import { planCohorts, type CohortPlan } from './cohort.ts';
import { rejected } from './fault.ts';
import { filterText, metricText, type Aggregate } from './metric-text.ts';
import type { ApmQuery, MetricQuery, Tags } from './query-model.ts';
import { scopeTags } from './scope-tags.ts';
import type { RoleQuery } from './source.ts';
import { isTagKey } from './tag-text.ts';

/** One query of a timeseries request, and what its answer means. */
export interface PlannedQuery {
  /** Name in the formulas. */
  readonly alias: string;
  readonly role: Role;
  readonly query: MetricQuery | ApmQuery;
  /** `unit` asks for the metric itself, so that the answer names the unit a threshold was given in. */
  readonly kind: 'whole' | 'pods' | 'unit';
  readonly cohorts: CohortPlan;
  readonly filter: readonly Tags[];
  readonly by: readonly string[];
}

type Request = Pick<CountsRequest<unknown>, 'cohorts' | 'scope' | 'groupBy' | 'podLabel'>;

/** All queries of a request: every role and both sides in one call; pods and units ride along. */
export function planQueries(
  queries: readonly RoleQuery<MetricQuery | ApmQuery>[],
  request: Request,
): { readonly planned: readonly PlannedQuery[]; readonly notes: readonly string[] } {
  const { groupBy, podLabel } = request;
  for (const label of [groupBy, podLabel]) {
    if (label === undefined || isTagKey(label)) continue;
    throw rejected(
      `The label ${shown(label)} is no Datadog tag.`,
      'Name the tag as the Metrics Explorer shows it, in lower case.',
    );
  }
  const plans = queries.map(([role, query]) => {
    const cohorts = planCohorts(query, request);
    const filter = [query.filter, scopeTags(query, request.scope)];
    return { role, query, cohorts, filter };
  });
  return {
    planned: plans.flatMap((plan) => (plan.cohorts.sides.length === 0 ? [] : queriesOf(plan, request))),
    notes: plans.flatMap(({ cohorts }) => cohorts.notes),
  };
}

function queriesOf(
  plan: Pick<PlannedQuery, 'role' | 'query' | 'cohorts' | 'filter'>,
  { groupBy, podLabel }: Request,
): PlannedQuery[] {
  const { role, query, cohorts, filter } = plan;
  const by = [...new Set([cohorts.tag, groupBy].filter((tag) => typeof tag === 'string'))];
  const whole: PlannedQuery = {
    ...plan,
    alias: role,
    kind: 'whole',
    filter: [...filter, ...cohortTags(cohorts.tag, cohorts.asked)],
    by,
  };
  const pods: PlannedQuery = {
    ...plan,
    alias: `${role}_pods`,
    kind: 'pods',
    filter: [...filter, ...cohortTags(cohorts.tag, cohorts.canaryAsked)],
    by: [...by, podLabel ?? ''],
  };
  const unit: PlannedQuery = { ...plan, alias: `${role}_unit`, kind: 'unit', by: [] };
  return [
    whole,
    ...(podLabel !== undefined && cohorts.sides.includes('canary') ? [pods] : []),
    ...(needsUnit(role, query) ? [unit] : []),
  ];
}

function cohortTags(tag: string | null, values: readonly string[] | null): Tags[] {
  return tag === null || values === null ? [] : [{ [tag]: values }];
}

function needsUnit(role: Role, query: MetricQuery | ApmQuery): boolean {
  return query.kind === 'metrics' && query.threshold !== undefined && role !== 'total';
}

/** The text of a planned query, as it is sent (`metrics`) or for the record (`apm_metrics`). */
export function queryText(planned: PlannedQuery, bucketMs: number): string {
  const { query, filter, by } = planned;
  if (query.kind === 'apm_metrics') {
    const grouped = by.length === 0 ? '' : ` by {${by.join(',')}}`;
    return `apm_metrics ${query.stat} of ${query.service}{${apmFilter(planned)}}${grouped}`;
  }
  const aggregate = aggregateOf(planned, query);
  return metricText({ metric: query.metric, aggregate, filter, exclude: query.exclude, by, bucketMs });
}

export function apmFilter({ query, filter }: PlannedQuery): string {
  return filterText(filter, query.exclude);
}

function aggregateOf({ kind, role }: PlannedQuery, { type, threshold }: MetricQuery): Aggregate {
  if (kind === 'unit') return { kind: 'unit' };
  if (type === 'count') return { kind: 'sum' };
  if (threshold === undefined || role === 'total') return { kind: 'count' };
  return { kind: role === 'good' ? 'below' : 'from', threshold };
}
