import type { Advice, AdviceAsk } from '../../src/core/advice.ts';
import { ROLES, type Role } from '../../src/core/counts.ts';
import type { Slo } from '../../src/core/slo.ts';
import { groupLabels, labelsOf, type MetricLabel } from './advise-labels.ts';
import { compareNumber, allOf, anyOf, type Expression } from './filter/syntax.ts';
import { writeFilter } from './filter/write.ts';
import { filterOf } from './passes.ts';
import type { LogQuery, Rule } from './query.ts';
import { ruleFilter } from './rule.ts';

const LONGEST_NAME = 100;

/**
 * The log-based counters that give the same counts as these queries, and the Cloud Monitoring queries that read
 * them: two time series calls a look, whatever the traffic. Null where a condition cannot be a filter.
 */
export function adviseMetrics({ slo, queries }: AdviceAsk<LogQuery>): Advice | null {
  const asked = ROLES.flatMap((role) => {
    const query = queries[role];
    return query === undefined ? [] : [{ role, query, name: nameOf(slo, role) }];
  });
  if (
    asked.length === 0 ||
    asked.some(({ query }) => needsText(query.rule) || projectsOf(query).length === 0)
  )
    return null;
  const [first] = asked;
  const labels = first === undefined ? [] : labelsOf(first.query.source, slo);
  const groups = first === undefined ? [] : groupLabels(first.query.source, slo);
  return {
    commands: asked.flatMap(({ role, query, name }) =>
      projectsOf(query).map((project) => ({
        name,
        text: command(project, name, metricOf(role, query, queries, slo, labels)),
      })),
    ),
    sources: Object.fromEntries(asked.map(({ role, query, name }) => [role, sourceOf(query, name)])),
    annotations: {
      'burngate.io/settling-lag': null,
      ...(slo.cohort === undefined ? {} : { 'burngate.io/cohort': cohortText(slo.cohort) }),
      ...(slo.breakdown === undefined
        ? {}
        : {
            'burngate.io/breakdown':
              groups.at(-1) === undefined ? null : `metric.labels.${groups.at(-1)?.key ?? ''}`,
          }),
    },
    notes: notesOf(
      asked.map(({ query }) => query),
      groups,
    ),
  };
}

/** A latency written as text ("12ms") can be read of an entry, but not compared by a filter. */
function needsText({ latency }: Rule): boolean {
  return latency?.unit === 'duration' && latency.field[0] !== 'httpRequest';
}

function nameOf({ name }: Slo, role: Role): string {
  const suffix = `_${role}`;
  return `burngate_${name.replaceAll(/[^A-Za-z0-9_]/g, '_')}`.slice(0, LONGEST_NAME - suffix.length) + suffix;
}

function projectsOf({ source }: LogQuery): string[] {
  return [
    ...new Set(
      source.resourceNames.flatMap((name) =>
        name.startsWith('projects/') ? [name.split('/')[1] ?? ''] : [],
      ),
    ),
  ];
}

/** The bucket of a view, in which the metric then counts. */
function bucketOf({ source }: LogQuery): string | null {
  const [only, ...more] = source.resourceNames;
  if (only === undefined || more.length > 0 || !only.includes('/views/')) return null;
  return only.split('/views/')[0] ?? null;
}

interface LogMetric {
  readonly description: string;
  readonly filter: string;
  readonly bucketName: string | null;
  readonly labels: readonly MetricLabel[];
}

function metricOf(
  role: Role,
  query: LogQuery,
  queries: AdviceAsk<LogQuery>['queries'],
  slo: Slo,
  labels: readonly MetricLabel[],
): LogMetric {
  return {
    description: `${role} events of the SLO ${slo.name}, for Burngate`,
    filter: writeFilter(allOf([...filterOf(query), ...sharedConditions(role, query, queries)])),
    bucketName: bucketOf(query),
    labels,
  };
}

