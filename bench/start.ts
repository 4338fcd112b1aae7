/**
 * Starts the service from dist, in an empty folder with nothing but production dependencies, and from its sources,
 * and prints how long it takes until it is ready and what memory it holds after ten idle seconds.
 *
 *   npm run bench:start [-- --json]
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startService, type Service } from '../test/serve-process.ts';
import { providerCosts } from './provider-cost.ts';

const ROOT = join(import.meta.dirname, '..');
/** Six SLOs over the provider `recorded`. */
const SLOS = join(ROOT, 'examples/releases/slos');
/** With an endpoint of one's own no credentials are looked for; nobody is asked before the first look. */
const CLOUD_MONITORING = {
  slos: join(ROOT, 'examples/platforms/gke-monitoring/slos'),
  env: { BURNGATE_CLOUD_MONITORING_ENDPOINT: '127.0.0.1:9' },
};
const OUT = join(ROOT, 'bench/out/start.json');
const STARTS = 5;
const IDLE_MS = 10_000;
/** Of dist. */
const LIMITS = { readyMs: 1000, rssMib: 90, rssMibWithCloudMonitoring: 115 } as const;

interface Variant {
  readonly name: 'dist' | 'dist with cloud-monitoring' | 'source';
  readonly main: string;
  readonly slos?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Measured {
  readonly variant: Variant['name'];
  /** Of each start, from spawning the process to the first 200 of `/readyz`. */
  readonly readyMs: readonly number[];
  readonly medianReadyMs: number;
  readonly idleRssMib: number;
}

/** What the npm package or the image would hold: dist, and copies of the packages that are no dev dependencies. */
async function publishedForm(folder: string): Promise<string> {
  await cp(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>;
  };
  for (const [path, { dev, devOptional, optional }] of Object.entries(lock.packages)) {
    if (path === '' || dev === true || devOptional === true || optional === true) continue;
    await cp(join(ROOT, path), join(folder, path), { recursive: true });
  }
  return join(folder, 'dist/src/cli/main.js');
}

async function startTimed({
  main,
  slos = SLOS,
  env = {},
}: Variant): Promise<{ service: Service; readyMs: number }> {
  const begin = performance.now();
  const service = await startService({ slos, main, env });
  const { status } = await fetch(`${service.url}/readyz`);
  if (status !== 200) throw new Error(`/readyz answered ${String(status)}`);
  return { service, readyMs: performance.now() - begin };
}

async function readyTimes(variant: Variant): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < STARTS; run += 1) {
    const { service, readyMs } = await startTimed(variant);
    await service.stop();
    times.push(readyMs);
  }
  return times;
}

async function idleRss(variant: Variant): Promise<number> {
  const { service } = await startTimed(variant);
  await sleep(IDLE_MS);
  const rss = await residentMib(service.pid);
  await service.stop();
  return rss;
}

/** Resident memory of another process; slim images have no ps, other systems no /proc. */
async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
  const kibibytes =
    /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ??
    execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kibibytes) / 1024;
}

async function measure(variant: Variant): Promise<Measured> {
  const readyMs = await readyTimes(variant);
  const medianReadyMs = readyMs.toSorted((a, b) => a - b)[Math.floor(STARTS / 2)] ?? Number.NaN;
  return { variant: variant.name, readyMs, medianReadyMs, idleRssMib: await idleRss(variant) };
}

function line({ variant, medianReadyMs, idleRssMib }: Measured): string {
  const ready = `ready after ${medianReadyMs.toFixed(0).padStart(4)} ms (median of ${String(STARTS)})`;
  return `${variant.padEnd(26)} ${ready}   RSS after ${String(IDLE_MS / 1000)} s idle ${idleRssMib.toFixed(1).padStart(6)} MiB`;
}

async function bench(json: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'burngate-bench-'));
  try {
    const dist = await publishedForm(folder);
    const variants: readonly Variant[] = [
      { name: 'dist', main: dist },
      { name: 'dist with cloud-monitoring', main: dist, ...CLOUD_MONITORING },
      { name: 'source', main: join(ROOT, 'src/cli/main.ts') },
    ];
    const measured: Measured[] = [];
    for (const variant of variants) {
      const result = await measure(variant);
      measured.push(result);
      if (!json) console.log(line(result));
    }
    const providers = providerCosts();
    const report = { node: process.version, limits: LIMITS, measured, providers };
    await mkdir(dirname(OUT), { recursive: true });
    await writeFile(OUT, `${JSON.stringify(report, null, 2)}\n`);
    if (json) {
      console.log(JSON.stringify(report));
      return;
    }
    for (const { provider, ms, rssMib } of providers)
      console.log(
        `open ${provider.padEnd(18)} ${ms.toFixed(0).padStart(4)} ms ${rssMib.toFixed(0).padStart(4)} MiB more`,
      );
    console.log(
      `limits  ready below ${String(LIMITS.readyMs)} ms, RSS from dist below ${String(LIMITS.rssMib)} MiB, with cloud-monitoring ${String(LIMITS.rssMibWithCloudMonitoring)} MiB`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await bench(process.argv.includes('--json'));
