import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const READY_WITHIN_MS = 30_000;

/** What the server's package installs. */
const BINARIES = { server: 'prometheus', tool: 'promtool' } as const;

/** What is missing on the PATH of this machine for a real server; empty where nothing is. */
export function missingBinaries(env: Readonly<Record<string, string | undefined>> = process.env): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return Object.values(BINARIES).filter(
    (name) => !folders.some((folder) => isExecutable(join(folder, name))),
  );
}

export const HOW_TO_INSTALL =
  'install it (Debian and Ubuntu: apt-get install prometheus; else https://prometheus.io/download/) so that prometheus and promtool are on the PATH';

export interface RealPrometheusOptions {
  /** History to begin with, in OpenMetrics with timestamps. */
  readonly openMetrics?: string;
  /** Addresses (host:port) that are scraped each second, with labels of their own. */
  readonly targets?: readonly {
    readonly address: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
  readonly scrapeInterval?: string;
  readonly flags?: readonly string[];
}

/** A Prometheus server of its own on a free loopback port, its data in a temporary folder. */
export class RealPrometheus {
  readonly #folder: string;
  readonly #port: number;
  readonly #flags: readonly string[];
  #child: ChildProcess | null = null;

  constructor(folder: string, port: number, flags: readonly string[]) {
    this.#folder = folder;
    this.#port = port;
    this.#flags = flags;
  }

  static async open(options: RealPrometheusOptions = {}): Promise<RealPrometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'burngate-prometheus-'));
    await writeFile(join(folder, 'prometheus.json'), configOf(options));
    if (options.openMetrics !== undefined) {
      const file = join(folder, 'history.txt');
      await writeFile(file, options.openMetrics);
      await run(BINARIES.tool, [
        'tsdb',
        'create-blocks-from',
        'openmetrics',
        '--quiet',
        file,
        join(folder, 'data'),
      ]);
    }
    const server = new RealPrometheus(folder, await freePort(), options.flags ?? []);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  async start(): Promise<void> {
    if (this.#child !== null) return;
    const child = spawn(
      BINARIES.server,
      [
        `--config.file=${join(this.#folder, 'prometheus.json')}`,
        `--storage.tsdb.path=${join(this.#folder, 'data')}`,
        // What is put in may be of any year.
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${String(this.#port)}`,
        '--log.level=error',
        ...this.#flags,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    this.#child = child;
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await isReady(this.url))) {
      if (child.exitCode !== null) throw new Error(`prometheus ended with code ${String(child.exitCode)}`);
      if (Date.now() > deadline) throw new Error('prometheus did not become ready');
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** YAML takes JSON. */
function configOf({ targets = [], scrapeInterval = '1s' }: RealPrometheusOptions): string {
  return JSON.stringify({
    global: { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval },
    scrape_configs: [
      {
        job_name: 'shop',
        static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })),
      },
    ],
  });
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
