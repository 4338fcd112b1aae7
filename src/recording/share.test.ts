import { describe, expect, test } from 'vitest';
import { inShare } from './share.ts';

const LINES = 100_000;

function picked(seed: number, share: number, from = 1): boolean[] {
  return Array.from({ length: LINES }, (_, index) => inShare(from + index, seed, share));
}

const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;

describe('a seeded share of the lines', () => {
  test('is the same on every run', () => {
    expect(
      Array.from({ length: 40 }, (_, index) => (inShare(index + 1, 7, 0.25) ? 'c' : 's')).join(''),
    ).toMatchInlineSnapshot(`"sscccscsscsssssscscsssscsssscsscssssssss"`);
  });

  // Four standard deviations of a binomial; the seeds are fixed, so it holds or it does not.
  test.each(
    [0.01, 0.1, 0.5, 0.9].flatMap((share) => [0, 1, 7, -3, 2 ** 40].map((seed) => [share, seed] as const)),
  )('of %d has that size with seed %d', (share, seed) => {
    const spread = 4 * Math.sqrt(LINES * share * (1 - share));
    expect(Math.abs(count(picked(seed, share)) - LINES * share)).toBeLessThan(spread);
  });

  test('of none is empty and of all is all', () => {
    expect(count(picked(7, 0))).toBe(0);
    expect(count(picked(7, 1))).toBe(LINES);
  });

  test('of less is a part of that of more', () => {
    const small = picked(7, 0.1);
    const large = picked(7, 0.3);
    expect(small.every((flag, index) => !flag || large[index])).toBe(true);
  });

  test.each([
    ['another seed', () => picked(8, 0.5)],
    ['the next line', () => picked(7, 0.5, 2)],
    ['four billion lines on', () => picked(7, 0.5, 2 ** 32 + 1)],
  ])('tells nothing about %s', (_, other) => {
    const reference = picked(7, 0.5);
    const against = other();
    const both = reference.filter((flag, index) => flag === against[index]).length;
    expect(Math.abs(both - LINES / 2)).toBeLessThan(4 * Math.sqrt(LINES / 4));
  });
});
