import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { RELEASES } from '../demo/releases.ts';
import { runRelease } from '../demo/run-release.ts';
import { Service } from '../demo/service.ts';
import type { DemoSource } from '../providers/_shared/demo-source.ts';
import { openDemoSource as openLogging } from '../providers/cloud-logging/emulator/demo.ts';
import { openDemoSource as openMonitoring } from '../providers/cloud-monitoring/emulator/demo.ts';

const RELEASES_DIR = join(import.meta.dirname, '../examples/releases');

let folder: string;
let source: DemoSource;
let service: Service;

/** The demo's SLOs with the bad events of one source and the total of the other. */
async function mixed(): Promise<DemoSource> {
  folder = await mkdtemp(join(tmpdir(), 'burngate-mixed-'));
  const dirs = ['logging', 'monitoring', 'slos'].map((name) => join(folder, name));
  await Promise.all(dirs.map(async (dir) => mkdir(dir)));
  const [logs = '', metrics = '', slos = ''] = dirs;
  const [logging, monitoring] = await Promise.all([
    openLogging(RELEASES_DIR, logs),
    openMonitoring(RELEASES_DIR, metrics),
  ]);
  const read = async (dir: string) =>
    parseAllDocuments(await readFile(join(dir, 'demo.yaml'), 'utf8')).map((document) => document);
  const badFrom = await read(logging.slos);
  const documents = await read(monitoring.slos);
  const bad = ['spec', 'indicator', 'spec', 'ratioMetric', 'bad'];
  for (const document of documents) {
    const name: unknown = document.getIn(['metadata', 'name']);
    const same = badFrom.find((each) => each.getIn(['metadata', 'name']) === name);
    document.setIn(bad, same?.getIn(bad));
  }
  await writeFile(join(slos, 'mixed.yaml'), documents.map(String).join('\n---\n'));
  const both = async (what: 'down' | 'up' | 'close'): Promise<void> => {
    await Promise.all([logging[what](), monitoring[what]()]);
  };
  return {
    slos,
    env: { ...logging.env, ...monitoring.env },
    down: async () => both('down'),
    up: async () => both('up'),
    close: async () => both('close'),
  };
}

beforeAll(async () => {
  source = await mixed();
  service = new Service(source.slos, source.env);
  await service.start();
}, 30_000);
afterAll(async () => {
  await service.stop();
  await source.close();
  await rm(folder, { recursive: true, force: true });
});

test(
  'bad events from Cloud Logging and totals from Cloud Monitoring end the releases as recorded counts do',
  { timeout: 170_000 },
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['demo/main.ts', '--json'], {
      timeout: 60_000,
    });
    const recorded = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ release, outcome, minute, code }) => ({ release, outcome, minute, code }));
    const found: unknown[] = [];
    for (const release of RELEASES) {
      const result = await runRelease(release, { service, source, kill: false, onEvent: () => undefined });
      const { outcome, minutesSinceFirstWeight, decidedBy } = result;
      const minute = minutesSinceFirstWeight === null ? null : Math.floor(minutesSinceFirstWeight);
      found.push({ release: release.key, outcome, minute, code: decidedBy?.answer?.code ?? null });
    }
    expect(found).toEqual(recorded);
  },
);
