import { tagText, type Labels, type Store } from './store.ts';

/** What one release did in one minute, in one group. */
export interface Traffic {
  /** Start of the minute. */
  readonly time: number;
  readonly hash: string;
  readonly group: string;
  readonly good: number;
  readonly bad: number;
  readonly pod?: string;
  /** Default: the service's own. */
  readonly namespace?: string;
}

export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly rollout: string;
  /** Tag (and, as `@name`, log attribute) of the group. */
  readonly groupTag: string;
}

/** Points are submitted inside the minute, where agents flush. */
const FLUSHED_AFTER_MS = 17_000;
const SLOW = 0.8;
const QUICK = 0.05;

/**
 * Submits the traffic the way a service on Datadog does: own counts (`NAME.requests`, `.bad`, `.good`) with the
 * agent's Kubernetes tags, trace metrics with `version`, a latency distribution where bad is slow, and logs.
 */
export function submitTraffic(store: Store, service: Service, rows: readonly Traffic[]): void {
  const own = metricPrefix(service.name);
  for (const row of rows) {
    const kube = kubeTags(service, row);
    const span = traceTags(service, row);
    const { good, bad } = row;
    const time = row.time + FLUSHED_AFTER_MS;
    const values = [
      [QUICK, good],
      [SLOW, bad],
    ] as const;
    for (const [suffix, value] of [
      ['', good + bad],
      ['.good', good],
      ['.bad', bad],
    ] as const) {
      store.submit(`${own}.requests${suffix}`, { time, tags: kube, value });
    }
    store.submit('trace.http.request.hits', { time, tags: span, value: good + bad });
    store.submit('trace.http.request.errors', { time, tags: span, value: bad });
    store.submit('trace.http.request', { time, tags: span, value: 0, values }, 'second');
    const latencies = values.map(([seconds, times]) => [seconds * 1000, times] as const);
    store.submit(`${own}.latency`, { time, tags: kube, value: 0, values: latencies }, 'millisecond');
    logTraffic(store, service, row, kube);
  }
}

/** Metric names know no hyphens; Datadog writes underscores. */
export function metricPrefix(service: string): string {
  return service.replaceAll('-', '_');
}

function kubeTags({ name, rollout, groupTag, namespace: home }: Service, row: Traffic): Labels {
  const { namespace = home, pod = 'pod-1' } = row;
  return {
    service: name,
    env: 'prod',
    kube_namespace: namespace,
    kube_cluster_name: 'eu-1',
    kube_replica_set: tagText(`${rollout}-${row.hash}`),
    pod_name: tagText(`${rollout}-${row.hash}-${pod}`),
    [groupTag]: tagText(row.group),
  };
}

/** Trace metrics know nothing of Kubernetes. */
function traceTags({ name, groupTag, namespace: home }: Service, row: Traffic): Labels {
  const { hash, group, namespace = home } = row;
  const env = namespace === home ? 'prod' : namespace;
  return { service: name, env, version: tagText(`1a2b3c4-${hash}`), [groupTag]: tagText(group) };
}

function logTraffic(store: Store, { groupTag }: Service, row: Traffic, kube: Labels): void {
  const { group, good, bad } = row;
  const time = row.time + FLUSHED_AFTER_MS;
  // Attributes of logs keep their characters.
  const labels = { ...kube, [`@${groupTag}`]: group };
  store.log({ time, labels: { ...labels, '@http.status_code': '200' }, times: good });
  store.log({ time, labels: { ...labels, '@http.status_code': '503' }, times: bad });
}
