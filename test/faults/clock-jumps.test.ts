import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatadogEmulator } from '../../providers/datadog/emulator/server.ts';
import { folderWith } from '../support/folder.ts';
import { ClockedShop, NAMES } from './clocked-shop.ts';
import { serveMinutes, shopOnDatadog, SLO } from './shop-on-datadog.ts';

const HOUR = 3_600_000;
const slos = folderWith({ 'checkout.yaml': SLO });
const home = folderWith({});
const shops: ClockedShop[] = [];
let emulator: DatadogEmulator;

beforeAll(async () => {
  emulator = await shopOnDatadog();
});
afterAll(async () => {
  await Promise.all(shops.map(async (shop) => shop.stop()));
  await emulator.stop();
});

async function started(name: string, minutes: number): Promise<ClockedShop> {
  const shop = new ClockedShop(emulator, join(home, name), { slos });
  shops.push(shop);
  await shop.start(minutes);
  return shop;
}

test.each([
  ['forward', HOUR],
  ['back', -HOUR],
])(
  'a clock that jumps %s by an hour makes no verdict wrong, also later of the time that it skipped',
  async (direction, jump) => {
    const wrong = { healthy: /^fail/, bad: /^pass/, late: /^fail/ };
    serveMinutes(emulator, -180, 45);
    const shop = await started(`jumping-${direction}`, 45);
    expect(await shop.looks()).toMatchObject({
      healthy: expect.stringMatching(/^pass/) as unknown,
      bad: 'fail harm-proven',
      late: expect.stringMatching(/^pass/) as unknown,
    });
    await shop.set(45, jump);
    for (let turn = 0; turn < 3; turn += 1) {
      const during = await shop.looks();
      for (const name of NAMES) expect(during[name]).not.toMatch(wrong[name]);
    }
    await shop.set(45);
    // What was asked for too early, and was empty then, comes now.
    serveMinutes(emulator, 45, 75);
    await shop.set(75);
    const undisturbed = await started(`steady-${direction}`, 75);
    const expected = await undisturbed.looks();
    expect(expected).toMatchObject({
      healthy: expect.stringMatching(/^pass/) as unknown,
      bad: 'fail harm-proven',
      late: 'fail harm-proven',
    });
    expect(await shop.looks()).toEqual(expected);
  },
  120_000,
);
