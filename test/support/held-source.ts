import fc from 'fast-check';
import { countedSlo } from './counted-release.ts';
import { ask as questionOf } from '../statistics/scenes.ts';
import { intervalsOf } from '../../src/core/intervals.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { AnyProvider, CohortMatch, CountsRequest, Fetched, Series } from '../../src/core/provider.ts';
import { MINUTE } from '../../src/core/units.ts';
import { PackedGroups } from '../../src/core/packed-groups.ts';
import { decide, type Question } from '../../src/core/verdict.ts';
import { BucketMemo, memoKey } from '../../src/analysis/bucket-memo.ts';
import { collect, type CollectAsk } from '../../src/analysis/collect.ts';
import type { TrialMemo } from '../../src/analysis/trial-memo.ts';
import { Turns } from '../../src/analysis/turns.ts';

const START = Date.UTC(2026, 0, 5, 12);
export const match = (hash: string): CohortMatch => ({ hash, value: hash, match: 'exact' });
export const GROUPS = ['GET /a', 'GET /b', 'POST /c'];

/** Events of one group in one bucket: canary bad and total, stable bad and total. */
export type Cell = readonly [number, number, number, number];
export type Minute = Readonly<Record<string, Cell | undefined>> | null;

/** A source that holds its counts: a minute that is set again gets another stamp. */
export class HeldSource {
  readonly minutes: Minute[] = [];
  readonly #stamps: number[] = [];
  #next = 1;
  /** Equal requests get one answer until a minute is set, as from the cache of settled counts. */
  readonly #answers = new Map<string, Fetched>();
  /** Series made, in points: what a look costs. */
  points = 0;

  set(index: number, minute: Minute): void {
    this.minutes[index] = minute;
    this.#stamps[index] = this.#next;
    this.#next += 1;
    this.#answers.clear();
  }

  /** The same counts, whatever is set later. */
  snapshot(): HeldSource {
    const copy = new HeldSource();
    copy.minutes.push(...this.minutes);
    copy.#stamps.push(...this.#stamps);
    return copy;
  }

  provider(isHeld: boolean): AnyProvider {
    return {
      fetchCounts: async (request): Promise<Fetched> => {
        const between = (start: number, end: number) => ({ series: this.#series(request, start, end) });
        const common = { complete: true as const, queriesSent: [], notes: [] };
        const { start, end } = request.window;
        if (!isHeld) return { ...between(start, end), ...common };
        const key = JSON.stringify(request);
        const stampOf = (time: number): number | undefined => this.#stamps[(time - START) / MINUTE];
        const answer = this.#answers.get(key) ?? {
          get series() {
            return between(start, end).series;
          },
          ...common,
          held: { stampOf, between, bounded: false },
        };
        this.#answers.set(key, answer);
        return answer;
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

export function askAt(minutes: number): CollectAsk {
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

export const QUESTIONS: readonly Question[] = [
  questionOf({ grouped: true }),
  questionOf({ grouped: true, mode: 'gate' }),
];

/** Gives way whenever it may. */
export class ShortTurns extends Turns {
  override async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** One look with what earlier looks have left, and one without; both as text. */
export async function lookBoth(
  source: HeldSource,
  minutes: number,
  memos: { buckets: BucketMemo; trials: TrialMemo },
  question: Question,
  turns = new Turns(),
): Promise<[string, string]> {
  const { signal } = new AbortController();
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
  const { target, policy } = question;
  const slow = {
    judgement: decide(question, fresh.observation),
    intervals: intervalsOf(fresh.observation.buckets, target, policy.warmup),
  };
  const text = (value: object): string =>
    JSON.stringify(value, (_, each: unknown) =>
      each instanceof Map || each instanceof PackedGroups ? [...each] : each,
    );
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
export const minute: fc.Arbitrary<Minute> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record(Object.fromEntries(GROUPS.map((group) => [group, cell])), { requiredKeys: [] }),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);
