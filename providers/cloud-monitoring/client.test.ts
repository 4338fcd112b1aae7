import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { MetricsProvider } from '../../src/core/provider.ts';
import type { MetricModel, Model } from './emulator/model.ts';
import { openEmulated, queryOf, requestFor } from './emulator/open-emulated.ts';
import { emptyProject } from './emulator/traffic.ts';
import { cloudMonitoring } from './index.ts';
import type { MonitoringQuery } from './query.ts';

const START = Date.UTC(2024, 4, 1, 12);
const TYPE = 'logging.googleapis.com/user/requests';
const { signal } = new AbortController();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'burngate-client-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function openWith(env: Readonly<Record<string, string>>): Promise<MetricsProvider<MonitoringQuery>> {
  const settings = cloudMonitoring.parseSettings(env);
  if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
  return cloudMonitoring.open(settings.value, {
    env,
    now: Date.now,
    log: { warn: () => undefined },
    meter: { apiCall: () => undefined, budgetLeft: () => undefined },
  });
}

const queries = { total: queryOf({ project: 'shop-prod', metric: TYPE }) };

test('with a key file nobody is dialled but the API: no metadata server', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const file = join(folder, 'key.json');
  const client_email = 'key@shop-prod.iam.gserviceaccount.com';
  await writeFile(file, JSON.stringify({ type: 'service_account', client_email, private_key: privateKey }));
  const dial = vi.spyOn(Socket.prototype, 'connect');
  const provider = await openWith({
    BURNGATE_GOOGLE_CREDENTIALS: file,
    // Nobody listens there, and TLS would be spoken.
    BURNGATE_CLOUD_MONITORING_ENDPOINT: '127.0.0.1:1',
  });
  await expect(provider.fetchCounts(requestFor(queries, START), signal)).rejects.toMatchObject({
    code: 'provider-unavailable',
    retryable: true,
  });
  await provider.close();
  const hosts = dial.mock.calls.map(([options]) => JSON.stringify(options));
  expect(hosts.filter((host) => !host.includes('127.0.0.1'))).toEqual([]);
  dial.mockRestore();
});

test('a credentials file that is not there fails the look and not the start, and is found once it is there', async () => {
  const file = join(folder, 'later.json');
  const provider = await openWith({
    BURNGATE_GOOGLE_CREDENTIALS: file,
    BURNGATE_CLOUD_MONITORING_ENDPOINT: '127.0.0.1:1',
  });
  const access = await provider.checkAccess(queries, signal);
  expect(access).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/cannot be read \(ENOENT\)/) as string,
  });
  await writeFile(
    file,
    JSON.stringify({ type: 'authorized_user', client_id: 'a', client_secret: 'b', refresh_token: 'c' }),
  );
  await expect(provider.fetchCounts(requestFor(queries, START), signal)).rejects.toMatchObject({
    code: 'provider-unavailable',
  });
  await provider.close();
});

test('one project that limits us holds up its own analyses, and no others', async () => {
  const model: Model = new Map();
  for (const project of ['shop-prod', 'other-project']) {
    const metric: MetricModel = { type: TYPE, kind: 'DELTA', valueType: 'INT64', series: [] };
    emptyProject(model, project).metrics.set(TYPE, metric);
  }
  const open = await openEmulated(model);
  const other = { total: queryOf({ project: 'other-project', metric: TYPE }) };
  await open.provider.fetchCounts(requestFor(queries, START), signal);
  await open.provider.fetchCounts(requestFor(other, START), signal);
  open.emulator.fault = { kind: 'resource-exhausted', retryAfterSeconds: 30 };
  await expect(open.provider.fetchCounts(requestFor(queries, START), signal)).rejects.toMatchObject({
    code: 'provider-quota',
  });
  open.emulator.fault = null;
  const before = open.emulator.counted.listTimeSeries;
  // Half a minute is longer than anybody waits: told at once, without a call.
  await expect(open.provider.fetchCounts(requestFor(queries, START), signal)).rejects.toMatchObject({
    code: 'provider-quota',
    retryable: true,
  });
  expect(open.emulator.counted.listTimeSeries).toBe(before);
  expect((await open.provider.fetchCounts(requestFor(other, START), signal)).complete).toBe(true);
  expect(open.calls.map(({ budget, outcome }) => `${budget} ${outcome}`)).toContain(
    'shop-prod provider-quota',
  );
  await open.close();
});
