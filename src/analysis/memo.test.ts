import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask as questionOf } from '../../test/statistics/scenes.ts';
import { MAX_GROUPS } from '../core/assemble.ts';
import { BucketMemo, memoKey } from './bucket-memo.ts';
import { collect } from './collect.ts';
import {
  askAt,
  GROUPS,
  HeldSource,
  lookBoth,
  match,
  minute,
  QUESTIONS,
  type Minute,
} from '../../test/support/held-source.ts';
import { TrialMemo } from './trial-memo.ts';
import { Turns } from './turns.ts';

describe('a look with what earlier looks have left', () => {
  test('equals one without, whatever came in between', async () => {
    let fails = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(minute, { minLength: 5, maxLength: 90 }),
        fc.array(
          fc.record({
            upTo: fc.integer({ min: 1, max: 90 }),
            question: fc.constantFrom(...QUESTIONS),
            change: fc.option(fc.tuple(fc.integer({ min: 0, max: 89 }), minute)),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        fc.constantFrom(0, 20_000, 1e9),
        async (minutes, looks, bytes) => {
          const source = new HeldSource();
          for (const [index, each] of minutes.entries()) source.set(index, each);
          const memos = { buckets: new BucketMemo(bytes), trials: new TrialMemo(bytes) };
          for (const { upTo, question, change } of looks) {
            if (change !== null && change[0] < minutes.length) source.set(...change);
            const [quick, slow] = await lookBoth(source, Math.min(upTo, minutes.length), memos, question);
            expect(quick).toBe(slow);
            if (quick.includes('"fail"')) fails += 1;
          }
          expect(memos.buckets.bytes).toBeGreaterThanOrEqual(0);
        },
      ),
      { seed: 11, numRuns: 150 },
    );
    expect(fails).toBeGreaterThan(0);
  });

  test('costs what is new, not what the window holds', async () => {
    const source = new HeldSource();
    const busy: Minute = Object.fromEntries(GROUPS.map((group) => [group, [0, 10, 1, 90]]));
    for (let index = 0; index < 120; index += 1) source.set(index, busy);
    const memos = { buckets: new BucketMemo(1e9), trials: new TrialMemo(1e9) };
    const provider = source.provider(true);
    const look = async (minutes: number): Promise<number> => {
      source.points = 0;
      const tools = {
        providers: new Map([['counted', provider]]),
        signal: new AbortController().signal,
        turns: new Turns(),
        memo: memos.buckets,
      };
      await collect(askAt(minutes), tools);
      return source.points;
    };
    const first = await look(119);
    // One minute of three groups, four lines each; once as a whole and once by group.
    expect(await look(120)).toBe(2 * 12);
    expect(await look(120)).toBe(0);
    expect(first).toBeGreaterThan(1000);
  });

  test('with more groups than are told apart equals one without', async () => {
    const source = new HeldSource();
    const many = (from: number): Minute =>
      Object.fromEntries(
        Array.from({ length: 300 }, (_, index) => [`GET /${String(from + index)}`, [0, 1, 0, 9]]),
      );
    for (let index = 0; index < 6; index += 1) source.set(index, many(index * 120));
    expect(300 + 5 * 120).toBeGreaterThan(MAX_GROUPS);
    const memos = { buckets: new BucketMemo(1e9), trials: new TrialMemo(1e9) };
    for (const minutes of [1, 2, 3, 4, 5, 6, 6]) {
      const [quick, slow] = await lookBoth(source, minutes, memos, QUESTIONS[0] ?? questionOf());
      expect(quick).toBe(slow);
    }
  });

  test('is forgotten once no look has used it for long, and what is used is not', async () => {
    const source = new HeldSource();
    for (let index = 0; index < 60; index += 1) source.set(index, { 'GET /a': [0, 10, 0, 90] });
    const memos = { buckets: new BucketMemo(1e9), trials: new TrialMemo(1e9) };
    const look = async (): Promise<void> => {
      const [quick, slow] = await lookBoth(source, 60, memos, QUESTIONS[0] ?? questionOf());
      expect(quick).toBe(slow);
    };
    await look();
    const { buckets, trials } = memos;
    const held = [buckets.bytes, trials.bytes];
    for (const memo of [buckets, trials]) memo.forgetUnused(performance.now() - 60_000);
    expect([buckets.bytes, trials.bytes]).toEqual(held);
    for (const memo of [buckets, trials]) memo.forgetUnused(performance.now() + 1);
    expect([buckets.bytes, trials.bytes]).toEqual([0, 0]);
    await look();
    expect([buckets.bytes, trials.bytes]).toEqual(held);
  });

  test('keeps to its bound', async () => {
    const source = new HeldSource();
    for (let index = 0; index < 60; index += 1) source.set(index, { 'GET /a': [0, 10, 0, 90] });
    const memos = { buckets: new BucketMemo(50_000), trials: new TrialMemo(50_000) };
    for (let release = 0; release < 20; release += 1) {
      const asked = { ...askAt(60), cohorts: { canary: match(`a${String(release)}`), stable: match('b') } };
      const tools = {
        providers: new Map([['counted', source.provider(true)]]),
        signal: new AbortController().signal,
        turns: new Turns(),
        memo: memos.buckets,
      };
      const { observation } = await collect(asked, tools);
      await memos.trials.decide(memoKey(asked, memos.buckets), questionOf({ grouped: true }), observation, [
        tools.turns,
        tools.signal,
      ]);
      expect(memos.trials.bytes).toBeLessThanOrEqual(50_000);
    }
    // The newest one stays whatever its size.
    expect(memos.buckets.bytes).toBeLessThanOrEqual(100_000);
  });
});
