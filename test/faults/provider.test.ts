import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, vi, type TestContext } from 'vitest';
import type { Fault } from '../../providers/datadog/emulator/faults.ts';
import type { DatadogEmulator } from '../../providers/datadog/emulator/server.ts';
import { folderWith } from '../support/folder.ts';
import { ClockedShop } from './clocked-shop.ts';
import { serveMinutes, shopOnDatadog, SLO } from './shop-on-datadog.ts';

const slos = folderWith({ 'checkout.yaml': SLO });
const home = folderWith({});
/** While this file is there, the service that is in this trouble resolves no name. */
const dnsGone = (name: string): string => join(home, `${name}.gone`);

/** How the source is taken away, turn by turn, and given back. */
interface Trouble {
  readonly name: string;
  readonly begin: (emulator: DatadogEmulator, turn: number) => unknown;
  readonly end?: () => unknown;
}

const wrongly = (fault: Fault): Trouble => ({
  name: fault,
  begin: (emulator) => (emulator.fault = fault),
});

const UNRESOLVED = 'behind a name that nobody resolves';

const TROUBLES: readonly Trouble[] = [
  { name: 'slow', begin: (emulator) => (emulator.delayMs = 1200) },
  { name: 'flapping', begin: (emulator, turn) => (emulator.fault = turn % 2 === 0 ? 'server-error' : null) },
  {
    name: UNRESOLVED,
    begin: async (emulator) => {
      await writeFile(dnsGone(UNRESOLVED), '');
      emulator.closeConnections();
    },
    end: async () => rm(dnsGone(UNRESOLVED)),
  },
  ...(['hang', 'reset', 'limited', 'server-error', 'denied', 'redirect'] satisfies Fault[]).map((fault) =>
    wrongly(fault),
  ),
  ...(
    [
      'truncated',
      'nan',
      'negative',
      'status-error',
      'errors-200',
      'no-tags',
      'off-grid',
      'empty',
    ] satisfies Fault[]
  ).map((fault) => wrongly(fault)),
];

/** @param at its name and the minute it starts at */
async function shopOver(
  emulator: DatadogEmulator,
  [name, minutes]: readonly [string, number],
  { onTestFinished }: TestContext,
): Promise<ClockedShop> {
  const shop = new ClockedShop(emulator, join(home, name), {
    slos,
    flags: ['--deadline', '3s'],
    node: ['--import', join(import.meta.dirname, 'preload/dns.ts')],
    env: {
      BURNGATE_DATADOG_ENDPOINT: emulator.url.replace('127.0.0.1', 'localhost'),
      TEST_DNS_GONE_FILE: dnsGone(name),
    },
  });
  onTestFinished(async () => shop.stop());
  await shop.start(minutes);
  return shop;
}

describe.concurrent('a provider that is', () => {
  test.for(TROUBLES)(
    '$name makes no verdict wrong, and once it is well all are what they would have been',
    { timeout: 150_000 },
    async ({ name, begin, end }, context) => {
      const { expect, onTestFinished } = context;
      const pass = expect.stringMatching(/^pass/) as unknown;
      const emulator = await shopOnDatadog();
      onTestFinished(async () => emulator.stop());
      serveMinutes(emulator, -180, 75);
      const shop = await shopOver(emulator, [name, 44], context);
      expect(await shop.looks()).toMatchObject({ healthy: pass, bad: 'fail harm-proven', late: pass });
      let told = '';
      for (const [turn, minutes] of [46, 48, 52, 58].entries()) {
        await begin(emulator, turn);
        await shop.set(minutes);
        const during = await shop.looks();
        expect(during.healthy).not.toMatch(/^fail/);
        expect(during.bad).not.toMatch(/^pass/);
        // Bad since minute 45, and held counts end too early to say that no harm is seen.
        if (minutes >= 58) expect(during.late).not.toMatch(/^pass/);
        told += JSON.stringify(during);
      }
      // Nothing was wrong because something was there to be wrong.
      if (!['slow', 'flapping'].includes(name)) expect(told).toMatch(/inconclusive provider-/);
      await end?.();
      emulator.fault = null;
      emulator.delayMs = 0;
      await shop.set(75);
      const steady = await shopOver(emulator, [`${name} steady`, 75], context);
      const expected = await steady.looks();
      expect(expected).toMatchObject({ healthy: pass, bad: 'fail harm-proven', late: 'fail harm-proven' });
      // A rate limit passes by the true clock.
      await vi.waitFor(async () => {
        expect(await shop.looks()).toEqual(expected);
      }, 40_000);
    },
  );
});
