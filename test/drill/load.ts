import { demand } from '../support/demand.ts';
import type { Service } from '../serve-process.ts';
import { START } from '../support/shop.ts';

const MINUTE = 60_000;
const RELEASES = 9;
const LOOKS = 50;
/** How many ask at the same time. */
export const CLIENTS = 3;

/** What a client was told of one look. */
export interface Answered {
  readonly analysis: string;
  readonly slo: string;
  readonly at: string;
  readonly verdict: string;
  readonly code: string;
}

/** Looks at releases of a made-up shop, one after another, each at a time of its own. */
export class Load {
  readonly #service: Service;
  readonly #answered: Answered[] = [];
  #next = 0;
  #isOver = false;
  #clients: Promise<unknown> = Promise.resolve();

  constructor(service: Service) {
    this.#service = service;
  }

  get answered(): readonly Answered[] {
    return this.#answered;
  }

  /** Asks until `stop`. */
  start(): void {
    this.#clients = Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (!this.#isOver) {
          // A service that has been killed answers nobody.
          await this.#look().catch(() => undefined);
        }
      }),
    );
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#clients;
  }

  /** Resolves once this many looks have been answered. */
  async reached(count: number): Promise<void> {
    await demand(`${String(count)} answers`, () => this.#answered.length >= count);
  }

  async #look(): Promise<void> {
    const number = this.#next;
    this.#next += 1;
    const slo = number % 2 === 0 ? 'checkout' : 'search';
    const turn = Math.floor(number / RELEASES);
    const at = new Date(START + (10 + (turn % LOOKS)) * MINUTE).toISOString();
    const rollout = `release-${String(number % RELEASES)}-${String(Math.floor(turn / LOOKS))}`;
    const response = await fetch(`${this.#service.url}/v1/analysis`, {
      method: 'POST',
      body: JSON.stringify({ slo, canary: 'canary', stable: 'stable', at, rollout }),
    });
    const answer = (await response.json()) as Omit<Answered, 'slo' | 'at'>;
    this.#answered.push({ analysis: answer.analysis, slo, at, verdict: answer.verdict, code: answer.code });
  }
}
