import { describe, expect, test } from 'vitest';
import { binomialUpperTail, logAdd, logBeta, logGamma, logSum, regularizedBeta } from './special.ts';

/** Digits to which `actual` agrees with `golden`, relative to the larger of the golden value and 1. */
function relativeError(actual: number, golden: number): number {
  return Math.abs(actual - golden) / Math.max(1, Math.abs(golden));
}

// All golden values of this file: scipy 1.17.1 (gammaln, betaln, betainc, binom.sf).
describe('log gamma equals scipy', () => {
  test.each([
    [1e-8, 18.42068073818021],
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [1, 0],
    [1.5, -0.12078223763524526],
    [2, 0],
    [3.7, 1.428072326665388],
    [10, 12.801827480081469],
    [14.999, 25.188546870546926],
    [15, 25.191221182738683],
    [100, 359.1342053695754],
    [1000, 5905.220423209181],
    [123456.789, 1323902.018795063],
    [1e6, 12815504.569147611],
    [1e9, 19723265827.503716],
    [1e12, 26631021115915.65],
  ])('at %d', (x, golden) => {
    expect(relativeError(logGamma(x), golden)).toBeLessThan(1e-13);
  });
});

describe('log beta equals scipy', () => {
  test.each([
    [0.5, 0.5, 1.1447298858494],
    [1, 1, 0],
    [0.5, 812.5, -2.77753916803249],
    [9.5, 803.5, -51.90601217731546],
    [1e5, 2e5, -190958.8852791167],
    [5e8, 5e8, -693147189.3094902],
  ])('of %d and %d', (a, b, golden) => {
    expect(relativeError(logBeta(a, b), golden)).toBeLessThan(1e-12);
  });

  test('to a millionth where a thousand million events cancel nearly all digits', () => {
    expect(Math.abs(logBeta(1e9, 3.5) - -71.33045683134036)).toBeLessThan(1e-5);
  });
});

describe('the regularised incomplete beta equals scipy', () => {
  test.each([
    [0.5, 0.5, 0.5, 0.5000000000000001],
    [0.005, 9, 804, 0.02289274052659407],
    [0.2, 2, 3, 0.18080000000000004],
    [0.999, 50, 0.5, 0.7523690199653766],
    [0.3, 1e3, 2e3, 4.0738279160507626e-5],
    [0.001, 1001, 999000, 0.4915906317792238],
    [0.00101, 1e6, 999e6, 1],
    [0.9, 3, 0.7, 0.5786105753901476],
    [1e-6, 2, 1e6, 0.26424148553671],
    [0.01, 30, 100, 7.676991696286666e-32],
  ])('at %d for (%d, %d)', (x, a, b, golden) => {
    expect(Math.abs(regularizedBeta(x, a, b) / golden - 1)).toBeLessThan(1e-8);
  });

  test('is 0 below its support and 1 above it', () => {
    expect([regularizedBeta(0, 2, 3), regularizedBeta(1, 2, 3)]).toEqual([0, 1]);
  });
});

describe('the binomial upper tail equals scipy', () => {
  test.each([
    [9, 812, 0.005, 0.02289274052659407],
    [1, 10, 0.1, 0.6513215599],
    [5, 2055, 0.001, 0.057659124566900824],
    [10, 10, 0.5, 0.0009765625],
    [30, 3000, 0.005, 0.0004031565679451951],
    [2, 3, 0.005, 7.475e-5],
    [1, 3, 0.005, 0.014925125],
    [100, 100_000, 0.0005, 3.160344787481181e-10],
  ])('for %d or more of %d at %d', (x, n, p, golden) => {
    expect(Math.abs(binomialUpperTail(x, n, p) / golden - 1)).toBeLessThan(1e-8);
  });

  test.each([
    [1_000_900, 0.18406498218145656],
    [1_001_000, 0.1586552136145974],
  ])('to six digits for %d or more of a thousand million', (x, golden) => {
    expect(Math.abs(binomialUpperTail(x, 1e9, 0.001) / golden - 1)).toBeLessThan(2e-6);
  });

  test('is certain for none or more, and impossible far beyond what can happen', () => {
    expect([0.001, 0.1, 0.9].map((p) => binomialUpperTail(0, 10, p))).toEqual([1, 1, 1]);
    expect(binomialUpperTail(400, 1000, 0.005)).toBe(0);
  });
});

describe('sums of logs', () => {
  test('hold terms no double could hold', () => {
    expect(logAdd(10_000, 10_000)).toBeCloseTo(10_000 + Math.LN2, 9);
    expect(logAdd(-10_000, -10_000)).toBeCloseTo(-10_000 + Math.LN2, 9);
  });

  test('take minus infinity for a weight of zero', () => {
    expect([logAdd(-Infinity, 3), logAdd(3, -Infinity), logAdd(-Infinity, -Infinity), logSum([])]).toEqual([
      3,
      3,
      -Infinity,
      -Infinity,
    ]);
  });

  test('add many terms', () => {
    expect(logSum([1, 2, 3].map((each) => Math.log(each)))).toBeCloseTo(Math.log(6), 12);
  });
});
