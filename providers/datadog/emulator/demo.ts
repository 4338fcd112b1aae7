import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { OpenDemoSource } from '../../_shared/demo-source.ts';
import { DatadogEmulator } from './server.ts';
import { metricPrefix, submitTraffic, type Traffic } from './traffic.ts';

/** The hashes of the demo's Rollout. */
const HASHES: Readonly<Record<string, string>> = { canary: '7c5d9b8f6d', stable: '5f6c7d8e9f' };
/** The Rollout of the demo: its cohorts are found by `kube_replica_set:checkout-api-HASH` in this namespace. */
const ROLLOUT = { rollout: 'checkout-api', namespace: 'checkout' };
const GROUP_TAG = 'endpoint';

/**
 * Datadog's API on this machine, fed with the recorded releases; each release is a service of its own.
 * DEMO_DATADOG_SOURCE=logs counts log events instead of metrics.
 */
export const openDemoSource: OpenDemoSource = async (releases, workDir) => {
  const emulator = await DatadogEmulator.start();
  const names = (await readdir(releases))
    .filter((name) => name.endsWith('.csv'))
    .map((name) => name.slice(0, -4));
  for (const name of names) {
    const rows = readCsv(await readFile(join(releases, `${name}.csv`), 'utf8'));
    submitTraffic(emulator.store, { ...ROLLOUT, name, groupTag: GROUP_TAG }, rows);
  }
  const slos = join(workDir, 'slos');
  await mkdir(slos);
  const specOf = process.env['DEMO_DATADOG_SOURCE'] === 'logs' ? logSpec : metricSpec;
  const recorded = await readFile(join(releases, 'slos/demo.yaml'), 'utf8');
  await writeFile(join(slos, 'demo.yaml'), rewritten(recorded, specOf));
  return {
    slos,
    // The simulated hours of the demo pass in seconds.
    env: { ...emulator.env, BURNGATE_DATADOG_CALLS_PER_MINUTE: '1000000' },
    down: async () => emulator.stop(),
    up: async () => emulator.listen(),
    close: async () => emulator.stop(),
  };
};

type SpecOf = (service: string, role: 'bad' | 'total') => object;

const metricSpec: SpecOf = (service, role) => ({
  metric: `${metricPrefix(service)}.requests${role === 'bad' ? '.bad' : ''}`,
  filter: { service, env: 'prod' },
});

const logSpec: SpecOf = (service, role) => ({
  source: 'logs',
  filter: { service, env: 'prod' },
  ...(role === 'bad' ? { range: { '@http.status_code': { gte: 500 } } } : {}),
});

/** The recorded SLOs with other sources; everything else, the settling lag too, stays. */
function rewritten(yaml: string, specOf: SpecOf): string {
  const documents = parseAllDocuments(yaml);
  for (const document of documents) {
    // Files have no namespaces; the agent's tags do.
    document.deleteIn(['metadata', 'annotations', 'burngate.io/scope']);
    const service = String(document.getIn(['metadata', 'name']));
    for (const role of ['bad', 'total'] as const) {
      const at = ['spec', 'indicator', 'spec', 'ratioMetric', role, 'metricSource'];
      const settlingLag = String(document.getIn([...at, 'spec', 'settlingLag']));
      document.setIn(
        at,
        document.createNode({ type: 'datadog', spec: { ...specOf(service, role), settlingLag } }),
      );
    }
  }
  return documents.map(String).join('');
}

/** Lines `time,cohort,good,bad,group`, none of them quoted. */
function readCsv(text: string): Traffic[] {
  const [, ...lines] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [time = '', cohort = '', good = '', bad = '', group = ''] = line.split(',');
    return {
      time: Number(time) * 1000,
      hash: HASHES[cohort] ?? cohort,
      group,
      good: Number(good),
      bad: Number(bad),
    };
  });
}