/** What reading the entries does by itself: bad is part of total, and what lacks the deciding field is neither. */
function sharedConditions(
  role: Role,
  query: LogQuery,
  queries: AdviceAsk<LogQuery>['queries'],
): Expression[] {
  const same = ROLES.flatMap((other) => {
    const found = queries[other];
    const isSame = JSON.stringify(found?.source) === JSON.stringify(query.source);
    return found === undefined || !isSame || other === role ? [] : [{ role: other, rule: found.rule }];
  });
  return same.flatMap(({ role: other, rule }) => {
    const condition = other === 'total' ? ruleFilter(rule) : role === 'total' ? decidable(rule) : null;
    return condition === null ? [] : [condition];
  });
}

function decidable(rule: Rule): Expression | null {
  const parts: Expression[] = [];
  if (rule.status !== undefined)
    parts.push(
      allOf([compareNumber(rule.status.field, '>=', 100), compareNumber(rule.status.field, '<=', 999)]),
    );
  if (rule.latency !== undefined) parts.push({ kind: 'has', field: rule.latency.field });
  if (parts.length === 0) return null;
  const own = rule.needs === 'any' && parts.length > 1 ? ruleFilter(rule) : null;
  return own === null ? allOf(parts) : anyOf([own, allOf(parts)]);
}

/** JSON texts are YAML texts, and hold no line break that could end the here-document. */
function command(project: string, name: string, metric: LogMetric): string {
  const quoted = (text: string): string => JSON.stringify(text);
  const lines = [
    `gcloud logging metrics create ${name} --project=${project} --config-from-file=- <<'EOF'`,
    `description: ${quoted(metric.description)}`,
    `filter: ${quoted(metric.filter)}`,
    ...(metric.bucketName === null ? [] : [`bucketName: ${quoted(metric.bucketName)}`]),
    'metricDescriptor:',
    '  metricKind: DELTA',
    '  valueType: INT64',
    '  unit: "1"',
    '  labels:',
    ...metric.labels.flatMap(({ key }) => [`    - key: ${key}`, '      valueType: STRING']),
    'labelExtractors:',
    ...metric.labels.map(({ key, extractor }) => `  ${key}: ${quoted(extractor)}`),
    'EOF',
  ];
  return `${lines.join('\n')}\n`;
}

function sourceOf(query: LogQuery, name: string): { readonly type: string; readonly spec: object } {
  const { resource } = query.source;
  const own = (part: 'namespace' | 'cluster'): object => {
    const field = query.source[part];
    return field === null || field[0] === 'resource' ? {} : { [part]: `metric.labels.${part}` };
  };
  const scope = { ...own('namespace'), ...own('cluster') };
  return {
    type: 'cloud-monitoring',
    spec: {
      project: projectsOf(query)[0],
      metric: `logging.googleapis.com/user/${name}`,
      resource: resource ?? 'k8s_container',
      ...(Object.keys(scope).length > 0 && { scope }),
    },
  };
}

function cohortText({ label, value, match }: NonNullable<Slo['cohort']>): string {
  return JSON.stringify({
    ...(label !== undefined && { label: 'metric.labels.release' }),
    value,
    match,
  });
}

function notesOf(queries: readonly LogQuery[], groups: readonly MetricLabel[]): string[] {
  const several = queries.some((query) => projectsOf(query).length > 1);
  const anyResource = queries.some(({ source }) => source.resource === null);
  return [
    'A log-based metric counts from the moment it is made, nothing before; its counts settle within 10 minutes.',
    'Each value of each label is a time series of its own: 30,000 of them at most, so no ids in labels.',
    ...(groups.length > 1
      ? [`A label cannot join fields: the groups are those of ${groups.at(-1)?.key ?? ''} alone.`]
      : []),
    ...(several
      ? [
          'The projects are several: read the metric in the scoping project of a metrics scope that holds them all.',
        ]
      : []),
    ...(anyResource
      ? ["Put the type of the entries' monitored resource where the SLO file says k8s_container."]
      : []),
  ];
}
