import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readCounts } from '../../../src/recording/read-counts.ts';
import type { OpenDemoSource } from '../../_shared/demo-source.ts';
import { CloudMonitoringEmulator } from './cloud-monitoring-emulator.ts';
import type { MetricModel, Model } from './model.ts';
import { emptyProject, write, type TrafficRow } from './traffic.ts';

const PROJECT = 'burngate-demo';
const HASH = 'rollouts_pod_template_hash';
/** The releases that the demo's rollout compares. */
const HASHES = { canary: '7c5d9b8f6d', stable: '5f6c7d8e9f' } as const;
const RESOURCE = { project_id: PROJECT, namespace_name: 'shop', cluster_name: 'demo' };

/** The releases as log-based counters of one project, served over gRPC on this machine. */
export const openDemoSource: OpenDemoSource = async (releases, workDir) => {
  const names = (await readdir(releases))
    .filter((name) => name.endsWith('.csv'))
    .map((name) => basename(name, '.csv'));
  const model: Model = new Map();
  const { metrics } = emptyProject(model, PROJECT);
  for (const metric of await Promise.all(names.map(async (name) => readRelease(releases, name))))
    metrics.set(metric.type, metric);
  const slos = join(workDir, 'slos');
  await mkdir(slos);
  await writeSlos(join(releases, 'slos'), slos);
  const emulator = new CloudMonitoringEmulator(model);
  await emulator.start();
  return {
    slos,
    env: { BURNGATE_CLOUD_MONITORING_ENDPOINT: emulator.endpoint },
    down: async () => {
      emulator.fault = { kind: 'unavailable' };
    },
    up: async () => {
      emulator.fault = null;
    },
    close: async () => {
      emulator.stop();
    },
  };
};

function typeOf(release: string): string {
  return `logging.googleapis.com/user/${release}`;
}

async function readRelease(folder: string, name: string): Promise<MetricModel> {
  const rows: TrafficRow[] = [];
  await readCounts(join(folder, `${name}.csv`), 'csv', {}, (row) => {
    const hash = row.cohort === 'canary' ? HASHES.canary : HASHES.stable;
    const labels = { [HASH]: hash, endpoint: row.group ?? '' };
    rows.push(
      { time: row.time, labels: { ...labels, response_code: '200' }, value: row.good },
      { time: row.time, labels: { ...labels, response_code: '500' }, value: row.bad },
    );
  });
  const metric: MetricModel = { type: typeOf(name), kind: 'DELTA', valueType: 'INT64', series: [] };
  write(metric, rows, { resourceType: 'k8s_container', resource: RESOURCE });
  return metric;
}

interface SloDocument {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly indicator: {
      readonly spec: { readonly ratioMetric: Record<'bad' | 'total', { metricSource: MetricSource }> };
    };
  };
}
interface MetricSource {
  type: string;
  spec: { readonly settlingLag?: string } | object;
}

/** The recorded releases' SLO files with another metric source and the same settling lag. */
async function writeSlos(from: string, to: string): Promise<void> {
  for (const file of await readdir(from)) {
    const documents = parseAllDocuments(await readFile(join(from, file), 'utf8'));
    const rewritten = documents.map((document) => {
      const slo = document.toJS() as SloDocument;
      for (const role of ['bad', 'total'] as const) {
        const { metricSource } = slo.spec.indicator.spec.ratioMetric[role];
        const settlingLag = 'settlingLag' in metricSource.spec ? metricSource.spec.settlingLag : '0s';
        metricSource.type = 'cloud-monitoring';
        metricSource.spec = {
          project: PROJECT,
          metric: typeOf(slo.metadata.name),
          ...(role === 'bad' && { split: { label: 'response_code', values: ['5xx'] } }),
          settlingLag,
        };
      }
      return JSON.stringify(slo);
    });
    await writeFile(join(to, file), rewritten.join('\n---\n'));
  }
}
