/** A histogram with explicit bounds, or one number. */
export type RawValue = number | { readonly bounds: readonly number[]; readonly counts: readonly number[] };

/** One written point. Of GAUGE metrics `start` is the end. */
export interface RawPoint {
  readonly start: number;
  readonly end: number;
  readonly value: RawValue;
}

/** One series as a program, the logs router or a load balancer writes it. */
export interface RawSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly resourceType: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly user: Readonly<Record<string, string>>;
  readonly points: readonly RawPoint[];
}

export interface MetricModel {
  readonly type: string;
  readonly kind: 'GAUGE' | 'DELTA' | 'CUMULATIVE';
  readonly valueType: 'INT64' | 'DOUBLE' | 'DISTRIBUTION' | 'STRING';
  readonly unit?: string;
  readonly samplePeriodSeconds?: number;
  readonly ingestDelaySeconds?: number;
  readonly series: RawSeries[];
}

/** Everything that one project holds. */
export interface ProjectModel {
  readonly metrics: Map<string, MetricModel>;
  readonly slos: Map<string, SloModel>;
}

/** What Cloud Monitoring keeps of an SLO. */
export interface SloModel {
  /** DELTA, with the label `event_type`. */
  readonly counts: MetricModel;
  /** GAUGE DOUBLE */
  readonly burnRate?: MetricModel;
  readonly budgetFraction?: MetricModel;
}

export type Model = Map<string, ProjectModel>;

/** Labels of a series as filters and groupings name them; undefined where a filter names something else. */
export function labelOf(series: RawSeries, metricType: string, field: string): string | undefined {
  if (field === 'metric.type') return metricType;
  if (field === 'resource.type') return series.resourceType;
  const place = PLACES.find(({ prefix }) => field.startsWith(prefix));
  if (place === undefined) return undefined;
  // No pattern: a filter is held against thousands of series.
  const quoted = field.slice(place.prefix.length);
  const key = quoted.startsWith('"') ? quoted.slice(1, -1) : quoted;
  const labels = place.labelsOf(series);
  return Object.hasOwn(labels, key) ? labels[key] : '';
}

const PLACES: readonly {
  readonly prefix: string;
  readonly labelsOf: (series: RawSeries) => Readonly<Record<string, string>>;
}[] = [
  { prefix: 'metric.labels.', labelsOf: ({ metric }) => metric },
  { prefix: 'metric.label.', labelsOf: ({ metric }) => metric },
  { prefix: 'resource.labels.', labelsOf: ({ resource }) => resource },
  { prefix: 'resource.label.', labelsOf: ({ resource }) => resource },
  { prefix: 'metadata.user_labels.', labelsOf: ({ user }) => user },
  { prefix: 'metadata.system_labels.', labelsOf: () => ({}) },
];
