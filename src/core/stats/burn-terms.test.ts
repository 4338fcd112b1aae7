import { describe, expect, test } from 'vitest';
import { BurnTerms } from './burn-terms.ts';
import { BURN_MULTIPLES, alternativeFraction, burnLogRatio } from './harm.ts';

/** The same by its definition, alternative by alternative. */
function logs(bad: number, good: number, p0: number): number[] {
  return BURN_MULTIPLES.map((multiple) => burnLogRatio(bad, good, p0, alternativeFraction(multiple, p0)));
}

/** Largest difference between two lists of the same length. */
function difference(actual: Float64Array | null, expected: readonly number[]): number {
  if (actual?.length !== expected.length) return Infinity;
  return Math.max(...expected.map((each, i) => Math.abs((actual[i] ?? NaN) - each)));
}

// Above a limit of 97% no alternative is left: nothing is said.
describe.each([0.0001, 0.005, 0.3, 0.97, 0.98])('the increments at a limit of %d', (p0) => {
  test.each([
    [0, 300],
    [9, 803],
    [3, 0],
    [0.5, 1.25],
  ])('are those of the burn proof: %d bad and %d good', (bad, good) => {
    const into = new Float64Array(BURN_MULTIPLES.length);
    const added = new BurnTerms(p0).add(into, { bad, good }, Infinity);
    expect(difference(added, logs(bad, good, p0))).toBeLessThan(1e-9);
  });

  test('are added, and none is above the cap', () => {
    const terms = new BurnTerms(p0);
    const into = new Float64Array(BURN_MULTIPLES.length).fill(0.25);
    terms.add(into, { bad: 9, good: 12 }, 4.6);
    const expected = logs(9, 12, p0).map(
      (log, i) => 0.25 + Math.min(4.6, log) + Math.min(4.6, logs(0, 7, p0)[i] ?? NaN),
    );
    expect(difference(terms.add(into, { bad: 0, good: 7 }, 4.6), expected)).toBeLessThan(1e-9);
  });

  test('of a bucket without bad events are factors, worked out once', () => {
    const terms = new BurnTerms(p0);
    for (const good of [0, 1, 17, 150]) {
      const row = terms.clean(good);
      const expected = logs(0, good, p0).map((log) => Math.exp(log));
      expect(difference(row, expected)).toBeLessThan(1e-12);
      expect(terms.clean(good)).toBe(row);
    }
  });
});

describe('factors are not kept', () => {
  test('of more than 255 good events, nor of parts of one', () => {
    const terms = new BurnTerms(0.005);
    expect(terms.clean(255)).not.toBeNull();
    expect(terms.clean(256)).toBeNull();
    expect(terms.clean(12.5)).toBeNull();
  });

  test('where they come near the smallest double', () => {
    // At a limit of a half, 97% bad makes a good event a factor of 0.06: below exp(-600) from 214 of them on.
    const terms = new BurnTerms(0.5);
    expect(terms.clean(213)).not.toBeNull();
    expect(terms.clean(214)).toBeNull();
    expect(new BurnTerms(0.98).clean(255)).not.toBeNull();
  });
});
