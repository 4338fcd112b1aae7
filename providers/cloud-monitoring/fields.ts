import { isLabelKey, labelField } from '../_shared/google/quote.ts';

/** A label of a time series, wherever it is kept. */
export interface Field {
  readonly place: 'metric.labels' | 'resource.labels' | 'metadata.user_labels' | 'metadata.system_labels';
  readonly key: string;
}

export const FIELD_ALLOWED =
  'a label: metric.labels.KEY, resource.labels.KEY, metadata.user_labels.KEY, metadata.system_labels.KEY, or KEY alone';

const PLACES: Readonly<Record<string, Field['place']>> = {
  'metric.label': 'metric.labels',
  'resource.label': 'resource.labels',
  'metadata.user_label': 'metadata.user_labels',
  'metadata.system_label': 'metadata.system_labels',
};
const PLACED = /^(metric\.label|resource\.label|metadata\.user_label|metadata\.system_label)s?\.(.+)$/;
/** Metric labels have such keys only; what else stands alone is a label of the pod. */
const METRIC_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Keys of monitored resources that metrics have no labels of; with Managed Prometheus `pod` is a metric label. */
const RESOURCE_KEYS = new Set(['namespace_name', 'pod_name', 'container_name', 'cluster_name', 'location']);
const PROMETHEUS_KEYS = new Set(['namespace', 'cluster', 'job', 'instance', 'location']);

/** Reads a label's name; null for what is none. `resource`: the monitored resource's type, for keys that stand alone. */
export function parseField(text: string, resource: string): Field | null {
  const [, prefix = '', quoted] = PLACED.exec(text) ?? [];
  const key = (quoted ?? text).replace(/^"(.*)"$/, '$1');
  if (!isLabelKey(key)) return null;
  return { place: PLACES[prefix] ?? placeOf(key, resource), key };
}

function placeOf(key: string, resource: string): Field['place'] {
  const keys = resource === 'prometheus_target' ? PROMETHEUS_KEYS : RESOURCE_KEYS;
  if (keys.has(key)) return 'resource.labels';
  return METRIC_KEY.test(key) ? 'metric.labels' : 'metadata.user_labels';
}

/** As filters and `groupByFields` have it. */
export function fieldText({ place, key }: Field): string {
  return labelField(place, key);
}

/** The labels of one series of an answer. */
export interface SeriesLabels {
  readonly metric: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
  readonly user: Readonly<Record<string, string>>;
  readonly system: Readonly<Record<string, string>>;
}

/** The label's value; '' where the series has none, as the API has it in grouping. */
export function readField(labels: SeriesLabels, { place, key }: Field): string {
  const all = {
    'metric.labels': labels.metric,
    'resource.labels': labels.resource,
    'metadata.user_labels': labels.user,
    'metadata.system_labels': labels.system,
  }[place];
  return Object.hasOwn(all, key) ? (all[key] ?? '') : '';
}
