import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { sampleBinomial } from './binomial.ts';
import { seeded } from './random.ts';
import { logGamma } from './special.ts';

/** Expected counts of a cell below this make a chi-square unreliable: such cells are summed. */
const LEAST = 20;
const DRAWS = 50_000;

function mass(k: number, trials: number, chance: number): number {
  const ways = logGamma(trials + 1) - logGamma(k + 1) - logGamma(trials - k + 1);
  return Math.exp(ways + k * Math.log(chance) + (trials - k) * Math.log1p(-chance));
}

describe('binomial draws have the binomial distribution', () => {
  // Both methods, the border between them, and chances that are mirrored.
  test.each([
    [1, 0.3],
    [30, 0.02],
    [120, 0.05],
    [9_999, 0.001],
    [10_001, 0.001],
    [20, 0.5],
    [40, 0.3],
    [1000, 0.05],
    [1000, 0.97],
    [50_000, 0.4],
  ])('%d trials at %d', (trials, chance) => {
    const random = seeded(trials, 1);
    const seen = new Map<number, number>();
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const k = sampleBinomial(random, trials, chance);
      seen.set(k, (seen.get(k) ?? 0) + 1);
    }
    let chiSquare = 0;
    let cells = 0;
    let expected = 0;
    let counted = 0;
    for (let k = 0; k <= trials; k += 1) {
      expected += DRAWS * mass(k, trials, chance);
      counted += seen.get(k) ?? 0;
      if (expected < LEAST) continue;
      chiSquare += (counted - expected) ** 2 / expected;
      cells += 1;
      expected = 0;
      counted = 0;
    }
    // Five standard deviations above the mean of a chi-square.
    expect(cells).toBeGreaterThan(1);
    expect(chiSquare).toBeLessThan(cells + 5 * Math.sqrt(2 * cells));
  });

  test.each([
    [1e9, 1e-8],
    [1e9, 0.25],
    [2 ** 53 - 1, 0.001],
  ])('with %d trials at %d the mean is right and the time is constant', (trials, chance) => {
    const random = seeded(1, 2);
    const runs = 20_000;
    let sum = 0;
    for (let draw = 0; draw < runs; draw += 1) sum += sampleBinomial(random, trials, chance) / trials;
    const spread = Math.sqrt((chance * (1 - chance)) / trials / runs);
    expect(Math.abs(sum / runs - chance)).toBeLessThan(4 * spread);
  });

  // Recorded here, as the seeded numbers are; that they have the distribution is tested above.
  test.each([
    [30, 0.02, [0, 0, 0, 1, 0, 2, 1, 1]],
    [40, 0.3, [12, 12, 10, 16, 10, 13, 10, 14]],
    [1000, 0.97, [971, 970, 962, 974, 957, 962, 973, 968]],
    [9999, 0.001, [9, 8, 10, 12, 6, 15, 12, 12]],
    [10_001, 0.001, [9, 10, 8, 17, 15, 8, 11, 8]],
    [50_000, 0.4, [19_984, 19_996, 19_811, 20_089, 20_173, 19_923, 20_273, 20_169]],
  ])('%d trials at %d are drawn alike on every machine', (trials, chance, drawn) => {
    const random = seeded(5, 1);
    expect(drawn.map(() => sampleBinomial(random, trials, chance))).toEqual(drawn);
  });

  test('every draw is a whole number between none and all', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer(),
        (trials, chance, seed) => {
          const drawn = sampleBinomial(seeded(seed), trials, chance);
          expect(Number.isInteger(drawn)).toBe(true);
          expect(drawn).toBeGreaterThanOrEqual(0);
          expect(drawn).toBeLessThanOrEqual(trials);
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });

  test.each([
    [0, 0.5, 0],
    [10, 0, 0],
    [10, 1, 10],
  ])('%d trials at %d are %d', (trials, chance, drawn) => {
    expect(sampleBinomial(seeded(1), trials, chance)).toBe(drawn);
  });
});
