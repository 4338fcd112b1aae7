import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueue } from './fair-queue.ts';

const parties = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 });

function drain<T>(queue: FairQueue<T>): T[] {
  const served: T[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) served.push(next);
  return served;
}

describe('a fair queue', () => {
  test('serves parties in turn, and each in its own order', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.push(item.slice(0, 1), item);
    expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(queue.size).toBe(0);
  });

  test('gives everything out once, and no party a second turn before each other had one', () => {
    fc.assert(
      fc.property(parties, (order) => {
        const queue = new FairQueue<{ party: string; at: number }>();
        for (const [at, party] of order.entries()) queue.push(party, { party, at });
        const served = drain(queue);
        expect(served.map(({ at }) => at).toSorted((a, b) => a - b)).toEqual([...order.keys()]);
        for (const party of new Set(order)) {
          const own = served.filter((each) => each.party === party).map(({ at }) => at);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
        const waiting = new Map<string, number>();
        for (const party of order) waiting.set(party, (waiting.get(party) ?? 0) + 1);
        const turns = new Map<string, number>();
        for (const { party } of served) {
          turns.set(party, (turns.get(party) ?? 0) + 1);
          for (const [other, count] of waiting)
            expect(turns.get(other) ?? 0).toBeGreaterThanOrEqual(
              Math.min(count, (turns.get(party) ?? 0) - 1),
            );
        }
      }),
    );
  });

  test('tells a newcomer at most the turns that really come first', () => {
    fc.assert(
      fc.property(parties, fc.constantFrom('a', 'b', 'd'), (order, newcomer) => {
        const queue = new FairQueue<string>();
        for (const party of order) queue.push(party, 'other');
        const ahead = queue.ahead(newcomer);
        queue.push(newcomer, 'newcomer');
        expect(drain(queue).indexOf('newcomer')).toBeLessThanOrEqual(ahead);
      }),
    );
  });

  test('forgets one that is taken out, and says whether it was there', () => {
    const queue = new FairQueue<string>();
    queue.push('a', 'a1');
    queue.push('b', 'b1');
    expect(queue.remove('a', 'a1')).toBe(true);
    expect(queue.remove('a', 'a1')).toBe(false);
    expect(queue.items()).toEqual(['b1']);
    expect(queue.size).toBe(1);
  });
});
