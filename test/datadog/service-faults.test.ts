import { afterAll, beforeAll, expect, test } from 'vitest';
import { SLO } from '../faults/shop-on-datadog.ts';
import { FAULTS, type Fault } from '../../providers/datadog/emulator/faults.ts';
import { DatadogEmulator } from '../../providers/datadog/emulator/server.ts';
import { submitTraffic, type Service as Shop } from '../../providers/datadog/emulator/traffic.ts';
import { MINUTE } from '../../src/core/units.ts';
import { startService, type Service } from '../serve-process.ts';
import { folderWith } from '../support/folder.ts';

const START = Date.UTC(2026, 4, 1, 12);
const SHOP: Shop = { name: 'checkout', namespace: 'shop', rollout: 'checkout', groupTag: 'resource_name' };
const STABLE = '5f9c8b7d44';
/** A release for each fault, so that nothing kept of one look can answer another. */
const hashOf = (nth: number): string => `6d4b75cb${String(10 + nth)}`;

const slos = folderWith({ 'checkout.yaml': SLO });
let emulator: DatadogEmulator;
let service: Service;
const answers: string[] = [];

beforeAll(async () => {
  emulator = await DatadogEmulator.start();
  const hashes = [STABLE, ...[...FAULTS, 'none', 'after'].map((_, nth) => hashOf(nth))];
  const rows = Array.from({ length: 60 }, (_, minute) => START + minute * MINUTE).flatMap((time) =>
    hashes.map((hash) => ({ time, hash, group: 'cart', good: 100, bad: 0 })),
  );
  submitTraffic(emulator.store, SHOP, rows);
  const env = {
    ...emulator.env,
    BURNGATE_DATADOG_TIMEOUT: '300ms',
    BURNGATE_DATADOG_CALLS_PER_MINUTE: '100000',
  };
  service = await startService({ slos, env });
});
afterAll(async () => {
  await service.stop();
  await emulator.stop();
});

async function look(nth: number): Promise<{ verdict: string; code: string }> {
  const body = JSON.stringify({
    slo: 'checkout',
    canary: hashOf(nth),
    stable: STABLE,
    rollout: 'checkout',
    namespace: 'shop',
    at: new Date(START + 40 * MINUTE).toISOString(),
  });
  // Argo gives up after ten seconds.
  const signal = AbortSignal.timeout(10_000);
  const reply = await fetch(`${service.url}/v1/analysis`, { method: 'POST', body, signal });
  const text = await reply.text();
  answers.push(text);
  expect(reply.status).toBe(200);
  return JSON.parse(text) as { verdict: string; code: string };
}

/** Of these the answer on metrics is as it should be, or only shorter. */
const HARMLESS: ReadonlySet<Fault> = new Set(['logs-timeout', 'logs-warning', 'no-meta', 'null-tail']);

test(
  'every fault of Datadog is inconclusive, within the deadline, and over when the fault is',
  {
    timeout: 120_000,
  },
  async () => {
    expect(await look(FAULTS.length)).toMatchObject({ verdict: 'pass' });
    for (const [nth, fault] of FAULTS.entries()) {
      if (HARMLESS.has(fault)) continue;
      emulator.fault = fault;
      const { verdict, code } = await look(nth);
      // Which code each fault has is shown at the provider; here a guard may have stepped in front of it.
      expect([fault, verdict, code]).toEqual([fault, 'inconclusive', expect.stringMatching(/^provider-/)]);
    }
    emulator.fault = null;
    // What guards the source against a storm of calls may wait a little before it tries again.
    const verdict = async (): Promise<string> => (await look(FAULTS.length + 1)).verdict;
    await expect.poll(verdict, { timeout: 60_000, interval: 100 }).toBe('pass');
  },
);

test('the keys are in no log line, no answer, no page and no metric', async () => {
  await look(0);
  const pages = await Promise.all(
    ['/metrics', '/readyz', '/v1/slos'].map(async (path) => (await fetch(`${service.url}${path}`)).text()),
  );
  const everything = [service.stderr(), service.stdout(), ...answers, ...pages].join('\n');
  expect(everything).toContain('checkout');
  expect(everything).not.toContain(emulator.apiKey);
  expect(everything).not.toContain(emulator.appKey);
});
