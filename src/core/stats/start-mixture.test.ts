import { describe, expect, test } from 'vitest';
import { LATE_ONSET, StartMixture, type StartPrior } from './start-mixture.ts';

/** The prior of the reference values: w_1 = 1/2, w_k = 1/(2k(k-1)). */
const HALF_FIRST: StartPrior = {
  weight: (k) => (k === 1 ? 0.5 : 1 / (2 * k * (k - 1))),
  after: (t) => (t === 0 ? 1 : 1 / (2 * t)),
};

describe('the start mixture', () => {
  test('gives the reference path of one alternative', () => {
    const mixture = new StartMixture(1, HALF_FIRST);
    const path = [-1, -1, -1, 2, 2, 2].map((increment) => mixture.absorb([increment]));
    const golden = [
      -0.3798854930417225, -0.8924826520476521, -1.3623800347015107, 0.0892377285959086, 2.0068505533543846,
      3.9971182868910846,
    ];
    for (const [i, each] of golden.entries()) expect(path[i]).toBeCloseTo(each, 9);
  });

  test('starts without any evidence', () => {
    expect(new StartMixture(16).logE).toBe(0);
  });

  test('stays at exactly no evidence while every increment is neutral', () => {
    const mixture = new StartMixture(16);
    for (let bucket = 0; bucket < 2000; bucket += 1) mixture.absorb(new Float64Array(16));
    expect(mixture.logE).toBeCloseTo(0, 9);
  });

  test('is a mixture: its mean is 1 wherever the mean of every factor is', () => {
    // A fair coin whose factors are 2 and 0.5 with chances 1/3 and 2/3; all 2^10 paths.
    let mean = 0;
    for (let path = 0; path < 1024; path += 1) {
      const mixture = new StartMixture(1);
      let chance = 1;
      for (let bit = 0; bit < 10; bit += 1) {
        const up = ((path >> bit) & 1) === 1;
        chance *= up ? 1 / 3 : 2 / 3;
        mixture.absorb([up ? Math.LN2 : -Math.LN2]);
      }
      mean += chance * Math.exp(mixture.logE);
    }
    expect(mean).toBeCloseTo(1, 9);
  });

  test('a thousand hopeless buckets do not protect a canary that turns bad', () => {
    const mixture = new StartMixture(1);
    for (let bucket = 0; bucket < 1000; bucket += 1) mixture.absorb([-50]);
    for (let bucket = 0; bucket < 10; bucket += 1) mixture.absorb([4.6]);
    expect(mixture.logE).toBeGreaterThan(25);
  });

  test('neither overflows nor loses itself where e to the evidence would', () => {
    const mixture = new StartMixture(2);
    for (let bucket = 0; bucket < 100; bucket += 1) mixture.absorb([1e9, -1e9]);
    expect(mixture.logE).toBeCloseTo(1e11 + Math.log(0.52 + 0.35 / 120) - Math.LN2, 3);
  });
});

describe('the sum over starts and alternatives, term by term', () => {
  type Step = readonly number[] | 'skip';

  /** log of the definition: over alternatives and starts so far, and the starts still to come. */
  function definition(masses: readonly number[], steps: readonly Step[]): number {
    const terms = [Math.log(LATE_ONSET.after(steps.length))];
    for (const [i, mass] of masses.entries()) {
      for (let start = 0; start < steps.length; start += 1) {
        const since = steps
          .slice(start)
          .reduce<number>((sum, step) => sum + (step === 'skip' ? 0 : (step[i] ?? 0)), 0);
        terms.push(Math.log(mass * LATE_ONSET.weight(start + 1)) + since);
      }
    }
    const highest = Math.max(...terms);
    return highest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - highest), 0));
  }

  const MASSES = [0.5, 0.3, 0.2];
  const ups: Step[] = [[1, 2, -1], 'skip', 'skip', [-2, -0.5, -3], [0.5, 0, 1], 'skip', [3, -1, 2]];
  const downs: Step[] = [[-1, -2, -0.25], 'skip', [-0.5, 0, -4], [-3, -1, -1]];
  // More than a double holds, so that the sums go on as logs.
  const beyond: Step[] = [[700, 10, 650]];

  test.each([
    ['small evidence', ups],
    ['evidence beyond all doubles', [...beyond, ...ups]],
    ['evidence that comes back from there', [...ups, ...beyond, [-699, -5, -640], ...ups]],
  ])('is what is kept of it: %s', (_, steps) => {
    const mixture = new StartMixture(MASSES);
    for (const [index, step] of steps.entries()) {
      if (step === 'skip') mixture.skip();
      else mixture.absorb(step);
      expect(mixture.logE).toBeCloseTo(definition(MASSES, steps.slice(0, index + 1)), 9);
    }
  });

  test.each([
    ['as they are', []],
    ['in logs', beyond],
  ])('is the same by factors as by their logs, where sums are kept %s', (_, first) => {
    const mixture = new StartMixture(MASSES);
    for (const step of first) if (step !== 'skip') mixture.absorb(step);
    // All the way down again, so that the starts after it count.
    const back: Step[] = first.map(() => [-700, -10, -650]);
    for (const step of [...back, ...downs]) {
      if (step === 'skip') mixture.skip();
      else mixture.multiply(step.map((log) => Math.exp(log)));
    }
    expect(mixture.logE).toBeCloseTo(definition(MASSES, [...first, ...back, ...downs]), 9);
  });

  test('has equal masses where only their number is given', () => {
    const [one, other] = [new StartMixture(4), new StartMixture([0.25, 0.25, 0.25, 0.25])];
    expect(one.absorb([1, 2, 3, 4])).toBe(other.absorb([1, 2, 3, 4]));
  });
});

describe('the prior over starts', () => {
  test('puts 52% on the first bucket, 35% on two hours, 10.5% up to eight hours and 2.5% beyond', () => {
    const mass = (from: number, to: number): number => {
      let sum = 0;
      for (let k = from; k <= to; k += 1) sum += LATE_ONSET.weight(k);
      return sum;
    };
    expect(mass(1, 120)).toBeCloseTo(0.87, 12);
    expect(LATE_ONSET.weight(1) - LATE_ONSET.weight(2)).toBeCloseTo(0.52, 12);
    expect(mass(121, 480)).toBeCloseTo(0.105, 12);
    expect(mass(481, 1_000_000)).toBeCloseTo(0.025 - 12 / 1_000_000, 12);
  });

  test.each([0, 1, 2, 60, 119, 120, 121, 300, 480, 481, 10_000])(
    'what is left after bucket %d is what the later ones hold',
    (t) => {
      expect(LATE_ONSET.after(t) - LATE_ONSET.after(t + 1)).toBeCloseTo(LATE_ONSET.weight(t + 1), 12);
    },
  );
});
