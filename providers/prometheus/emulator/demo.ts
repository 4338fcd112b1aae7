import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { readCounts } from '../../../src/recording/read-counts.ts';
import type { OpenDemoSource } from '../../_shared/demo-source.ts';
import { HOW_TO_INSTALL, missingBinaries, RealPrometheus } from './real-prometheus.ts';
import { openMetricsOf, type StoredSeries } from './store.ts';
import { storeOf, type CountRow } from './truth-store.ts';

const MINUTE = 60_000;
/** The hashes that the demo's Rollout has. */
const HASHES: Readonly<Record<string, string>> = { canary: '7c5d9b8f6d', stable: '5f6c7d8e9f' };
/** The Rollout of the demo and its namespace. */
const PLACE = { rollout: 'checkout-api', namespace: 'checkout' };

/** A real Prometheus server that was given the releases as its history: nothing has to be waited for. */
export const openDemoSource: OpenDemoSource = async (releases, workDir) => {
  const missing = missingBinaries();
  if (missing.length > 0)
    throw plain(`The demo on Prometheus needs ${missing.join(' and ')}: ${HOW_TO_INSTALL}.`);
  const names = (await readdir(releases)).flatMap((file) =>
    file.endsWith('.csv') ? [file.slice(0, -4)] : [],
  );
  const stored = await Promise.all(
    names.map(async (name) => storeOfRelease(join(releases, `${name}.csv`), name)),
  );
  const slos = join(workDir, 'slos');
  await mkdir(slos);
  await writeSlos(join(releases, 'slos'), slos);
  const server = await RealPrometheus.open({ openMetrics: openMetricsOf(stored.flat()) });
  return {
    slos,
    env: { BURNGATE_PROMETHEUS_URL: server.url },
    down: async () => server.stop(),
    up: async () => server.start(),
    close: async () => server.close(),
  };
};

function metricOf(release: string): string {
  return `${release.replaceAll('-', '_')}_requests_total`;
}

async function storeOfRelease(file: string, release: string): Promise<StoredSeries[]> {
  const rows: CountRow[] = [];
  await readCounts(file, 'csv', {}, ({ time, cohort, good, bad, group }) => {
    rows.push({ time, hash: HASHES[cohort] ?? cohort, group: group ?? '', good, bad });
  });
  const start = Math.min(...rows.map(({ time }) => time));
  return storeOf(rows, {
    metric: metricOf(release),
    rollout: PLACE.rollout,
    bucketMs: MINUTE,
    labels: { namespace: PLACE.namespace, job: 'site' },
    groupLabel: 'endpoint',
    zerosAt: (hash) => (hash === HASHES['canary'] ? [] : [start]),
  });
}

/** The releases' own SLO files, their counts read from Prometheus and their namespaces told apart. */
async function writeSlos(from: string, to: string): Promise<void> {
  for (const file of await readdir(from)) {
    const documents = parseAllDocuments(await readFile(join(from, file), 'utf8'));
    const changed = documents.map((document) => stringify(forPrometheus(document.toJS())));
    await writeFile(join(to, file), changed.join('---\n'));
  }
}

interface RecordedSlo {
  readonly metadata: { readonly name: string; readonly annotations: Record<string, string> };
  readonly spec: { readonly indicator: { readonly spec: { ratioMetric: object } } };
}

function forPrometheus(slo: RecordedSlo): RecordedSlo {
  const { metadata, spec } = slo;
  const metric = metricOf(metadata.name);
  const source = (role: object) => ({
    metricSource: { type: 'prometheus', spec: { ...role, settlingLag: '2m' } },
  });
  delete metadata.annotations['burngate.io/scope'];
  spec.indicator.spec.ratioMetric = {
    counter: true,
    bad: source({ metric, matchers: [{ label: 'code', op: '=~', value: '5..' }] }),
    total: source({ metric }),
  };
  return slo;
}

/** Without a stack: it is the reader's machine that lacks something, not our code. */
function plain(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}
