import { describe, expect, test } from 'vitest';
import { splitLogEvidence } from './multinomial.ts';

describe('evidence that traffic is not split as declared', () => {
  test('gives the reference value, which is also what savvi prints for its Poisson example', () => {
    const log = splitLogEvidence([148, 62], [0.8, 0.2], [80, 20]);
    expect(log).toBeCloseTo(3.088294334195467, 9);
    expect(Math.exp(-log)).toBeCloseTo(0.04557963175926054, 9);
  });

  test('gives the Bayes factor of the regression test of optimizely/ssrm', () => {
    // Ten draws of numpy seed 0 from [.1, .49, .41] fall 2, 1 and 7 times into the cells.
    const log = splitLogEvidence([2, 1, 7], [0.1, 0.5, 0.4], [1000, 5000, 4000]);
    expect(Math.exp(log)).toBeCloseTo(1.00174961, 8);
  });

  test('has none before the first event', () => {
    expect(splitLogEvidence([0, 0], [0.8, 0.2], [80, 20])).toBe(0);
  });

  test('is not troubled by a cell that cannot be and has no events', () => {
    const log = splitLogEvidence([9, 0], [1, 0], [10, 1]);
    expect(Number.isFinite(log)).toBe(true);
    expect(log).toBeLessThan(0);
  });

  test('is certain once a cell that cannot be has events', () => {
    expect(splitLogEvidence([9, 1], [1, 0], [10, 1])).toBe(Infinity);
  });
});
