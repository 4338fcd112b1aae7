import { describe, expect, test } from 'vitest';
import { upperLimit } from '../../bench/judge/confidence.ts';
import { divergence, informationLimit } from '../../bench/judge/information.ts';
import { upperNormalQuantile } from '../../bench/judge/normal.ts';
import { FAULTS, nameOf } from '../../bench/judge/scenes/faults.ts';

describe('the information limit of the fixed scenarios', () => {
  // To one decimal, as the design gives them.
  const documented = [7.9, 12, 4.7, 4.2, 5.9, 10.4, 7.1, 5.9, 4.3];

  test.each(FAULTS.map((fault, i) => [nameOf(fault), fault, documented[i]] as const))(
    '%s is the documented one',
    (_, fault, limit) => {
      expect(Number(informationLimit(fault, 0.01).toFixed(1))).toBe(limit);
    },
  );

  test('a smaller alpha takes proportionally longer', () => {
    const [fault] = FAULTS;
    if (fault === undefined) throw new Error('no scenario');
    expect(informationLimit(fault, 0.0001) / informationLimit(fault, 0.01)).toBeCloseTo(2, 12);
  });

  test('nothing is learnt where both chances are equal', () => {
    expect(divergence(0.3, 0.3)).toBe(0);
  });
});

describe('the upper limit of a rate', () => {
  test('of no hit in 300 runs is 1 - 0.025^(1/300)', () => {
    expect(upperLimit(0, 300)).toBeCloseTo(1 - 0.025 ** (1 / 300), 12);
  });

  test('is unknown without runs', () => {
    expect(upperLimit(0, 0)).toBeNull();
  });
});

describe('the normal quantile', () => {
  // scipy.stats.norm.isf
  test.each([
    [0.3, 0.5244005127080407],
    [0.05, 1.6448536269514729],
    [0.01, 2.3263478740408408],
    [0.001, 3.090232306167813],
  ])('with an upper tail of %d is %d', (tail, z) => {
    expect(upperNormalQuantile(tail)).toBeCloseTo(z, 7);
  });
});
