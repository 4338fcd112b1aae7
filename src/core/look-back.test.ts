import { describe, expect, test } from 'vitest';
import { buckets, HEALTHY, HOLE, IDLE, rows, START, type Row } from '../../test/statistics/scenes.ts';
import { viewOf } from './look-back.ts';
import { HOUR, MINUTE } from './units.ts';

const STABLE_ONLY: Row = { canary: null, stable: [1, 900] };
const FLAW: Row = { flaw: 'canary: 3 bad of 1 total' };

/** The view of a look-back of `span` that ends with these buckets. */
function view(given: readonly Row[], span = 24 * HOUR, bucketMs = MINUTE) {
  const end = START + given.length * bucketMs;
  return viewOf(buckets(given, bucketMs), { start: end - span, end, bucketMs });
}

describe('the view of a look-back', () => {
  test('begins with the canary’s first bucket and ends with the newest that has arrived', () => {
    expect(view([...rows(90, STABLE_ONLY), ...rows(20, HEALTHY), ...rows(3, HOLE)])).toEqual({
      attempt: { start: 90, earlierEnded: null, silentExpected: 0 },
      first: 90,
      last: 109,
    });
  });

  test('ends with an answer that contradicts itself: it has arrived', () => {
    expect(view([...rows(5, HEALTHY), FLAW, HOLE])).toMatchObject({ first: 0, last: 5 });
  });

  test('ends with an idle bucket: no events are an answer', () => {
    expect(view([...rows(5, HEALTHY), IDLE, HOLE])).toMatchObject({ first: 0, last: 5 });
  });

  test('is the newest half hour where there is no canary to start from', () => {
    expect(view(rows(200, STABLE_ONLY))).toEqual({ attempt: null, first: 170, last: 199 });
    expect(view(rows(20, STABLE_ONLY))).toEqual({ attempt: null, first: 0, last: 19 });
  });

  test('begins, without a canary, where the source began', () => {
    expect(view([...rows(100, HOLE), ...rows(12, STABLE_ONLY)])).toEqual({
      attempt: null,
      first: 100,
      last: 111,
    });
    // The half hour ends with the newest bucket that has arrived.
    expect(view([...rows(100, STABLE_ONLY), ...rows(5, HOLE)])).toEqual({
      attempt: null,
      first: 70,
      last: 99,
    });
  });

  test('begins with data where the half hour begins with a hole, whatever lies before it', () => {
    expect(view([...rows(100, STABLE_ONLY), ...rows(20, HOLE), ...rows(10, STABLE_ONLY)])).toEqual({
      attempt: null,
      first: 120,
      last: 129,
    });
  });

  test('is a window of holes where nothing has arrived, so that it is told as no data', () => {
    expect(view(rows(40, HOLE))).toEqual({ attempt: null, first: 10, last: 39 });
  });

  test('is empty where there are no buckets', () => {
    expect(view([])).toEqual({ attempt: null, first: 0, last: -1 });
  });

  test('is empty where there is no look-back', () => {
    expect(view(rows(3, HEALTHY), 0)).toEqual({ attempt: null, first: 0, last: -1 });
  });

  describe('goes back piece by piece', () => {
    // Pieces of six hours: 24 buckets of a quarter of an hour.
    const quarters = (given: readonly Row[]) => view(given, 24 * HOUR, 15 * MINUTE);

    test('until an hour of stable alone lies before the canary', () => {
      // Of the older attempt nothing is seen: four quarters of stable alone are in the newest piece.
      const given = [...rows(30, HEALTHY), ...rows(10, STABLE_ONLY), ...rows(20, HEALTHY)];
      expect(quarters(given)).toMatchObject({
        attempt: { start: 4, earlierEnded: null },
        first: 40,
        last: 59,
      });
    });

    test('and one piece further where it is less than an hour', () => {
      const given = [...rows(15, STABLE_ONLY), ...rows(21, HEALTHY)];
      expect(quarters(given)).toMatchObject({ attempt: { start: 15 }, first: 15, last: 35 });
      // Holes and idle minutes say nothing of the canary: they do not make up an hour.
      const holes = [...rows(6, STABLE_ONLY), ...rows(4, HEALTHY), ...rows(6, HOLE), ...rows(20, HEALTHY)];
      expect(quarters(holes)).toMatchObject({ first: 6, last: 35 });
    });

    test('further where stable was alone only since the canary’s first event', () => {
      const rare: Row = { canary: [0, 1], stable: [0, 9] };
      const pause = rows(5, { canary: null, stable: [0, 9] });
      const given = [...rows(30, rare), ...pause, ...rows(10, rare)];
      expect(quarters(given)).toMatchObject({ attempt: { start: 0 }, first: 0, last: 44 });
    });

    test('no further than a gap of this release', () => {
      const silent: Row = { canary: [0, 0], stable: [1, 900] };
      const given = [...rows(50, HEALTHY), ...rows(2, silent), ...rows(12, HEALTHY)];
      // The newest piece begins ten buckets before the gap.
      expect(quarters(given)).toEqual({
        attempt: { start: 12, earlierEnded: START + 50 * 15 * MINUTE, silentExpected: 0 },
        first: 52,
        last: 63,
      });
    });

    test('to the first bucket there is', () => {
      expect(quarters(rows(60, HEALTHY))).toMatchObject({ attempt: { start: 0 }, first: 0, last: 59 });
    });
  });
});
