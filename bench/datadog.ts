/**
 * What Datadog costs: time and memory of importing its client, memory of the service with Datadog SLOs, and calls of
 * its API for many analyses, alone and coalesced.
 *
 *   node bench/datadog.ts [--json]
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatadogEmulator, type EmulatedEndpoint } from '../providers/datadog/emulator/server.ts';
import { submitTraffic } from '../providers/datadog/emulator/traffic.ts';
import { datadog } from '../providers/datadog/index.ts';
import { BucketCache } from '../src/collection/bucket-cache.ts';
import { collected } from '../src/collection/collected.ts';
import type { AnyProvider, CountsRequest } from '../src/core/provider.ts';
import { MINUTE } from '../src/core/units.ts';
import { startService } from '../test/serve-process.ts';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'bench/out/datadog.json');
const CLIENT = '@datadog/datadog-api-client/dist';
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  'the definition (providers/datadog/index.ts)': [join(ROOT, 'providers/datadog/index.ts')],
  'what the provider imports (client.ts)': [
    `${CLIENT}/packages/datadog-api-client-common/configuration.js`,
    `${CLIENT}/packages/datadog-api-client-common/servers.js`,
    `${CLIENT}/packages/datadog-api-client-common/http/http.js`,
    `${CLIENT}/logger.js`,
  ],
  'deep: v2 MetricsApi': [`${CLIENT}/packages/datadog-api-client-v2/apis/MetricsApi.js`],
  'deep: v2 MetricsApi, LogsApi': [
    `${CLIENT}/packages/datadog-api-client-v2/apis/MetricsApi.js`,
    `${CLIENT}/packages/datadog-api-client-v2/apis/LogsApi.js`,
  ],
  'deep: these and v1 ServiceLevelObjectivesApi': [
    `${CLIENT}/packages/datadog-api-client-v2/apis/MetricsApi.js`,
    `${CLIENT}/packages/datadog-api-client-v2/apis/LogsApi.js`,
    `${CLIENT}/packages/datadog-api-client-v1/apis/ServiceLevelObjectivesApi.js`,
  ],
  'main entry': ['@datadog/datadog-api-client'],
};
const RUNS = 5;
const MIB = 1024 * 1024;

interface Import {
  readonly name: string;
  readonly ms: number;
  readonly rssMib: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** In a process of its own each time; the memory of an empty one is taken off. */
function importCost(name: string, modules: readonly string[]): Import {
  const script = `
    const before = performance.now();
    const rss = process.memoryUsage().rss;
    for (const name of ${JSON.stringify(modules)}) await import(name);
    console.log(JSON.stringify([performance.now() - before, process.memoryUsage().rss - rss]));`;
  const runs = Array.from({ length: RUNS }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as [number, number];
  });
  return { name, ms: median(runs.map(([ms]) => ms)), rssMib: median(runs.map(([, rss]) => rss)) / MIB };
}

const START = Date.UTC(2026, 4, 1, 12);
const HASHES = ['6d4b75cb6d', '5f9c8b7d44'];
const SERVICES = Array.from({ length: 50 }, (_, nth) => `service${String(nth)}`);
const ANALYSES = 500;
const LAG = 2 * MINUTE;

function fill(emulator: DatadogEmulator, minutes: number): void {
  for (const name of SERVICES) {
    const service = { name, namespace: 'shop', rollout: name, groupTag: 'resource_name' };
    const rows = Array.from({ length: minutes }, (_, minute) => START + minute * MINUTE).flatMap((time) =>
      HASHES.map((hash) => ({ time, hash, group: 'get_/cart', good: 50, bad: 0 })),
    );
    submitTraffic(emulator.store, service, rows);
  }
}

const sloYaml = (name: string): string => `apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name}, annotations: { burngate.io/breakdown: resource_name } }
spec:
  service: ${name}
  indicator:
    metadata: { name: ${name} }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: datadog, spec: { metric: ${name}.requests.bad } } }
        total: { metricSource: { type: datadog, spec: { metric: ${name}.requests } } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]
`;

interface ServiceCost {
  readonly idleMib: number;
  readonly busyMib: number;
  readonly peakMib: number;
}

/** The service from its sources with 50 Datadog SLOs, before and after five rounds of all 500 analyses. */
async function serviceCost(emulator: DatadogEmulator): Promise<ServiceCost> {
  const folder = await mkdtemp(join(tmpdir(), 'burngate-bench-'));
  try {
    await writeFile(join(folder, 'slos.yaml'), SERVICES.map((name) => sloYaml(name)).join('---\n'));
    const service = await startService({ slos: folder, env: envOf(emulator) });
    const idleMib = (await memoryOf(service.pid)).rss;
    for (let round = 0; round < 5; round += 1) {
      const at = new Date(START + (50 + round) * MINUTE).toISOString();
      for (let nth = 0; nth < ANALYSES; nth += SERVICES.length) {
        await Promise.all(
          SERVICES.map(async (name) => {
            const ask = {
              slo: name,
              canary: HASHES[0],
              stable: HASHES[1],
              rollout: name,
              namespace: 'shop',
              at,
            };
            const reply = await fetch(`${service.url}/v1/analysis`, {
              method: 'POST',
              body: JSON.stringify(ask),
            });
            const { verdict, code } = (await reply.json()) as { verdict: string; code: string };
            if (verdict !== 'pass') throw new Error(`${name} at ${at}: ${verdict} ${code}`);
          }),
        );
      }
    }
    await sleep(1000);
    const { rss, peak } = await memoryOf(service.pid);
    await service.stop();
    return { idleMib, busyMib: rss, peakMib: peak };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function memoryOf(pid: number): Promise<{ rss: number; peak: number }> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]);
  return { rss: kib('VmRSS') / 1024, peak: kib('VmHWM') / 1024 };
}

