import { describe, expect, test } from 'vitest';
import { exactInterval } from './proportion.ts';
import { logGamma } from './special.ts';

/** P(at most `hits` of `trials`), summed term by term. */
function atMost(hits: number, trials: number, chance: number): number {
  let sum = 0;
  for (let k = 0; k <= hits; k += 1) {
    const ways = logGamma(trials + 1) - logGamma(k + 1) - logGamma(trials - k + 1);
    sum += Math.exp(ways + k * Math.log(chance) + (trials - k) * Math.log1p(-chance));
  }
  return sum;
}

describe('the exact interval of a proportion', () => {
  test.each([
    [3, 1000],
    [1, 10],
    [5, 10],
    [9, 10],
    [40, 400],
  ])('%d of %d: each end would show as much or more (less) in 2.5% of cases', (hits, trials) => {
    const [low, high] = exactInterval(hits, trials, 0.95) ?? [1, 0];
    expect(1 - atMost(hits - 1, trials, low)).toBeCloseTo(0.025, 9);
    expect(atMost(hits, trials, high)).toBeCloseTo(0.025, 9);
    expect(low).toBeLessThan(hits / trials);
    expect(high).toBeGreaterThan(hits / trials);
  });

  test('without a hit it begins at 0, with nothing but hits it ends at 1', () => {
    expect(exactInterval(0, 100, 0.95)).toEqual([0, expect.closeTo(1 - 0.025 ** (1 / 100), 12)]);
    expect(exactInterval(100, 100, 0.95)).toEqual([expect.closeTo(0.025 ** (1 / 100), 12), 1]);
  });

  test('without trials nothing is known', () => {
    expect(exactInterval(0, 0, 0.95)).toBeNull();
  });
});
