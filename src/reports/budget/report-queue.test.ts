import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { QueueFull, ReportQueue, type Lane, type QueueTerms } from './report-queue.ts';

const LONG = 1_000_000;

/** Work that ends when it is told to, or with its signal. */
function harness(terms: Partial<QueueTerms> = {}) {
  const queue = new ReportQueue({ mostWaiting: 100, longest: LONG, grace: LONG, ...terms });
  const started: string[] = [];
  const aborted: string[] = [];
  const finish = new Map<string, () => void>();
  const add = (name: string, lane: Lane, heedless = false) =>
    queue.add(lane, async (signal) => {
      started.push(name);
      return new Promise<string>((resolve, reject) => {
        finish.set(name, () => {
          resolve(name);
        });
        signal.addEventListener('abort', () => {
          aborted.push(name);
          if (!heedless) reject(signal.reason as Error);
        });
      });
    });
  const end = async (name: string): Promise<void> => {
    finish.get(name)?.();
    await turn();
  };
  return { add, end, started, aborted };
}

describe('reports in turn', () => {
  test('of now are four at once, of the past two, and the others begin as those end', async () => {
    const { add, end, started } = harness();
    for (const name of ['p1', 'p2', 'p3']) add(name, 'past').enter();
    expect(started).toEqual(['p1', 'p2']);
    for (const name of ['n1', 'n2', 'n3']) add(name, 'now').enter();
    expect(started).toEqual(['p1', 'p2', 'n1', 'n2']);
    await end('p1');
    expect(started.slice(4)).toEqual(['n3']);
    await end('n1');
    expect(started.slice(5)).toEqual(['p3']);
  });

  test('of the past are refused beyond the bound, of now never', async () => {
    const { add, end } = harness({ mostWaiting: 3 });
    const all = Array.from({ length: 5 }, (_, index) => add(String(index), 'past'));
    expect(() => add('one more', 'past')).toThrow(QueueFull);
    for (let index = 0; index < 200; index += 1) add(`now ${String(index)}`, 'now');
    await end('0');
    expect(await all[0]?.result).toBe('0');
  });

  test('are dropped from the queue by the last who waited, and that makes room', async () => {
    const { add, end, started } = harness({ mostWaiting: 1 });
    add('p1', 'past');
    add('p2', 'past');
    const waiting = add('p3', 'past');
    const [first, second] = [waiting.enter(), waiting.enter()];
    first();
    expect(waiting.abandoned()).toBe(false);
    second();
    expect(waiting.abandoned()).toBe(true);
    await expect(waiting.result).rejects.toMatchObject({ name: 'Abandoned' });
    add('p4', 'past');
    await end('p1');
    expect(started).toEqual(['p1', 'p2', 'p4']);
  });

  test('of the past are aborted while they run, once nobody has waited for the grace', async () => {
    const { add, aborted } = harness({ grace: 1 });
    const running = add('p1', 'past');
    running.enter()();
    await expect(running.result).rejects.toMatchObject({ name: 'Abandoned' });
    expect(aborted).toEqual(['p1']);
    expect(running.abandoned()).toBe(true);
  });

  test('go on for whoever comes back within the grace', async () => {
    const { add, end } = harness({ grace: 50 });
    const running = add('p1', 'past');
    running.enter()();
    running.enter();
    await new Promise((resolve) => {
      setTimeout(resolve, 80);
    });
    expect(running.abandoned()).toBe(false);
    await end('p1');
    expect(await running.result).toBe('p1');
  });

  test('of now go on though nobody waits, running or not', async () => {
    const { add, end } = harness({ grace: 1 });
    const all = Array.from({ length: 6 }, (_, index) => add(`n${String(index)}`, 'now'));
    for (const each of all) each.enter()();
    for (let index = 0; index < 6; index += 1) await end(`n${String(index)}`);
    expect(await Promise.all(all.map(async ({ result }) => result))).toHaveLength(6);
  });

  test('that do not heed their signal give their places back when their time is over', async () => {
    const { add, started } = harness({ longest: 20 });
    const stuck = ['s1', 's2', 's3', 's4'].map((name) => add(name, 'now', true));
    add('after', 'now');
    for (const { result } of stuck) await expect(result).rejects.toMatchObject({ name: 'TimeoutError' });
    await turn();
    expect(started).toContain('after');
  });
});
