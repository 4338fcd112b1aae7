import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_QUESTIONS, DEMO_SLOS } from '../support/demo-questions.ts';
import { Balancer } from '../support/balancer.ts';
import { startService, type Service } from '../serve-process.ts';

/** Ten minutes by `npm run test:faults`; a look at the same in every test run. */
const SOAK_MS = 1000 * Number(process.env['BURNGATE_SOAK_SECONDS'] ?? '12');
const CLIENTS = 6;
const slos = join(import.meta.dirname, '../..', DEMO_SLOS);

/** What a client saw of one request. */
interface Seen {
  readonly question: string;
  readonly outcome:
    { readonly kind: 'answer'; readonly text: string } | { readonly kind: 'refused'; readonly why: string };
}

const reference = new Map<string, string>();
const replicas: (Service | null)[] = [null, null, null];
const balancer = new Balancer();
let url = '';

const update = (): void => {
  balancer.backends = replicas.flatMap((replica) => (replica === null ? [] : [replica.port]));
};

async function revive(index: number): Promise<void> {
  replicas[index] = await startService({ slos, flags: ['--log-level', 'warn'] });
  update();
}

async function send(to: string, question: string): Promise<Seen> {
  try {
    const response = await fetch(`${to}/v1/analysis`, {
      method: 'POST',
      body: question,
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    return { question, outcome: { kind: 'answer', text: `${String(response.status)} ${text}` } };
  } catch (error) {
    const why = error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'connection';
    return { question, outcome: { kind: 'refused', why } };
  }
}

beforeAll(async () => {
  // The pure function's answers: a process of its own that nobody disturbs.
  const undisturbed = await startService({ slos });
  for (const question of DEMO_QUESTIONS) {
    const { outcome } = await send(undisturbed.url, question);
    if (outcome.kind === 'answer') reference.set(question, outcome.text);
  }
  await undisturbed.stop();
  await Promise.all(replicas.map(async (_, index) => revive(index)));
  url = await balancer.start();
}, 60_000);

afterAll(async () => {
  await balancer.stop();
  await Promise.all(replicas.map(async (replica) => replica?.kill()));
});

/** Asks all the time while `disturb` does its worst; everything that clients saw. */
async function underLoad(disturb: () => Promise<void>): Promise<Seen[]> {
  const seen: Seen[] = [];
  const load = { isOver: false };
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let turn = client; !load.isOver; turn += 1) {
      seen.push(await send(url, DEMO_QUESTIONS[(turn * 7) % DEMO_QUESTIONS.length] ?? ''));
    }
  });
  await disturb();
  load.isOver = true;
  await Promise.all(clients);
  return seen;
}

function wrong(seen: readonly Seen[]): string[] {
  return seen.flatMap(({ question, outcome }) =>
    outcome.kind === 'answer' && outcome.text !== reference.get(question)
      ? [`${question}: ${outcome.text}`]
      : [],
  );
}

describe('three replicas behind a plain TCP balancer', () => {
  test(
    'killed at random under load: each client sees the pure answer, or a connection that is refused',
    async () => {
      let kills = 0;
      const seen = await underLoad(async () => {
        const end = Date.now() + SOAK_MS;
        for (let turn = 0; Date.now() < end; turn += 1) {
          // A fixed order that visits every pair; when exactly a kill hits is chance enough.
          const victim = (turn * 2 + (turn % 5)) % replicas.length;
          await replicas[victim]?.kill();
          kills += 1;
          await revive(victim);
        }
      });
      expect(wrong(seen)).toEqual([]);
      expect(seen.filter(({ outcome }) => outcome.kind === 'refused' && outcome.why === 'timeout')).toEqual(
        [],
      );
      expect(kills).toBeGreaterThan(3);
      expect(seen.filter(({ outcome }) => outcome.kind === 'answer').length).toBeGreaterThan(100);
    },
    SOAK_MS + 60_000,
  );

  test('rolled over by SIGTERM under load: not one request is lost', async () => {
    const seen = await underLoad(async () => {
      for (let index = 0; index < replicas.length; index += 1) {
        const old = replicas[index];
        // As Kubernetes does with maxUnavailable 0 and preStop: the new one first, then the endpoint, then, when
        // connections on their way have arrived, SIGTERM.
        await revive(index);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await old?.stop();
      }
    });
    expect(wrong(seen)).toEqual([]);
    expect(seen.filter(({ outcome }) => outcome.kind === 'refused')).toEqual([]);
    expect(seen.length).toBeGreaterThan(50);
  }, 60_000);
});
