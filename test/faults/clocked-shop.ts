import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatadogEmulator } from '../../providers/datadog/emulator/server.ts';
import { startService, type Service, type ServiceOptions } from '../serve-process.ts';
import { demand } from '../support/demand.ts';
import { BEGIN, CANARIES, envOf, look, type CanaryName } from './shop-on-datadog.ts';

const MINUTE = 60_000;
const PRELOAD = join(import.meta.dirname, 'preload/clock.ts');
export const NAMES = Object.keys(CANARIES) as CanaryName[];

/** A service over the shop on Datadog with a clock of its own, in minutes since the canaries began. */
export class ClockedShop {
  readonly #file: string;
  readonly #emulator: DatadogEmulator;
  readonly #options: ServiceOptions;
  #service: Service | null = null;

  /** @param file where its clock is told what time it is */
  constructor(emulator: DatadogEmulator, file: string, options: ServiceOptions) {
    this.#emulator = emulator;
    this.#file = file;
    this.#options = options;
  }

  async start(minutes: number): Promise<void> {
    await this.#write(minutes * MINUTE);
    const { node = [], env = {} } = this.#options;
    this.#service = await startService({
      ...this.#options,
      node: ['--import', PRELOAD, ...node],
      env: { ...envOf(this.#emulator), TEST_CLOCK_FILE: this.#file, ...env },
    });
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
  }

  /** @param off milliseconds by which the clock is wrong */
  async set(minutes: number, off = 0): Promise<void> {
    const service = this.#running();
    const offset = await this.#write(minutes * MINUTE + off);
    process.kill(service.pid, 'SIGUSR2');
    await demand('the clock is set', () => service.logs().some((line) => line['offset'] === offset));
  }

  /** What each canary's look says. */
  async looks(): Promise<Record<CanaryName, string>> {
    const { url } = this.#running();
    const all = await Promise.all(
      NAMES.map(async (name) => {
        const { verdict, code } = await look(url, name);
        return [name, `${verdict} ${code}`] as const;
      }),
    );
    return Object.fromEntries(all) as Record<CanaryName, string>;
  }

  #running(): Service {
    if (this.#service === null) throw new Error('the service does not run');
    return this.#service;
  }

  async #write(since: number): Promise<number> {
    const offset = Math.round(BEGIN + since - Date.now());
    await writeFile(this.#file, String(offset));
    return offset;
  }
}
