import type { z } from 'zod';
import type { Role } from '../../src/core/counts.ts';
import { invalid, shown, valid, type Parsed } from '../../src/core/parsed.ts';
import { issuesOf } from '../_shared/spec-issues.ts';
import type { DurationMs } from '../../src/core/units.ts';
import { projectOfSlo } from '../_shared/google/resource-names.ts';
import { fieldText, parseField, type Field } from './fields.ts';
import type { Condition } from './filter.ts';
import type { LabelValues } from './label-values.ts';
import { usualResource } from './resources.ts';
import { metricSpec, sloSpec, type PRESENCES, type UNITS } from './spec.ts';

export type LatencyUnit = (typeof UNITS)[number];

/** How it is known in which buckets a cumulative metric was reported; decision record 0012. */
export type Presence = (typeof PRESENCES)[number];

/** Plain data: equal queries compare equal as JSON. */
export interface MetricQuery {
  readonly kind: 'metric';
  readonly project: string;
  readonly metric: string;
  readonly resource: string;
  readonly where: readonly Condition[];
  /** Values of one label that count for this role. */
  readonly split?: { readonly field: Field; readonly values: LabelValues };
  /** Values that name the sides themselves, where no label holds the hash. */
  readonly sides?: { readonly label: string; readonly field: Field } & Readonly<
    Record<'canary' | 'stable', string>
  >;
  /** Of a distribution: at or below is good. In milliseconds. */
  readonly threshold?: DurationMs;
  /** Of a distribution whose descriptor names none. */
  readonly unit?: LatencyUnit;
  readonly presence?: Presence;
  /** Labels for namespace, cluster and rollout instead of the resource's usual ones. */
  readonly scope: Readonly<Partial<Record<'namespace' | 'cluster' | 'rollout', Field>>>;
  readonly settlingLag?: DurationMs;
}

/** An SLO kept in Cloud Monitoring: counts of the whole service only. */
export interface SloQuery {
  readonly kind: 'slo';
  readonly project: string;
  readonly slo: string;
  readonly settlingLag?: DurationMs;
}

export type MonitoringQuery = MetricQuery | SloQuery;

/** Reads `metricSource.spec`; everything wrong at once. */
export function parseMonitoringQuery(raw: unknown, role: Role): Parsed<MonitoringQuery> {
  if (typeof raw === 'object' && raw !== null && Object.hasOwn(raw, 'slo')) return parseSloQuery(raw);
  const parsed = metricSpec.safeParse(raw);
  if (!parsed.success) return invalid(...issuesOf(parsed.error, raw));
  const spec = parsed.data;
  const resource = spec.resource ?? usualResource(spec.metric);
  const issues = [
    ...(resource === null ? [{ path: 'resource', given: 'nothing', allowed: RESOURCE_NEEDED }] : []),
    ...(role === 'total' && spec.threshold !== undefined
      ? [{ path: 'threshold', given: shown(Reflect.get(Object(raw), 'threshold')), allowed: NO_THRESHOLD }]
      : []),
  ];
  if (resource === null || issues.length > 0) return invalid(...issues);
  return valid(queryOf(spec, resource));
}

const RESOURCE_NEEDED =
  'the type of the monitored resource, as the Metrics Explorer shows it: this metric has no usual one';
const NO_THRESHOLD = 'nothing: the total of a distribution is its count; good and bad have a threshold';

function parseSloQuery(raw: object): Parsed<SloQuery> {
  const parsed = sloSpec.safeParse(raw);
  if (!parsed.success) return invalid(...issuesOf(parsed.error, raw));
  const { slo, settlingLag } = parsed.data;
  return valid({
    kind: 'slo',
    project: projectOfSlo(slo) ?? '',
    slo,
    ...(settlingLag !== undefined && { settlingLag }),
  });
}

function queryOf(spec: z.output<typeof metricSpec>, resource: string): MetricQuery {
  const { project, metric, threshold, unit, presence, settlingLag } = spec;
  const field = (text: string): Field => parseField(text, resource) ?? { place: 'metric.labels', key: text };
  const where = Object.entries(spec.where ?? {}).map(([label, { match, texts }]) => ({
    field: field(label),
    match,
    texts: [...new Set(texts)].toSorted(),
  }));
  return {
    kind: 'metric',
    project,
    metric,
    resource,
    where: where.toSorted((a, b) => (fieldText(a.field) < fieldText(b.field) ? -1 : 1)),
    ...(spec.split !== undefined && {
      split: {
        field: field(spec.split.label),
        values: {
          ...(spec.split.values !== undefined && { only: spec.split.values }),
          ...(spec.split.not !== undefined && { not: spec.split.not }),
        },
      },
    }),
    ...(spec.cohort !== undefined && { sides: { ...spec.cohort, field: field(spec.cohort.label) } }),
    ...(threshold !== undefined && { threshold }),
    ...(unit !== undefined && { unit }),
    ...(presence !== undefined && { presence }),
    scope: Object.fromEntries(
      Object.entries(spec.scope ?? {}).flatMap(([name, label]) =>
        label === undefined ? [] : [[name, field(label)]],
      ),
    ),
    ...(settlingLag !== undefined && { settlingLag }),
  };
}
