import type { ContractHarness, ContractSession } from '../../test/contract/harness.ts';
import { describeProviderContract } from '../../test/contract/provider-contract.ts';
import type { TruthRow } from '../../test/contract/truth.ts';
import { CloudMonitoringEmulator } from './emulator/cloud-monitoring-emulator.ts';
import type { MetricModel, Model, RawValue } from './emulator/model.ts';
import { emptyProject, write, type TrafficRow } from './emulator/traffic.ts';
import { cloudMonitoring } from './index.ts';

const PROJECT = 'shop-prod';
const HASH = 'rollouts_pod_template_hash';

/** One kind of metric: how the truth is written and how it is asked for. */
interface Kind {
  readonly metric: Omit<MetricModel, 'series'>;
  readonly resourceType: 'k8s_container' | 'prometheus_target';
  /** Labels and value of the good and of the bad events of a row. */
  readonly split: (row: TruthRow) => readonly { labels: Record<string, string>; value: RawValue }[];
  readonly spec: Readonly<Record<'good' | 'bad' | 'total', object>>;
}

function modelOf(truth: readonly TruthRow[], kind: Kind): Model {
  const model: Model = new Map();
  const project = emptyProject(model, PROJECT);
  emptyProject(model, 'other-project');
  const metric: MetricModel = { ...kind.metric, series: [] };
  project.metrics.set(metric.type, metric);
  const isPrometheus = kind.resourceType === 'prometheus_target';
  const resourceOf = (namespace: string): Record<string, string> =>
    isPrometheus
      ? { project_id: PROJECT, namespace, cluster: 'eu' }
      : { project_id: PROJECT, namespace_name: namespace, cluster_name: 'eu' };
  // The same names in another namespace, with counts that nobody could overlook.
  for (const [namespace, factor] of [
    ['shop', 1],
    ['staging', 1000],
  ] as const) {
    const rows = truth.flatMap((row) =>
      kind
        .split({ ...row, good: row.good * factor, bad: row.bad * factor })
        .map(({ labels, value }): TrafficRow => ({
          time: row.time,
          labels: {
            [HASH]: row.hash,
            handler: row.group,
            pod: `web-${row.hash}-${String(row.group.length % 2)}`,
            ...labels,
          },
          value,
        })),
    );
    // Counters begin anew behind a gap: then there is nothing to interpolate, as the truth wants it.
    write(metric, rows, {
      resourceType: kind.resourceType,
      resource: resourceOf(namespace),
      restartAfter: 1,
    });
  }
  if (isPrometheus) project.metrics.set(...upOf(truth, resourceOf('shop')));
  return model;
}

/** Managed Prometheus writes `up` with every scrape. */
function upOf(truth: readonly TruthRow[], resource: Record<string, string>): [string, MetricModel] {
  const up: MetricModel = {
    type: 'prometheus.googleapis.com/up/gauge',
    kind: 'GAUGE',
    valueType: 'DOUBLE',
    series: [],
  };
  const seen = new Map(truth.map(({ time, hash }) => [`${String(time)} ${hash}`, { time, hash }]));
  const rows = [...seen.values()].map(({ time, hash }) => ({ time, labels: { [HASH]: hash }, value: 1 }));
  write(up, rows, { resourceType: 'prometheus_target', resource });
  return [up.type, up];
}

const byCode = (row: TruthRow) => [
  { labels: { response_code: '200' }, value: row.good },
  { labels: { response_code: '500' }, value: row.bad },
];
const BOUNDS = [0.1, 0.3, 1];

