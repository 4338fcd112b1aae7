import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { countedProvider, countedSlo } from '../../test/support/counted-release.ts';
import { ask, buckets, HEALTHY, HOLE, IDLE, rows, START, type Row } from '../../test/statistics/scenes.ts';
import { collect } from '../analysis/collect.ts';
import type { Bucket } from './counts.ts';
import { LiveReplay, type Look } from './live-replay.ts';
import { HOUR, MINUTE, type DurationMs } from './units.ts';
import { decide, type Question } from './verdict.ts';
import { LOOK_BACK } from './window.ts';

const STABLE_ONLY: Row = { canary: null, stable: [1, 900] };
const SILENT: Row = { canary: [0, 0], stable: [1, 900] };
const BAD: Row = { canary: [8, 100], stable: [1, 900] };
const RARE: Row = { canary: [0, 1], stable: [0, 9] };
const ALONE: Row = { canary: [1, 100], stable: null };
const FLAW: Row = { flaw: 'canary: 3 bad of 1 total' };
const INCIDENT: Row = { canary: [30, 100], stable: [280, 900] };

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
    new Map([['counted', countedProvider(given, lag)]]),
    new AbortController().signal,
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

function replayed(
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

describe('a replay of what was answered live', () => {
  test('is null before the first bucket', () => {
    expect(new LiveReplay(ask(), MINUTE, 0).look()).toBeNull();
  });

  test('asks when a bucket has settled, not when it ended', () => {
    const looks = replayed(buckets(rows(3, HEALTHY)), ask(), MINUTE, 2 * MINUTE);
    expect(looks.map(({ at }) => (at - START) / MINUTE)).toEqual([3, 4, 5]);
    expect(looks.map(({ circumstances }) => circumstances.dataAge)).toEqual(
      [2, 2, 2].map((each) => each * MINUTE),
    );
  });

  test('bridges a short hole with counts of before, and calls a long one stale', () => {
    const looks = replayed(buckets([...rows(60, HEALTHY), ...rows(8, HOLE)]), ask(), MINUTE, 0);
    expect(looks.slice(60).map(({ judgement }) => judgement.code)).toEqual([
      ...rows(6, HOLE).map(() => 'no-harm'),
      'stale-data',
      'stale-data',
    ]);
  });

  // A quarter of an hour a bucket: a look-back of a day and its pieces of six hours are 96 and 24 buckets.
  test.each([
    { name: 'a release of a morning', given: [rows(8, STABLE_ONLY), rows(16, HEALTHY), rows(4, BAD)] },
    {
      name: 'a canary that runs longer than is looked back',
      given: [rows(70, HEALTHY), rows(60, BAD), rows(90, HEALTHY)],
    },
    {
      name: 'an earlier attempt of the same hash',
      given: [rows(10, BAD), rows(6, SILENT), rows(30, HEALTHY)],
    },
    {
      name: 'a canary that is silent for half a day',
      given: [rows(10, HEALTHY), rows(50, STABLE_ONLY), rows(5, HEALTHY)],
    },
    {
      name: 'nights without traffic',
      given: [rows(30, HEALTHY), rows(30, IDLE), rows(30, HEALTHY), rows(30, HOLE), rows(9, BAD)],
    },
    { name: 'one request now and then', given: [rows(40, RARE), rows(20, STABLE_ONLY), rows(60, RARE)] },
    {
      name: 'contradictions, incidents, a missing stable',
      given: [rows(5, FLAW), rows(9, INCIDENT), rows(9, ALONE), rows(3, FLAW), rows(9, HEALTHY)],
    },
  ])('equals collecting and deciding at every look: $name', { timeout: 60_000 }, async ({ given }) => {
    const { replay, live } = await bothWays(given.flat());
    expect(replay).toHaveLength(given.flat().length);
    expect(replay).toEqual(live);
  });

  test('equals collecting and deciding at every look, whatever comes', { timeout: 120_000 }, async () => {
    const kinds = [STABLE_ONLY, SILENT, HEALTHY, HEALTHY, BAD, RARE, ALONE, FLAW, INCIDENT, HOLE, IDLE];
    const stretch = fc.tuple(fc.constantFrom(...kinds), fc.nat(40));
    await fc.assert(
      fc.asyncProperty(
        fc.array(stretch, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (parts, gate) => {
          const { replay, live } = await bothWays(
            parts.flatMap(([row, size]) => rows(size + 1, row)),
            ask({ mode: gate ? 'gate' : 'watch' }, { warmup: gate ? HOUR : 0 }),
          );
          expect(replay).toEqual(live);
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });
});

/** Every look of the replay beside the answer of the service; both are the same. */
async function bothWays(given: readonly Row[], question = ask()): Promise<{ replay: Look[]; live: Look[] }> {
  const grid = { bucketMs: 15 * MINUTE, lag: 20 * MINUTE };
  const all = buckets(given, grid.bucketMs);
  const replay = replayed(all, question, grid.bucketMs, grid.lag);
  const live: Look[] = [];
  for (const { at } of replay) live.push(await liveLook(all, question, at, grid));
  return { replay, live };
}
