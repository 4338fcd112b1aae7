import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countedSlo } from '../../test/support/counted-release.ts';
import { ask as questionOf } from '../../test/statistics/scenes.ts';
import { MAX_GROUPS } from '../core/assemble.ts';
import { DEFAULT_POLICY } from '../core/policy.ts';
import type { AnyProvider, CohortMatch, CountsRequest, Fetched, Series } from '../core/provider.ts';
import { MINUTE } from '../core/units.ts';
import { decide, type Question } from '../core/verdict.ts';
import { BucketMemo } from './bucket-memo.ts';
import { collect, memoKey, type CollectAsk } from './collect.ts';
import { TrialMemo } from './trial-memo.ts';
import { Turns } from './turns.ts';

const START = Date.UTC(2026, 0, 5, 12);
const match = (hash: string): CohortMatch => ({ hash, value: hash, match: 'exact' });
const GROUPS = ['GET /a', 'GET /b', 'POST /c'];

/** Events of one group in one bucket: canary bad and total, stable bad and total. */
type Cell = readonly [number, number, number, number];
type Minute = Readonly<Record<string, Cell | undefined>> | null;

/** A source that holds its counts: a minute that is set again gets another stamp. */
class HeldSource {
  readonly minutes: Minute[] = [];
  readonly #stamps: number[] = [];
  #next = 1;
  /** Series made, in points: what a look costs. */
  points = 0;

  set(index: number, minute: Minute): void {
    this.minutes[index] = minute;
    this.#stamps[index] = this.#next;
    this.#next += 1;
  }

  provider(isHeld: boolean): AnyProvider {
    return {
      fetchCounts: async (request): Promise<Fetched> => {
        const between = (start: number, end: number) => ({ series: this.#series(request, start, end) });
        const common = { complete: true as const, queriesSent: [], notes: [] };
        const { start, end } = request.window;
        if (!isHeld) return { ...between(start, end), ...common };
        const stampOf = (time: number): number | undefined => this.#stamps[(time - START) / MINUTE];
        return {
          get series() {
            return between(start, end).series;
          },
          ...common,
          held: { stampOf, between, bounded: false },
        };
      },
      settlingLag: async () => 0,
      checkAccess: async () => ({ ok: true, detail: '' }),
      close: async () => undefined,
    };
  }

  #series({ groupBy }: CountsRequest<unknown>, start: number, end: number): Series[] {
    const points = new Map<
      string,
      { readonly line: Omit<Series, 'points'>; readonly points: [number, number][] }
    >();
    for (const [index, minute] of this.minutes.entries()) {
      const time = START + index * MINUTE;
      if (minute === null || time < start || time >= end) continue;
      for (const [group, cell] of Object.entries(minute)) {
        if (cell === undefined) continue;
        for (const [place, role, cohort] of [
          [0, 'bad', 'canary'],
          [1, 'total', 'canary'],
          [2, 'bad', 'stable'],
          [3, 'total', 'stable'],
        ] as const) {
          const name = groupBy === undefined ? undefined : group;
          const key = JSON.stringify([role, cohort, name]);
          const line = { role, cohort, ...(name === undefined ? {} : { group: name }) };
          const known = points.get(key) ?? { line, points: new Array<[number, number]>() };
          points.set(key, known);
          const last = known.points.at(-1);
          if (last?.[0] === time) last[1] += cell[place];
          else known.points.push([time, cell[place]]);
          this.points += 1;
        }
      }
    }
    return [...points.values()].map((each) => ({ ...each.line, points: each.points }));
  }
}

const slo = countedSlo(MINUTE, 'endpoint');

function askAt(minutes: number): CollectAsk {
  const now = START + minutes * MINUTE;
  return {
    slo,
    policy: DEFAULT_POLICY,
    cohorts: { canary: match('a'), stable: match('b') },
    scope: {},
    now,
    clock: now,
    start: null,
  };
}

const QUESTIONS: readonly Question[] = [
  questionOf({ grouped: true }),
  questionOf({ grouped: true, mode: 'gate' }),
];

/** One look with what earlier looks have left, and one without; both as text. */
async function lookBoth(
  source: HeldSource,
  minutes: number,
  memos: { buckets: BucketMemo; trials: TrialMemo },
  question: Question,
): Promise<[string, string]> {
  const { signal } = new AbortController();
  const turns = new Turns();
  const tools = (isHeld: boolean, memo: BucketMemo) => ({
    providers: new Map([['counted', source.provider(isHeld)]]),
    signal,
    turns,
    memo,
  });
  const kept = await collect(askAt(minutes), tools(true, memos.buckets));
  const quick = await memos.trials.decide(
    memoKey(askAt(minutes), memos.buckets),
    question,
    kept.observation,
    [turns, signal],
  );
  const fresh = await collect(askAt(minutes), tools(false, new BucketMemo(0)));
  const slow = decide(question, fresh.observation);
  const text = (value: object): string =>
    JSON.stringify(value, (_, each: unknown) => (each instanceof Map ? [...each] : each));
  return [text([kept.observation, quick]), text([fresh.observation, slow])];
}

const cell: fc.Arbitrary<Cell> = fc
  .tuple(
    fc.integer({ min: 0, max: 30 }),
    fc.constantFrom(0, 0, 0, 0.01, 0.3),
    fc.integer({ min: 0, max: 300 }),
    fc.constantFrom(0, 0.01, 0.02),
  )
  .map(([canary, bad, stable, stableBad]) => [
    Math.round(canary * bad),
    canary,
    Math.round(stable * stableBad),
    stable,
  ]);
const minute: fc.Arbitrary<Minute> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record(Object.fromEntries(GROUPS.map((group) => [group, cell])), { requiredKeys: [] }),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);

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
