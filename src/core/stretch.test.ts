import { expect, test } from 'vitest';
import { buckets, HEALTHY, HOLE, IDLE, rows, START, type Row } from '../../test/statistics/scenes.ts';
import { Stretch } from './stretch.ts';
import { HOUR, MINUTE } from './units.ts';

const STABLE_ONLY: Row = { canary: null, stable: [1, 900] };
const FLAWED: Row = { flaw: 'canary: 5 bad of 3 total' };

test('a stretch counts buckets, those with data, and those that contradict themselves', () => {
  const { size, covered, flaws, firstFlaw } = Stretch.of(
    buckets([HEALTHY, HOLE, IDLE, FLAWED, STABLE_ONLY]),
    MINUTE,
  );
  expect({ size, covered, flaws, firstFlaw }).toEqual({
    size: 5,
    covered: 3,
    flaws: 1,
    firstFlaw: 'canary: 5 bad of 3 total',
  });
});

test.each([
  [MINUTE, 15],
  [5 * MINUTE, 3],
  [4 * MINUTE, 4],
  [HOUR, 1],
])('its newest 15 minutes are, with buckets of %d ms, %d buckets', (bucketMs, count) => {
  const given = buckets(rows(40, HEALTHY), bucketMs);
  expect(Stretch.of(given, bucketMs).recent).toEqual(given.slice(-count));
});

test('it keeps the newest three buckets with events, and with canary events', () => {
  const stretch = Stretch.of(buckets([...rows(5, HEALTHY), STABLE_ONLY, HOLE, IDLE, STABLE_ONLY]), MINUTE);
  const minutes = (each: { readonly time: number }): number => (each.time - START) / MINUTE;
  expect(stretch.busy.map(minutes)).toEqual([4, 5, 8]);
  expect(stretch.canaryActive.map(minutes)).toEqual([2, 3, 4]);
});
