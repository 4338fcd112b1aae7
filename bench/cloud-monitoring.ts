/**
 * What analyses cost Cloud Monitoring: 1,000 of them, of 50 SLOs, each asked once a minute through the collection layer
 * over the real client and the emulator, on a clock that runs faster.
 *
 *   node bench/cloud-monitoring.ts [--json]
 */
import { writeFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BucketCache } from '../src/collection/bucket-cache.ts';
import { collected } from '../src/collection/collected.ts';
import type { AnyProvider } from '../src/core/provider.ts';
import { MINUTE } from '../src/core/units.ts';
import type { Model, MetricModel } from '../providers/cloud-monitoring/emulator/model.ts';
import {
  openEmulated,
  queryOf,
  type Emulated,
} from '../providers/cloud-monitoring/emulator/open-emulated.ts';
import { emptyProject, write, type TrafficRow } from '../providers/cloud-monitoring/emulator/traffic.ts';

const SLOS = 50;
const ANALYSES = 1000;
const PER_SLO = ANALYSES / SLOS;
const GROUPS = 10;
const BATCHES = 20;
/** Minutes of a release that has been running when everybody looks for the first time, and those watched. */
const BEFORE = 30;
const WATCHED = 10;
const LAG = 2 * MINUTE;
const START = Date.UTC(2024, 4, 1, 12);
const OUT = join(import.meta.dirname, 'out/cloud-monitoring.json');
const HASH = 'rollouts_pod_template_hash';

interface Scene {
  readonly name: string;
  readonly kind: MetricModel['kind'];
  /** Releases that the analyses of one SLO are about. */
  readonly releases: number;
}

const SCENES: readonly Scene[] = [
  { name: 'DELTA, the analyses of an SLO are of one release', kind: 'DELTA', releases: 1 },
  { name: 'DELTA, each analysis is of a release of its own', kind: 'DELTA', releases: PER_SLO },
  { name: 'CUMULATIVE with up, one release', kind: 'CUMULATIVE', releases: 1 },
];

interface Cost {
  readonly scene: string;
  readonly minute: 'first' | 'later';
  readonly callsPerMinute: number;
  readonly callsPerMetricAndMinute: number;
  readonly callsPerAnalysis: number;
  readonly pointsPerAnalysis: number;
  readonly descriptorReads: number;
  readonly ms: number;
}

function modelOf({ kind, releases }: Scene): Model {
  const model: Model = new Map();
  const { metrics } = emptyProject(model, 'shop-prod');
  const minutes = [...Array(BEFORE + WATCHED + 5).keys()];
  const rows = (labels: Record<string, string>, value: number): TrafficRow[] =>
    minutes.map((minute) => ({ time: START + minute * MINUTE, labels, value }));
  const how = { resourceType: 'prometheus_target', resource: { namespace: 'shop' } };
  const up: MetricModel = {
    type: 'prometheus.googleapis.com/up/gauge',
    kind: 'GAUGE',
    valueType: 'DOUBLE',
    series: [],
  };
  metrics.set(up.type, up);
  for (let slo = 0; slo < SLOS; slo += 1) {
    const metric: MetricModel = {
      type: typeOf(slo),
      kind,
      valueType: 'DOUBLE',
      ingestDelaySeconds: 60,
      series: [],
    };
    metrics.set(metric.type, metric);
    for (let release = 0; release < releases; release += 1)
      for (const side of ['c', 's']) {
        const hash = hashOf(side, slo, release);
        write(up, rows({ [HASH]: hash }, 1), how);
        for (let group = 0; group < GROUPS; group += 1)
          for (const code of ['200', '500'])
            write(
              metric,
              rows({ [HASH]: hash, code, handler: `/e${String(group)}` }, code === '200' ? 50 : 1),
              how,
            );
      }
  }
  return model;
}

function typeOf(slo: number): string {
  return `prometheus.googleapis.com/requests_${String(slo)}_total/counter`;
}

function hashOf(side: string, slo: number, release: number): string {
  return `${side}${String(slo)}x${String(release)}`;
}

