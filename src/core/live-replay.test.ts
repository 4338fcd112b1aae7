import { describe, expect, test } from 'vitest';
import { ask, buckets, HEALTHY, HOLE, IDLE, rows, START } from '../../test/statistics/scenes.ts';
import {
  ALONE,
  BAD,
  bothWays,
  FLAW,
  INCIDENT,
  RARE,
  replayed,
  SILENT,
  STABLE_ONLY,
} from '../../test/support/live-look.ts';
import { LiveReplay } from './live-replay.ts';
import { MINUTE } from './units.ts';

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
});
