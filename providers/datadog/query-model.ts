import type { DurationMs } from '../../src/core/units.ts';

/** Tags and the values one of which they must (or must not) have. */
export type Tags = Readonly<Record<string, readonly string[]>>;

/** Values that name the sides themselves, where no tag holds a hash: a load balancer's target groups. */
export interface FixedSides {
  readonly tag: string;
  readonly canary: string;
  readonly stable: string;
}

interface Common {
  readonly settlingLag: DurationMs;
  readonly namespaceTag?: string;
  readonly clusterTag?: string;
  readonly sides?: FixedSides;
}

/** Where a good event of a distribution ends. */
export interface Threshold {
  /** In the metric's own unit. */
  readonly below: number;
  readonly unit: LatencyUnit;
}

export type LatencyUnit = 'nanosecond' | 'microsecond' | 'millisecond' | 'second';

/** Counts of one metric. Plain data, as all queries: equal ones compare equal as JSON. */
export interface MetricQuery extends Common {
  readonly kind: 'metrics';
  readonly metric: string;
  readonly filter: Tags;
  readonly exclude: Tags;
  readonly type: 'count' | 'distribution';
  readonly threshold?: Threshold;
}

/** Hits and errors of a service, as APM computes them. */
export interface ApmQuery extends Common {
  readonly kind: 'apm_metrics';
  readonly stat: 'hits' | 'errors';
  readonly service: string;
  readonly filter: Tags;
  readonly exclude: Tags;
  readonly operation?: string;
  readonly resource?: string;
  readonly spanKind?: 'consumer' | 'server' | 'client' | 'producer' | 'internal';
}

/** Ends of a range of a numeric attribute. */
export type Range = Readonly<Partial<Record<'gt' | 'gte' | 'lt' | 'lte', number>>>;

/** Log events. */
export interface LogQuery extends Common {
  readonly kind: 'logs';
  readonly filter: Tags;
  readonly exclude: Tags;
  readonly range: Readonly<Record<string, Range>>;
  readonly indexes: readonly string[];
}

/** A metric-based SLO that is kept in Datadog. */
export interface SloQuery extends Common {
  readonly kind: 'slo';
  readonly slo: string;
}

export type DatadogQuery = MetricQuery | ApmQuery | LogQuery | SloQuery;

/** Tracers send env, service, version and resource along, and nothing of Kubernetes. */
export function isTraceMetric(metric: string): boolean {
  return metric.startsWith('trace.');
}

/** Datadog fetches these from the cloud every few minutes; they know no pods. */
export function isCrawledMetric(metric: string): boolean {
  return /^(?:aws|azure|gcp)\./.test(metric);
}

export function isCrawled(query: DatadogQuery): boolean {
  return query.kind === 'metrics' && isCrawledMetric(query.metric);
}
