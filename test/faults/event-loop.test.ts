import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatadogEmulator } from '../../providers/datadog/emulator/server.ts';
import { startService, type Service } from '../serve-process.ts';
import { folderWith } from '../support/folder.ts';
import {
  BEGIN,
  CANARIES,
  envOf,
  look,
  serveMinutes,
  shopOnDatadog,
  SLO,
  type CanaryName,
} from './shop-on-datadog.ts';

const PRELOAD = join(import.meta.dirname, 'preload/stall.ts');
const SOAK_MS = 1000 * Number(process.env['BURNGATE_SOAK_SECONDS'] ?? '0');
/** Each asks as of a time of its own, so that all of them fetch. */
const QUESTIONS = Array.from({ length: 24 }, (_, nth) => ({
  canary: (Object.keys(CANARIES) as CanaryName[])[nth % 3] ?? 'healthy',
  at: BEGIN + (50 + nth) * 60_000,
}));
const slos = folderWith({ 'checkout.yaml': SLO });
const services: Service[] = [];
let emulator: DatadogEmulator;

beforeAll(async () => {
  emulator = await shopOnDatadog();
  serveMinutes(emulator, -60, 80);
});
afterAll(async () => {
  await Promise.all(services.map(async (service) => service.stop()));
  await emulator.stop();
});

async function start(): Promise<Service> {
  const service = await startService({ slos, node: ['--import', PRELOAD], env: envOf(emulator) });
  services.push(service);
  return service;
}

const askAll = async ({ url }: Service): Promise<string[]> =>
  Promise.all(QUESTIONS.map(async ({ canary, at }) => (await look(url, canary, at)).text));

test(
  'an event loop that is held up for three seconds makes no verdict wrong, and recovers by itself',
  async () => {
    const expected = await askAll(await start());
    expect(expected.some((text) => text.includes('harm-proven'))).toBe(true);
    const end = Date.now() + SOAK_MS;
    do {
      // Nothing is kept yet, so the stall meets calls that are on their way.
      const service = await start();
      const asked = askAll(service);
      process.kill(service.pid, 'SIGUSR2');
      const given = await asked;
      const wrong = given.filter((text, nth) => !text.includes('"inconclusive"') && text !== expected[nth]);
      expect(wrong).toEqual([]);
      expect(service.logs().some(({ msg }) => msg === 'test stall')).toBe(true);
      await expect.poll(async () => askAll(service), { timeout: 30_000, interval: 100 }).toEqual(expected);
      await service.stop();
    } while (Date.now() < end);
  },
  SOAK_MS + 120_000,
);
