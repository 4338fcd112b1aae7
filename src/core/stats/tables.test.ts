import { describe, expect, test } from 'vitest';
import { GROUPS_SHARE, WHOLE_SHARE } from './family.ts';
import { BURN_ALTERNATIVES, RELATIVE_ALTERNATIVES } from './harm.ts';
import { NOT_WORSE_SIZE, addNotWorse, notWorseLogEvidence, safeLogEvidence } from './safety.ts';
import { LATE_ONSET } from './start-mixture.ts';

/** Tables of the judge, number for number: a slip in one shifts every verdict a little, and no single one enough. */

describe('the alternatives are those that were measured (docs/decisions/0009-two-grids.md)', () => {
  test.each([
    {
      name: 'burn',
      alternatives: BURN_ALTERNATIVES,
      // Between 1.5 and 4.5 seven steps of the seventh root of three.
      multiples: [1.3, 1.5, 1.754896, 2.053107, 2.401993, 2.810166, 3.2877, 3.846381, 4.5, 7, 14, 40],
      masses: [0.05, ...Array.from({ length: 8 }, () => 0.10375), 0.04, 0.04, 0.04],
    },
    {
      name: 'ratio',
      alternatives: RELATIVE_ALTERNATIVES,
      multiples: [1.4, 1.67931, 2.014345, 2.416221, 2.898275, 3.476502, 4.17009, 5.002054, 6, 12, 40, 200],
      masses: [...Array.from({ length: 9 }, () => 0.82 / 9), 0.06, 0.06, 0.06],
    },
  ])('$name', ({ alternatives, multiples, masses }) => {
    expect(alternatives).toHaveLength(multiples.length);
    for (const [i, { multiple, mass }] of alternatives.entries()) {
      expect(multiple).toBeCloseTo(multiples[i] ?? NaN, 5);
      expect(mass).toBeCloseTo(masses[i] ?? NaN, 12);
    }
  });
});

describe('the fractions and ratios of the gate give the sums over their formulas (Python 3.11, math)', () => {
  test.each([
    [0, 350, 0.01, 3.089881121377104],
    [1, 600, 0.01, 2.3290104370443294],
    [3, 997, 0.01, 2.1897009115299966],
    [0, 1, 0.97, 3.297483657446814],
  ])('safe: %d bad beside %d good against %d', (bad, good, limit, golden) => {
    expect(safeLogEvidence(bad, good, limit)).toBeCloseTo(golden, 9);
  });

  test('not worse: 3 of 20 bad events at a share of a quarter, for each ratio', () => {
    const golden = [
      2.377333696809579, 2.9746157954149766, 2.8726354821823987, 2.6602969525149893, 2.3834294846043593,
      1.9545908715975828,
    ];
    const sums = new Float64Array(NOT_WORSE_SIZE);
    addNotWorse(sums, 3, 20, 0.25);
    expect(sums).toHaveLength(golden.length);
    for (const [i, each] of golden.entries()) expect(sums[i]).toBeCloseTo(each, 9);
    expect(notWorseLogEvidence(sums)).toBeCloseTo(2.5933296992485624, 9);
    // What a second bucket says is added to it.
    addNotWorse(sums, 3, 20, 0.25);
    expect(sums[5]).toBeCloseTo(2 * (golden[5] ?? NaN), 9);
  });

  test.each([0, 1])('not worse: a share of %d compares nothing', (share) => {
    const sums = new Float64Array(NOT_WORSE_SIZE);
    addNotWorse(sums, 3, 20, share);
    expect([...sums]).toEqual(Array.from({ length: NOT_WORSE_SIZE }, () => 0));
  });
});

test('four fifths of alpha are for the whole, the rest for the groups', () => {
  expect(WHOLE_SHARE).toBe(0.8);
  expect(GROUPS_SHARE).toBeCloseTo(0.2, 12);
});

test.each([
  [1, 0.52 + 0.35 / 120],
  [2, 0.35 / 120],
  [120, 0.35 / 120],
  [121, 0.105 / 360],
  [480, 0.105 / 360],
  [481, (0.025 * 480) / (481 * 480)],
])('a fault that starts in bucket %d has its prior weight', (k, weight) => {
  expect(LATE_ONSET.weight(k)).toBeCloseTo(weight, 15);
});
