import type { z } from 'zod';
import type { Role } from '../../src/core/counts.ts';
import { invalid, shown, valid, type Parsed } from '../../src/core/parsed.ts';
import { issuesOf, ownValue } from '../_shared/spec-issues.ts';
import { MINUTE, type DurationMs } from '../../src/core/units.ts';
import {
  isCrawledMetric,
  isTraceMetric,
  type ApmQuery,
  type DatadogQuery,
  type MetricQuery,
} from './query-model.ts';
import { apmSpec, logSpec, metricSpec, sloSpec } from './spec.ts';

const SOURCES = ['metrics', 'apm_metrics', 'logs', 'slo'] as const;
type Source = (typeof SOURCES)[number];

/** Agents and tracers send every ten seconds; until everything is in, two minutes pass at most. */
const AGENT_LAG: DurationMs = 2 * MINUTE;
/** Crawlers ask the clouds every five to ten minutes, which tell a few minutes late themselves. */
const CRAWLER_LAG: DurationMs = 15 * MINUTE;

/** Reads `metricSource.spec`. */
export function parseDatadogQuery(raw: unknown, role: Role): Parsed<DatadogQuery> {
  const source = sourceOf(raw);
  if (!source.ok) return source;
  switch (source.value) {
    case 'metrics':
      return read(metricSpec, raw, (spec) => metricQuery(spec));
    case 'apm_metrics':
      return role === 'good' ? noGoodStat() : read(apmSpec, raw, (spec) => apmQuery(spec, role));
    case 'logs':
      return read(logSpec, raw, (spec) => ({
        ...spec,
        kind: 'logs',
        settlingLag: spec.settlingLag ?? AGENT_LAG,
        namespaceTag: spec.namespaceTag ?? 'kube_namespace',
        clusterTag: spec.clusterTag ?? 'kube_cluster_name',
      }));
    case 'slo':
      return read(sloSpec, raw, ({ slo, settlingLag = CRAWLER_LAG }) => ({ kind: 'slo', slo, settlingLag }));
  }
}

function metricQuery(spec: z.output<typeof metricSpec>): MetricQuery {
  const { settlingLag, ...rest } = spec;
  const crawled = isCrawledMetric(spec.metric);
  const hasPods = !crawled && !isTraceMetric(spec.metric);
  return {
    ...(hasPods ? { namespaceTag: 'kube_namespace', clusterTag: 'kube_cluster_name' } : {}),
    ...rest,
    kind: 'metrics',
    settlingLag: settlingLag ?? (crawled ? CRAWLER_LAG : AGENT_LAG),
  };
}

function apmQuery({ settlingLag, ...spec }: z.output<typeof apmSpec>, role: 'bad' | 'total'): ApmQuery {
  const stat = role === 'bad' ? 'errors' : 'hits';
  return { ...spec, kind: 'apm_metrics', stat, settlingLag: settlingLag ?? AGENT_LAG };
}

function noGoodStat(): Parsed<never> {
  const allowed = 'bad and total: APM counts hits and errors';
  return invalid({ path: 'source', given: 'apm_metrics as good', allowed });
}

/** The source as named, else as the keys say. */
function sourceOf(raw: unknown): Parsed<Source> {
  const named = ownValue(raw, 'source');
  if (named === undefined || named === null)
    return valid(ownValue(raw, 'slo') === undefined ? 'metrics' : 'slo');
  const source = SOURCES.find((each) => each === named);
  const allowed = `one of ${SOURCES.join(', ')}`;
  return source === undefined ? invalid({ path: 'source', given: shown(named), allowed }) : valid(source);
}

function read<Spec>(
  schema: z.ZodType<Spec>,
  raw: unknown,
  toQuery: (spec: Spec) => DatadogQuery,
): Parsed<DatadogQuery> {
  const parsed = schema.safeParse(raw);
  return parsed.success ? valid(toQuery(parsed.data)) : invalid(...issuesOf(parsed.error, raw));
}
