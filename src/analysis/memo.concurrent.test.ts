import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask as questionOf } from '../../test/statistics/scenes.ts';
import { BucketMemo } from './bucket-memo.ts';
import { collect } from './collect.ts';
import {
  askAt,
  GROUPS,
  HeldSource,
  lookBoth,
  minute,
  QUESTIONS,
  ShortTurns,
} from '../../test/support/held-source.ts';
import { TrialMemo } from './trial-memo.ts';
import { Turns } from './turns.ts';

describe('looks at the same time', () => {
  test('at the same time as others equals one alone', async () => {
    const source = new HeldSource();
    for (let index = 0; index < 60; index += 1)
      source.set(index, Object.fromEntries(GROUPS.map((group) => [group, [index % 7, 20, 1, 90]])));
    const memos = { buckets: new BucketMemo(1e9), trials: new TrialMemo(1e9) };
    const looks = await Promise.all(
      Array.from({ length: 20 }, async (_, index) =>
        lookBoth(source, 40 + (index % 20), memos, QUESTIONS[index % 2] ?? questionOf()),
      ),
    );
    for (const [quick, slow] of looks) expect(quick).toBe(slow);
  });

  test('at the same time as others that see other counts equals one alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(minute, { minLength: 150, maxLength: 200 }),
        fc.array(
          fc.array(fc.tuple(fc.integer({ min: 0, max: 149 }), minute), { minLength: 1, maxLength: 4 }),
          { minLength: 4, maxLength: 10 },
        ),
        async (minutes, changes) => {
          const source = new HeldSource();
          for (const [index, each] of minutes.entries()) source.set(index, each);
          const memos = { buckets: new BucketMemo(1e9), trials: new TrialMemo(1e9) };
          await lookBoth(source.snapshot(), 150, memos, questionOf());
          const looks: Promise<[string, string]>[] = [];
          for (const [index, some] of changes.entries()) {
            for (const change of some) source.set(...change);
            const question = QUESTIONS[index % 2] ?? questionOf();
            looks.push(lookBoth(source.snapshot(), 150, memos, question, new ShortTurns()));
            for (let turn = index % 3; turn >= 0; turn -= 1)
              await new Promise((resolve) => setImmediate(resolve));
          }
          for (const [quick, slow] of await Promise.all(looks)) expect(quick).toBe(slow);
        },
      ),
      { seed: 12, numRuns: 50 },
    );
  });

  test('makes what equal first looks need once', async () => {
    const pointsOf = async (looks: number): Promise<number> => {
      const source = new HeldSource();
      for (let index = 0; index < 300; index += 1) source.set(index, { 'GET /a': [0, 10, 0, 90] });
      const memo = new BucketMemo(1e9);
      const tools = {
        providers: new Map([['counted', source.provider(true)]]),
        signal: new AbortController().signal,
        turns: new Turns(),
        memo,
      };
      const all = Array.from({ length: looks }, async () => collect(askAt(300), tools));
      const seen = await Promise.all(all);
      expect(new Set(seen.map(({ observation }) => observation.buckets[0])).size).toBe(1);
      return source.points;
    };
    expect(await pointsOf(10)).toBe(await pointsOf(1));
  });
});
