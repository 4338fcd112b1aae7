import { describe, expect, test } from 'vitest';
import { RatioInterval } from './ratio-interval.ts';

test('nothing is known of a ratio without bad events', () => {
  const interval = new RatioInterval();
  interval.absorb(0, 0, 0.1);
  expect(interval.bounds(0.05)).toBeNull();
});

test('a canary without bad events bounds the ratio from above only', () => {
  const interval = new RatioInterval();
  interval.absorb(0, 200, 0.1);
  const bounds = interval.bounds(0.05);
  expect(bounds?.low).toBeNull();
  expect(bounds?.high).toBeGreaterThan(0);
  expect(bounds?.high).toBeLessThan(1);
});

test('many bad events close in on the true ratio', () => {
  const interval = new RatioInterval();
  // 3 to 1 at a share of a half: three quarters of the bad events are the canary's.
  interval.absorb(7500, 10_000, 0.5);
  const { low = null, high = null } = interval.bounds(0.05) ?? {};
  expect(low).toBeGreaterThan(2.7);
  expect(low).toBeLessThan(3);
  expect(high).toBeGreaterThan(3);
  expect(high).toBeLessThan(3.3);
});

describe('the ends of the interval', () => {
  // Roots of the formula, found by bisection (Python 3.11, math); a straight line between two points of the grid,
  // which lie 6% apart, is within half a per cent of them.
  test.each<{
    name: string;
    given: readonly (readonly [number, number, number])[];
    alpha: number;
    ends: readonly (number | null)[];
  }>([
    {
      name: 'one bucket with most of its bad events the canary’s',
      given: [[9, 12, 0.1]],
      alpha: 0.05,
      ends: [3.314501027100465, null],
    },
    {
      name: 'two buckets, a weight step between them',
      given: [
        [9, 12, 0.1],
        [20, 50, 0.5],
      ],
      alpha: 0.05,
      ends: [0.5299996614230342, 2.857545618667904],
    },
    {
      name: 'no bad event of the canary',
      given: [[0, 30, 0.25]],
      alpha: 0.05,
      ends: [null, 0.6322234731570415],
    },
    {
      name: 'a smaller alpha',
      given: [
        [30, 40, 0.1],
        [50, 60, 0.25],
      ],
      alpha: 0.01,
      ends: [7.704260529364918, 65.73631556014787],
    },
    { name: 'no bad event of stable', given: [[5, 5, 0.5]], alpha: 0.05, ends: [0.5979663849828134, null] },
  ])('$name', ({ given, alpha, ends }) => {
    const interval = new RatioInterval();
    for (const [canaryBad, bad, share] of given) interval.absorb(canaryBad, bad, share);
    const bounds = interval.bounds(alpha);
    const near = [bounds?.low ?? null, bounds?.high ?? null].map((end, side) => {
      const golden = ends[side] ?? null;
      return end === null || golden === null ? end === golden : Math.abs(end / golden - 1) < 0.005;
    });
    expect(near).toEqual([true, true]);
  });

  test('does not move for buckets that compare nothing', () => {
    const [one, other] = [new RatioInterval(), new RatioInterval()];
    for (const interval of [one, other]) interval.absorb(20, 50, 0.25);
    other.absorb(0, 0, 0.25);
    other.absorb(10, 10, 1);
    other.absorb(0, 10, 0);
    expect(other.bounds(0.05)).toEqual(one.bounds(0.05));
    const nothing = new RatioInterval();
    nothing.absorb(10, 10, 1);
    nothing.absorb(0, 10, 0);
    expect(nothing.bounds(0.05)).toBeNull();
  });

  test('hold the ratio between two points of the grid where they are narrower than it', () => {
    const interval = new RatioInterval();
    interval.absorb(0.75e9, 1e9, 0.5);
    const { low = null, high = null } = interval.bounds(0.05) ?? {};
    const step = Math.exp((2 * Math.log(100)) / 160);
    expect(low).toBeLessThan(3);
    expect(high).toBeGreaterThan(3);
    expect((high ?? NaN) / (low ?? NaN)).toBeLessThan(step ** 2);
  });

  test('stay on the grid where the peak is at its end', () => {
    const interval = new RatioInterval();
    interval.absorb(1e9, 1e9, 0.5);
    const { low = null, high = null } = interval.bounds(0.05) ?? {};
    expect(high).toBeNull();
    expect(low).toBeGreaterThan(90);
    const none = new RatioInterval();
    none.absorb(0, 1e9, 0.5);
    const bounds = none.bounds(0.05);
    expect(bounds?.low).toBeNull();
    expect(bounds?.high).toBeLessThan(0.011);
  });
});
