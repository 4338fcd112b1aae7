import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from './units.ts';
import { LOOK_BACK, PIECE, alignDown, bucketCount, bucketTimes, lookBackStart, pieces } from './window.ts';

describe('a window', () => {
  const window = { start: 600_000, end: 780_000, bucketMs: MINUTE };

  test('is half open: its end starts the bucket after it', () => {
    expect(bucketTimes(window)).toEqual([600_000, 660_000, 720_000]);
    expect(bucketCount(window)).toBe(3);
  });

  test('that ends before it starts is empty', () => {
    const empty = { start: 780_000, end: 600_000, bucketMs: MINUTE };
    expect([bucketTimes(empty), bucketCount(empty), pieces(empty)]).toEqual([[], 0, []]);
  });

  test('lies on a grid that every replica shares', () => {
    expect(alignDown(659_999, MINUTE)).toBe(600_000);
    expect(alignDown(660_000, MINUTE)).toBe(660_000);
  });
});

describe('a look-back', () => {
  test('begins on a grid of six hours, at most a day before its end', () => {
    expect([LOOK_BACK, PIECE]).toEqual([24 * HOUR, 6 * HOUR]);
    expect(lookBackStart(30 * HOUR)).toBe(6 * HOUR);
    expect(lookBackStart(30 * HOUR + 1)).toBe(12 * HOUR);
    expect(lookBackStart(36 * HOUR)).toBe(12 * HOUR);
  });
});

describe('pieces of a window', () => {
  test('are whole buckets, and one at least where a bucket is longer than a piece', () => {
    const lengths = (bucketMs: number) =>
      pieces({ start: 0, end: 24 * HOUR, bucketMs }).map(({ start, end }) => (end - start) / HOUR);
    expect(lengths(4 * HOUR)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(lengths(12 * HOUR)).toEqual([12, 12]);
  });

  test('are six hours at most, newest first', () => {
    const cut = pieces({ start: 0, end: 14 * HOUR, bucketMs: MINUTE });
    expect(cut.map(({ start, end }) => [start / HOUR, end / HOUR])).toEqual([
      [8, 14],
      [2, 8],
      [0, 2],
    ]);
  });

  test('cover the window exactly once, on its grid, whatever the bucket width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 * 3600 }),
        fc.integer({ min: 0, max: 5000 }),
        (seconds, count) => {
          const bucketMs = seconds * 1000;
          const window = { start: 0, end: Math.min(count, 3000) * bucketMs, bucketMs };
          const cut = pieces(window).toReversed();
          const times = cut.flatMap((piece) => bucketTimes(piece));
          expect(times).toEqual(bucketTimes(window));
          expect(cut.every((piece) => piece.end - piece.start <= Math.max(PIECE, bucketMs))).toBe(true);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });
});
