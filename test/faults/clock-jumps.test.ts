import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatadogEmulator } from '../../providers/datadog/emulator/server.ts';
import { startService, type Service } from '../serve-process.ts';
import { demand } from '../support/demand.ts';
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

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PRELOAD = join(import.meta.dirname, 'preload/clock.ts');
const NAMES = Object.keys(CANARIES) as CanaryName[];
const slos = folderWith({ 'checkout.yaml': SLO });
const home = folderWith({});
const services: Service[] = [];
let emulator: DatadogEmulator;

beforeAll(async () => {
  emulator = await shopOnDatadog();
});
afterAll(async () => {
  await Promise.all(services.map(async (service) => service.stop()));
  await emulator.stop();
});

/** The clock of one service, in minutes since the canaries began. */
class Clock {
  readonly file: string;
  #service: Service | null = null;

  constructor(name: string) {
    this.file = join(home, name);
  }

  async start(minutes: number): Promise<Service> {
    await this.#write(minutes * MINUTE);
    this.#service = await startService({
      slos,
      node: ['--import', PRELOAD],
      env: { ...envOf(emulator), TEST_CLOCK_FILE: this.file },
    });
    services.push(this.#service);
    return this.#service;
  }

  async set(minutes: number, off: number): Promise<void> {
    const service = this.#service;
    if (service === null) throw new Error('the service does not run');
    const offset = await this.#write(minutes * MINUTE + off);
    process.kill(service.pid, 'SIGUSR2');
    await demand('the clock is set', () => service.logs().some((line) => line['offset'] === offset));
  }

  async #write(since: number): Promise<number> {
    const offset = Math.round(BEGIN + since - Date.now());
    await writeFile(this.file, String(offset));
    return offset;
  }
}

async function looks({ url }: Service): Promise<Record<string, string>> {
  const all = await Promise.all(
    NAMES.map(async (name) => {
      const { verdict, code } = await look(url, name);
      return [name, `${verdict} ${code}`] as const;
    }),
  );
  return Object.fromEntries(all);
}

test.each([
  ['forward', HOUR],
  ['back', -HOUR],
])(
  'a clock that jumps %s by an hour makes no verdict wrong, also later of the time that it skipped',
  async (direction, jump) => {
    const wrong = { healthy: /^fail/, bad: /^pass/, late: /^fail/ };
    serveMinutes(emulator, -180, 45);
    const clock = new Clock(`jumping-${direction}`);
    const service = await clock.start(45);
    expect(await looks(service)).toMatchObject({
      healthy: expect.stringMatching(/^pass/) as unknown,
      bad: 'fail harm-proven',
      late: expect.stringMatching(/^pass/) as unknown,
    });
    await clock.set(45, jump);
    for (let turn = 0; turn < 3; turn += 1) {
      const during = await looks(service);
      for (const name of NAMES) expect(during[name]).not.toMatch(wrong[name]);
    }
    await clock.set(45, 0);
    // What was asked for too early, and was empty then, comes now.
    serveMinutes(emulator, 45, 75);
    await clock.set(75, 0);
    const undisturbed = await new Clock(`steady-${direction}`).start(75);
    const expected = await looks(undisturbed);
    expect(expected).toMatchObject({
      healthy: expect.stringMatching(/^pass/) as unknown,
      bad: 'fail harm-proven',
      late: 'fail harm-proven',
    });
    expect(await looks(service)).toEqual(expected);
  },
  120_000,
);
