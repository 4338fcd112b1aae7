import { describe, expect, test } from 'vitest';
import {
  BURN_ALTERNATIVES,
  RELATIVE_ALTERNATIVES,
  alternativeFraction,
  burnLogRatio,
  relativeLogRatio,
} from './harm.ts';

const NINE = 9;

describe('the burn proof, one bucket', () => {
  test.each([
    ['9 bad of 812', 9, 803, 0.2789463584169045],
    ['0 bad of 812', 0, 812, -12.334414381107889],
  ])('%s against 0.5%% with the alternative 2%%', (_, bad, good, golden) => {
    expect(burnLogRatio(bad, good, 0.005, 0.02)).toBeCloseTo(golden, NINE);
  });

  test('says nothing without events', () => {
    expect(burnLogRatio(0, 0, 0.005, 0.02)).toBe(0);
  });

  test('says nothing where no alternative is left above the null', () => {
    expect(burnLogRatio(50, 0, 0.98, alternativeFraction(17.769, 0.98))).toBe(0);
    expect(burnLogRatio(50, 0, 1.5, alternativeFraction(1.337, 1.5))).toBe(0);
  });

  test('has mean at most 1 for every bad fraction up to the null, summed over all outcomes', () => {
    for (const truth of [0, 0.01, 0.03, 0.05]) {
      let mean = 0;
      for (let bad = 0; bad <= 12; bad += 1) {
        mean += binomial(bad, 12, truth) * Math.exp(burnLogRatio(bad, 12 - bad, 0.05, 0.2));
      }
      expect(mean).toBeLessThanOrEqual(1 + 1e-12);
    }
  });
});

describe('the relative proof, one bucket', () => {
  test.each([
    ['margin 1, 9 of 12', 9, 1, 10.447274372452348],
    ['margin 1.5, 9 of 12', 9, 1.5, 7.383570369512055],
    ['margin 1, 0 of 12', 0, 1, -4.0376668394545545],
  ])('%s bad events the canary’s at a share of 10%%, five times worse', (_, canaryBad, margin, golden) => {
    expect(relativeLogRatio(canaryBad, 12, 0.1, margin, 5)).toBeCloseTo(golden, NINE);
  });

  test.each([
    ['no bad events', 0, 0, 0.1],
    ['the canary has no traffic', 0, 12, 0],
    ['stable has no traffic', 12, 12, 1],
  ])('is neutral where %s', (_, canaryBad, bad, share) => {
    expect(relativeLogRatio(canaryBad, bad, share, 1.5, 5)).toBe(0);
  });

  test.each([
    ['equal rates far above any budget', 0.4, 0.4],
    ['equal small rates', 0.01, 0.01],
    ['exactly the margin', 0.15, 0.1],
    ['a better canary', 0.02, 0.1],
  ])('has mean at most 1 under the null: %s', (_, canaryRate, stableRate) => {
    const [canary, stable] = [4, 11];
    for (const multiple of [1.337, 4.66, 17.769]) {
      let mean = 0;
      for (let x = 0; x <= canary; x += 1) {
        for (let y = 0; y <= stable; y += 1) {
          const log = relativeLogRatio(x, x + y, canary / (canary + stable), 1.5, 1.5 * multiple);
          mean += binomial(x, canary, canaryRate) * binomial(y, stable, stableRate) * Math.exp(log);
        }
      }
      expect(mean).toBeLessThanOrEqual(1 + 1e-12);
    }
  });
});

describe('the alternatives', () => {
  test.each([
    ['burn', BURN_ALTERNATIVES],
    ['ratio', RELATIVE_ALTERNATIVES],
  ])('of the %s lie above the null, ascend, and share a mass of 1', (_, alternatives) => {
    const multiples = alternatives.map(({ multiple }) => multiple);
    expect(multiples.every((each, i) => each > (multiples[i - 1] ?? 1))).toBe(true);
    expect(alternatives.reduce((sum, { mass }) => sum + mass, 0)).toBeCloseTo(1, 12);
  });

  test('never claim that everything fails, where one good event would end all evidence', () => {
    expect(alternativeFraction(17.769, 0.5)).toBe(0.97);
    expect(alternativeFraction(2, 0.005)).toBe(0.01);
  });
});

function binomial(x: number, n: number, p: number): number {
  let choose = 1;
  for (let i = 1; i <= x; i += 1) choose = (choose * (n - x + i)) / i;
  return choose * p ** x * (1 - p) ** (n - x);
}