function envOf(emulator: DatadogEmulator): Record<string, string> {
  return { ...emulator.env, BURNGATE_DATADOG_CALLS_PER_MINUTE: '1000000' };
}

interface CallCount {
  readonly source: EmulatedEndpoint;
  readonly aloneAnHour: number;
  readonly coalescedAnHour: number;
}

/** Every minute all analyses look at their release; the minutes counted stand for the hour. */
async function countCalls(emulator: DatadogEmulator, source: 'timeseries' | 'logs'): Promise<CallCount> {
  const settings = datadog.parseSettings(envOf(emulator));
  if (!settings.ok) throw new Error('no settings');
  let now = START;
  const deps = {
    env: {},
    now: () => now,
    log: { warn: () => undefined },
    meter: { apiCall: () => undefined, budgetLeft: () => undefined },
  };
  const provider = await datadog.open(settings.value, deps);
  const through = collected('datadog', provider, {
    cache: new BucketCache({ maxBytes: 64 * MIB, now: () => now, onEvicted: () => undefined }),
    deadlineMs: 8000,
    now: () => now,
    observe: () => undefined,
    report: () => undefined,
  });
  const count = async (over: AnyProvider, minutes: number): Promise<number> => {
    const before = emulator.calls.length;
    for (let minute = 0; minute < minutes; minute += 1) {
      now = START + (30 + minute) * MINUTE;
      await look(over, source, now);
    }
    return ((emulator.calls.length - before) * 60) / minutes;
  };
  const aloneAnHour = await count(provider, 2);
  const coalescedAnHour = await count(through, 15);
  await provider.close();
  return { source, aloneAnHour, coalescedAnHour };
}

/** One look of every analysis; those of one service may meet, as they do when they are polled. */
async function look(over: AnyProvider, source: 'timeseries' | 'logs', now: number): Promise<void> {
  for (const name of SERVICES) {
    const fetches = Array.from({ length: ANALYSES / SERVICES.length }, async () =>
      over.fetchCounts(requestOf(name, source, now - LAG), AbortSignal.timeout(60_000)),
    );
    await Promise.all(fetches);
  }
}

function requestOf(name: string, source: 'timeseries' | 'logs', end: number): CountsRequest<unknown> {
  const match = (hash = '') => ({ hash, value: hash, match: 'exact' as const });
  return {
    queries: queriesOf(name, source),
    cohorts: { canary: match(HASHES[0]), stable: match(HASHES[1]) },
    scope: { rollout: name, namespace: 'shop' },
    groupBy: source === 'logs' ? '@resource_name' : 'resource_name',
    window: { start: START, end, bucketMs: MINUTE },
    settledBefore: end,
  };
}

function queriesOf(name: string, source: 'timeseries' | 'logs') {
  const logs = { source: 'logs', filter: { service: name } };
  const specs =
    source === 'logs'
      ? { bad: { ...logs, range: { '@http.status_code': { gte: 500 } } }, total: logs }
      : { bad: { metric: `${name}.requests.bad` }, total: { metric: `${name}.requests` } };
  const parse = (role: 'bad' | 'total'): unknown => {
    const parsed = datadog.parseQuery(specs[role], { role, baseDir: '/' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    return parsed.value;
  };
  return { bad: parse('bad'), total: parse('total') };
}

/** A tenth of a limit is left to others. */
const limitFor = (callsAnHour: number): number => Math.ceil(callsAnHour / 0.9);

function print(imports: readonly Import[], service: ServiceCost, calls: readonly CallCount[]): void {
  const mib = (value: number): string => value.toFixed(0).padStart(4);
  console.log(`import (median of ${String(RUNS)}, on top of an empty process)      ms   RSS MiB`);
  for (const { name, ms, rssMib } of imports)
    console.log(`  ${name.padEnd(50)} ${mib(ms)}      ${mib(rssMib)}`);
  console.log('limits: 600 ms and 150 MiB for what the provider imports\n');
  const { idleMib, busyMib, peakMib } = service;
  console.log(
    `service with ${String(SERVICES.length)} Datadog SLOs: RSS ${mib(idleMib)} MiB idle, ${mib(busyMib)} after ${String(5 * ANALYSES)} analyses, ${mib(peakMib)} at most\n`,
  );
  console.log(
    `calls an hour, ${String(ANALYSES)} analyses of ${String(SERVICES.length)} services, each polled every minute`,
  );
  for (const { source, aloneAnHour, coalescedAnHour } of calls) {
    const every = Math.ceil(coalescedAnHour / (300 * 0.9));
    console.log(
      `  ${source.padEnd(10)} ${aloneAnHour.toFixed(0).padStart(6)} alone, ${coalescedAnHour.toFixed(0).padStart(6)} coalesced; 300 an hour hold every ${String(every)} minutes, every minute needs a limit of ${String(limitFor(coalescedAnHour))}`,
    );
  }
}

async function bench(json: boolean): Promise<void> {
  const imports = Object.entries(IMPORTS).map(([name, modules]) => importCost(name, modules));
  const emulator = await DatadogEmulator.start();
  try {
    fill(emulator, 60);
    const service = await serviceCost(emulator);
    emulator.calls.length = 0;
    const calls: CallCount[] = [];
    for (const source of ['timeseries', 'logs'] as const) calls.push(await countCalls(emulator, source));
    const report = { node: process.version, imports, service, calls };
    await mkdir(dirname(OUT), { recursive: true });
    await writeFile(OUT, `${JSON.stringify(report, null, 2)}\n`);
    if (json) console.log(JSON.stringify(report));
    else print(imports, service, calls);
  } finally {
    await emulator.stop();
  }
}

await bench(process.argv.includes('--json'));
