import { BucketMemo } from '../../src/analysis/bucket-memo.ts';
import { collect } from '../../src/analysis/collect.ts';
import { Turns } from '../../src/analysis/turns.ts';
import type { Bucket } from '../../src/core/counts.ts';
import { LiveReplay, type Look } from '../../src/core/live-replay.ts';
import { MINUTE, type DurationMs } from '../../src/core/units.ts';
import { decide, type Question } from '../../src/core/verdict.ts';
import { LOOK_BACK } from '../../src/core/window.ts';
import { ask, buckets, START, type Row } from '../statistics/scenes.ts';
import { countedProvider, countedSlo } from './counted-release.ts';

export const STABLE_ONLY: Row = { canary: null, stable: [1, 900] };
export const SILENT: Row = { canary: [0, 0], stable: [1, 900] };
export const BAD: Row = { canary: [8, 100], stable: [1, 900] };
export const RARE: Row = { canary: [0, 1], stable: [0, 9] };
export const ALONE: Row = { canary: [1, 100], stable: null };
export const FLAW: Row = { flaw: 'canary: 3 bad of 1 total' };
export const INCIDENT: Row = { canary: [30, 100], stable: [280, 900] };

/** What the service answers at this time, from nothing but the provider. */
async function liveLook(
  given: readonly Bucket[],
  question: Question,
  at: number,
  { bucketMs, lag }: { bucketMs: DurationMs; lag: DurationMs },
): Promise<Look> {
  const match = (hash: string) => ({ hash, value: hash, match: 'exact' as const });
  const { observation } = await collect(
    {
      slo: countedSlo(bucketMs),
      policy: question.policy,
      cohorts: { canary: match('canary'), stable: match('stable') },
      scope: {},
      now: at,
      clock: at,
      start: null,
    },
    {
      providers: new Map([['counted', countedProvider(given, lag)]]),
      signal: new AbortController().signal,
      turns: new Turns(),
      memo: new BucketMemo(0),
    },
  );
  const { buckets: _, notes: __, ...circumstances } = observation;
  return {
    at,
    judgement: decide(question, observation),
    gate: decide({ ...question, mode: 'gate' }, observation),
    circumstances,
  };
}

/** Holes of a day, which the look-back of a real replay begins with, and then the buckets. */
function withLookBack(given: readonly Bucket[], bucketMs: DurationMs): Bucket[] {
  const first = given[0]?.time ?? START;
  const before = Array.from({ length: LOOK_BACK / bucketMs }, (_, index) => ({
    time: first - LOOK_BACK + index * bucketMs,
    canary: null,
    stable: null,
  }));
  return [...before, ...given];
}

/** Every look of a replay, from the first bucket given on. */
export function replayed(
  given: readonly Bucket[],
  question: Question,
  bucketMs: DurationMs,
  lag: DurationMs,
): Look[] {
  const replay = new LiveReplay(question, bucketMs, lag);
  const first = given[0]?.time ?? START;
  return withLookBack(given, bucketMs).flatMap((bucket) => {
    replay.take(bucket);
    const look = bucket.time < first ? null : replay.look();
    return look === null ? [] : [look];
  });
}

/** Every look of the replay beside the answer of the service; both are the same. */
export async function bothWays(
  given: readonly Row[],
  question = ask(),
): Promise<{ replay: Look[]; live: Look[] }> {
  const grid = { bucketMs: 15 * MINUTE, lag: 20 * MINUTE };
  const all = buckets(given, grid.bucketMs);
  const replay = replayed(all, question, grid.bucketMs, grid.lag);
  const live: Look[] = [];
  for (const { at } of replay) live.push(await liveLook(all, question, at, grid));
  return { replay, live };
}
