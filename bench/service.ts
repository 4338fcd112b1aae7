import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { below, randomOf } from './judge/random.ts';
import { CANARY_START, hashOf } from './service/provider.ts';
import type { ServerState } from './service/server.ts';

/**
 * Warm looks, as Argo Rollouts asks for them: 100 SLOs (20 of them with 100 endpoints), ten analyses each, a window of
 * 120 minutes that grows by one at every look. Prints verdicts a second, latency, memory and calls to the provider.
 *
 *   npm run bench:service -- [--minutes N] [--connections N] [--max-semi-space-size=N --max-old-space-size=N]
 *
 * With --minutes a soak in which releases end and others begin; with flags of Node, the service runs under these instead of the image's.
 */
const SLOS = 100;
const GROUPED = 20;
const RUNS = 10;
const WINDOW_MINUTES = 120;
/** Has no factor in common with it, so that releases end one after the other. */
const STRIDE = 37;
const MINUTE = 60_000;
/** In a soak a minute of the releases takes this long, so that ten minutes are more than three hours of releases. */
const SOAK_ROUND_MS = 3000;
const TELL_EVERY_MS = 15_000;
/** As in the image; Node would make half of a container's memory its heap limit, and there is no container here. */
const FLAGS = ['--max-semi-space-size=8', '--max-old-space-size=256'];
/** Compiled, as in the image: Node's own stripping of types takes tens of megabytes. */
const SERVER = join(import.meta.dirname, 'out/service/bench/service/server.js');

const soakAt = process.argv.indexOf('--minutes');
const connectionsAt = process.argv.indexOf('--connections');
const connections = connectionsAt === -1 ? 16 : Number(process.argv[connectionsAt + 1]);
const soakMs = soakAt === -1 ? 0 : Number(process.argv[soakAt + 1]) * MINUTE;
const given = process.argv.slice(2).filter((arg) => arg.startsWith('--max-'));
const flags = given.length > 0 ? given : FLAGS;
const folder = mkdtempSync(join(tmpdir(), 'burngate-bench-'));

function sloYaml(index: number): string {
  const groups = index < GROUPED ? 100 : 0;
  const source = `{ metricSource: { type: bench, spec: { groups: ${String(groups)}, seed: ${String(index)} } } }`;
  const breakdown = groups > 0 ? ', burngate.io/breakdown: endpoint' : '';
  return `apiVersion: openslo/v1
kind: SLO
metadata: { name: slo-${String(index)}, annotations: { burngate.io/scope: global${breakdown} } }
spec:
  service: bench
  indicator: { metadata: { name: i${String(index)} }, spec: { ratioMetric: { counter: true, bad: ${source}, total: ${source} } } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]
`;
}

/** In a soak each canary is over after two hours, one after the other, and the next release of its service follows. */
function canaryStart(slo: number, look: number): number {
  const firstEnds = (slo * STRIDE) % WINDOW_MINUTES;
  if (soakMs === 0 || look < firstEnds) return CANARY_START;
  const before = Math.floor((look - firstEnds) / WINDOW_MINUTES);
  return CANARY_START + ((1 + before) * WINDOW_MINUTES + firstEnds) * MINUTE;
}

function bodyOf(slo: number, run: number, look: number): string {
  return JSON.stringify({
    slo: `slo-${String(slo)}`,
    canary: hashOf(canaryStart(slo, look)),
    stable: '5f6c7d8e9f',
    mode: run % 2 === 0 ? 'watch' : 'gate',
    revision: String(run),
    at: new Date(CANARY_START + (WINDOW_MINUTES + look) * MINUTE).toISOString(),
  });
}

interface Round {
  readonly ms: number;
  readonly latencies: number[];
  readonly verdicts: Map<string, number>;
}

/** Every analysis looks once. */
async function round(url: URL, agent: Agent, look: number): Promise<Round> {
  const bodies: string[] = [];
  for (const place of shuffled(SLOS * RUNS, look))
    bodies.push(bodyOf(place % SLOS, Math.floor(place / SLOS), look));
  const latencies: number[] = [];
  const verdicts = new Map<string, number>();
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let index = next++; index < bodies.length; index = next++) {
        const sent = performance.now();
        const text = await post(url, agent, bodies[index] ?? '');
        latencies.push(performance.now() - sent);
        const { verdict, code } = JSON.parse(text) as { verdict: string; code: string };
        const key = `${verdict} ${code}`;
        verdicts.set(key, (verdicts.get(key) ?? 0) + 1);
      }
    }),
  );
  return { ms: performance.now() - start, latencies, verdicts };
}