async function measure(scene: Scene): Promise<Cost[]> {
  let now = START + BEFORE * MINUTE;
  const emulated = await openEmulated(modelOf(scene), {
    now: () => now,
    // The bench's clock stands still while a minute's looks are under way.
    env: { BURNGATE_CLOUD_MONITORING_CALLS_PER_MINUTE: '6000' },
  });
  const provider = collected('cloud-monitoring', emulated.provider, {
    cache: new BucketCache({ maxBytes: 256 * 2 ** 20, now: () => now, onEvicted: () => undefined }),
    deadlineMs: 8000,
    now: () => now,
    observe: () => undefined,
    report: () => undefined,
    queue: ANALYSES,
  });
  const clock: Clock = {
    now: () => now,
    set: (time) => (now = time),
  };
  const minute = async (): Promise<Omit<Cost, 'scene' | 'minute'>> =>
    watch({ scene, provider, emulated, clock });
  const first: Cost = { scene: scene.name, minute: 'first', ...(await minute()) };
  const later: Omit<Cost, 'scene' | 'minute'>[] = [];
  // oxlint-disable-next-line no-await-in-loop -- minutes follow each other
  for (let nth = 0; nth < WATCHED; nth += 1) later.push(await minute());
  await provider.close();
  await emulated.close();
  return [first, { scene: scene.name, minute: 'later', ...mean(later) }];
}

interface Clock {
  readonly now: () => number;
  readonly set: (time: number) => void;
}

interface Stage {
  readonly scene: Scene;
  readonly provider: AnyProvider;
  readonly emulated: Emulated;
  readonly clock: Clock;
}

/** One minute of everybody's looks, spread over it, as rollouts start when they like. */
async function watch({ scene, provider, emulated, clock }: Stage): Promise<Omit<Cost, 'scene' | 'minute'>> {
  const before = { ...emulated.emulator.counted };
  const from = performance.now();
  const minute = clock.now();
  for (let batch = 0; batch < BATCHES; batch += 1) {
    clock.set(minute + Math.floor((batch * MINUTE) / BATCHES));
    const looks = Array.from({ length: ANALYSES / BATCHES }, (_, nth) => batch * (ANALYSES / BATCHES) + nth);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await Promise.all(looks.map(async (nth) => look(provider, scene, nth, clock.now())));
  }
  clock.set(minute + MINUTE);
  const { counted } = emulated.emulator;
  const calls = counted.listTimeSeries - before.listTimeSeries;
  return {
    callsPerMinute: calls,
    callsPerMetricAndMinute: calls / SLOS,
    callsPerAnalysis: calls / ANALYSES,
    pointsPerAnalysis: (counted.points - before.points) / ANALYSES,
    descriptorReads: counted.getMetricDescriptor - before.getMetricDescriptor,
    ms: Math.round(performance.now() - from),
  };
}

async function look(provider: AnyProvider, { releases }: Scene, nth: number, now: number): Promise<void> {
  const slo = nth % SLOS;
  const release = Math.floor(nth / SLOS) % releases;
  const spec = { project: 'shop-prod', metric: typeOf(slo) };
  const end = Math.floor((now - LAG) / MINUTE) * MINUTE;
  const { complete } = await provider.fetchCounts(
    {
      queries: {
        bad: queryOf({ ...spec, split: { label: 'code', values: ['5xx'] } }, 'bad'),
        total: queryOf(spec),
      },
      cohorts: { canary: match('c', slo, release), stable: match('s', slo, release) },
      scope: { namespace: 'shop' },
      groupBy: 'handler',
      window: { start: START, end, bucketMs: MINUTE },
      settledBefore: end,
    },
    AbortSignal.timeout(60_000),
  );
  if (complete !== true) throw new Error(complete.missing);
}

function match(side: string, slo: number, release: number): { hash: string; value: string; match: 'exact' } {
  const hash = hashOf(side, slo, release);
  return { hash, value: hash, match: 'exact' };
}

function mean<Row extends Readonly<Record<string, number>>>(rows: readonly Row[]): Row {
  const keys = Object.keys(rows[0] ?? {});
  const of = (key: string): number => rows.reduce((sum, row) => sum + (row[key] ?? 0), 0) / rows.length;
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Row;
}

const costs: Cost[] = [];
// oxlint-disable-next-line no-await-in-loop -- one scene after the other, so that times mean something
for (const scene of SCENES) costs.push(...(await measure(scene)));
await mkdir(dirname(OUT), { recursive: true });
await writeFile(OUT, `${JSON.stringify(costs, null, 2)}\n`);
if (process.argv.includes('--json')) console.log(JSON.stringify(costs));
else {
  console.log(
    `${String(ANALYSES)} analyses of ${String(SLOS)} SLOs, ${String(GROUPS)} groups, each asked once a minute\n`,
  );
  for (const { scene, minute, ...cost } of costs)
    console.log(
      `${scene}\n  ${minute === 'first' ? 'first minute' : 'each later minute'}: ${cost.callsPerMinute.toFixed(1)} calls (${cost.callsPerMetricAndMinute.toFixed(2)} a metric), ${cost.callsPerAnalysis.toFixed(3)} calls and ${cost.pointsPerAnalysis.toFixed(2)} points an analysis, ${cost.descriptorReads.toFixed(1)} descriptors, ${cost.ms.toFixed(0)} ms`,
    );
}