const KINDS: Readonly<Record<string, Kind>> = {
  'a log-based counter split by response code': {
    metric: { type: 'logging.googleapis.com/user/requests', kind: 'DELTA', valueType: 'INT64' },
    resourceType: 'k8s_container',
    split: byCode,
    spec: {
      good: { split: { label: 'response_code', values: ['200-299'] } },
      bad: { split: { label: 'response_code', values: ['5xx'] } },
      total: {},
    },
  },
  'a gauge with a filter for each role': {
    metric: { type: 'custom.googleapis.com/requests', kind: 'GAUGE', valueType: 'INT64' },
    resourceType: 'k8s_container',
    split: byCode,
    spec: {
      good: { resource: 'k8s_container', where: { response_code: '200' } },
      bad: { resource: 'k8s_container', where: { response_code: { prefix: '5' } } },
      total: { resource: 'k8s_container', where: { response_code: ['200', '500'] } },
    },
  },
  'a Managed Prometheus counter': {
    metric: {
      type: 'prometheus.googleapis.com/http_requests_total/counter',
      kind: 'CUMULATIVE',
      valueType: 'DOUBLE',
    },
    resourceType: 'prometheus_target',
    split: byCode,
    spec: {
      good: { split: { label: 'response_code', not: ['5xx'] } },
      bad: { split: { label: 'response_code', values: ['500-599'] } },
      total: {},
    },
  },
  'a cumulative metric of its own, seen by its points': {
    metric: { type: 'workload.googleapis.com/requests', kind: 'CUMULATIVE', valueType: 'INT64' },
    resourceType: 'k8s_container',
    split: byCode,
    spec: {
      good: { resource: 'k8s_container', split: { label: 'response_code', values: [200] } },
      bad: { resource: 'k8s_container', split: { label: 'response_code', values: [500] } },
      total: { resource: 'k8s_container' },
    },
  },
  'a distribution of latencies': {
    metric: {
      type: 'prometheus.googleapis.com/latency/histogram',
      kind: 'DELTA',
      valueType: 'DISTRIBUTION',
      unit: 's',
    },
    resourceType: 'prometheus_target',
    split: ({ good, bad }) => [
      {
        labels: {},
        value: { bounds: BOUNDS, counts: [Math.floor(good / 3), good - Math.floor(good / 3), 0, bad] },
      },
    ],
    spec: { good: { threshold: '300ms' }, bad: { threshold: '300ms' }, total: {} },
  },
};

async function openOver(
  endpoint: string,
  kind: Kind,
  release: () => Promise<void>,
): Promise<ContractSession> {
  const queryOf = (role: 'good' | 'bad' | 'total'): unknown => {
    const spec = { project: PROJECT, metric: kind.metric.type, ...kind.spec[role] };
    const query = cloudMonitoring.parseQuery(spec, { role, baseDir: '/' });
    if (!query.ok) throw new Error(JSON.stringify(query.issues));
    return query.value;
  };
  const settings = cloudMonitoring.parseSettings({ BURNGATE_CLOUD_MONITORING_ENDPOINT: endpoint });
  if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
  const provider = await cloudMonitoring.open(settings.value, {
    env: {},
    now: Date.now,
    log: { warn: () => undefined },
    meter: { apiCall: () => undefined, budgetLeft: () => undefined },
  });
  return {
    provider,
    queries: { good: queryOf('good'), bad: queryOf('bad'), total: queryOf('total') },
    cohort: (hash) => ({ hash, label: HASH, value: hash, match: 'exact' }),
    scope: { namespace: 'shop', cluster: 'eu' },
    groupBy: 'handler',
    podLabel: 'metric.labels.pod',
    release,
  };
}

const harness = (name: string, kind: Kind): ContractHarness => ({
  name: `cloud-monitoring, on ${name}`,
  open: async (truth) => {
    const emulator = new CloudMonitoringEmulator(modelOf(truth, kind));
    await emulator.start();
    return openOver(emulator.endpoint, kind, async () => {
      emulator.stop();
    });
  },
  openBroken: async () => {
    const emulator = new CloudMonitoringEmulator(new Map());
    await emulator.start();
    emulator.stop();
    return openOver(emulator.endpoint, kind, async () => undefined);
  },
});

for (const [name, kind] of Object.entries(KINDS)) describeProviderContract(harness(name, kind));