/** The numbers below `count` in an order of chance, another one for each seed: nothing makes analyses look in any order. */
function shuffled(count: number, seed: number): number[] {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const random = randomOf('looks', seed);
  for (let index = count - 1; index > 0; index -= 1) {
    const other = below(random, index + 1);
    [numbers[index], numbers[other]] = [numbers[other] ?? 0, numbers[index] ?? 0];
  }
  return numbers;
}

async function post(url: URL, agent: Agent, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: url.hostname,
        port: url.port,
        path: '/v1/analysis',
        method: 'POST',
        agent,
        headers: { 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () => {
          resolve(text);
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** What the service's process says of itself; a scrape of /metrics would have it make reports. */
async function stateOf(child: ChildProcess): Promise<ServerState> {
  child.send('state');
  const [state] = (await once(child, 'message')) as [ServerState];
  return state;
}

/** Resident memory in MiB, now or at its most. */
function rssMib(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor(sorted.length * q)] ?? NaN;

/** What a run of looks has come to. */
interface Outcome {
  readonly rounds: readonly Round[];
  readonly before: ServerState;
  readonly after: ServerState;
  readonly mostRss: number;
}

async function main(): Promise<void> {
  for (let slo = 0; slo < SLOS; slo += 1) writeFileSync(join(folder, `${String(slo)}.yaml`), sloYaml(slo));
  const like = given.length > 0 ? '' : ': as the image runs in a container of 512 MiB';
  console.log(`node ${process.version} ${flags.join(' ')}${like}`);
  const child = spawn(process.execPath, [...flags, SERVER, folder], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = (await once(createInterface({ input: child.stdout ?? Readable.from([]) }), 'line')) as [
    string,
  ];
  const url = new URL(line.replace('listening ', ''));
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const pid = child.pid ?? 0;
  const first = await round(url, agent, 0);
  console.log(
    `first looks, window of ${String(WINDOW_MINUTES)} minutes: ${(first.ms / 1000).toFixed(1)} s for ${String(SLOS * RUNS)}, most memory ${rssMib(pid, 'VmHWM').toFixed(0)} MiB`,
  );
  await round(url, agent, 1);
  const before = await stateOf(child);
  const rounds: Round[] = [];
  const until = performance.now() + soakMs;
  let told = performance.now();
  for (let look = 2; look < 12 || performance.now() < until; look += 1) {
    const latest = await round(url, agent, look);
    rounds.push(latest);
    if (soakMs > 0) await sleep(Math.max(0, SOAK_ROUND_MS - latest.ms));
    if (performance.now() - told < TELL_EVERY_MS) continue;
    told = performance.now();
    console.log(`look ${String(look)}: RSS ${rssMib(pid, 'VmRSS').toFixed(0)} MiB`);
  }
  report({ rounds, before, after: await stateOf(child), mostRss: rssMib(pid, 'VmHWM') });
  child.kill('SIGTERM');
  await once(child, 'exit');
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}

function report({ rounds, before, after, mostRss }: Outcome): void {
  const rates = rounds.map(({ ms, latencies }) => (latencies.length / ms) * 1000).toSorted((a, b) => a - b);
  const latencies = rounds.flatMap((each) => each.latencies).toSorted((a, b) => a - b);
  const verdicts = new Map<string, number>();
  for (const each of rounds)
    for (const [key, count] of each.verdicts) verdicts.set(key, (verdicts.get(key) ?? 0) + count);
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  const looks = after.calls.looks - before.calls.looks;
  const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
  console.log(
    `verdicts a second: median of ${String(rounds.length)} looks ${quantile(rates, 0.5).toFixed(0)}, worst ${(rates[0] ?? NaN).toFixed(0)} (target 1,500); a second of the service's CPU time: ${(latencies.length / cpuSeconds).toFixed(0)}`,
  );
  console.log(
    `latency at ${String(connections)} connections: median ${quantile(latencies, 0.5).toFixed(1)} ms, p99 ${quantile(latencies, 0.99).toFixed(1)} ms (target 50)`,
  );
  console.log(
    `calls to the provider a look: ${(looks / rounds.length).toFixed(1)} for ${String(SLOS)} distinct queries and ${String(SLOS * RUNS)} analyses; for reports: ${String(after.calls.reports)}`,
  );
  console.log(`resident memory, most since the start: ${mostRss.toFixed(0)} MiB (target 300)`);
  console.log(
    `heap in use ${mib(after.heapUsed)}, arrays beside it ${mib(after.external)}; kept by their own count: joined buckets ${mib(after.memos.buckets)}, trials ${mib(after.memos.trials)}`,
  );
  console.log(`answers: ${[...verdicts].map(([key, count]) => `${key} ${String(count)}`).join(', ')}`);
}

await main();
