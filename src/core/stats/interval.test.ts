import { describe, expect, test } from 'vitest';
import { badFractionInterval } from './interval.ts';

describe('the interval for a bad fraction', () => {
  test('gives the reference values', () => {
    const [low, high] = badFractionInterval(9, 812, 0.05) ?? [NaN, NaN];
    expect(low).toBeCloseTo(0.002459889521444029, 9);
    expect(high).toBeCloseTo(0.03005436098214163, 9);
    const [none, upper] = badFractionInterval(0, 812, 0.05) ?? [NaN, NaN];
    expect(none).toBe(0);
    expect(upper).toBeCloseTo(0.008483516221072884, 9);
  });

  test('says nothing without events', () => {
    expect(badFractionInterval(0, 0, 0.05)).toBeNull();
  });

  test('reaches 1 where everything is bad', () => {
    const [low, high] = badFractionInterval(812, 812, 0.05) ?? [NaN, NaN];
    expect(high).toBe(1);
    expect(low).toBeCloseTo(1 - 0.008483516221072884, 9);
  });

  test.each([
    [1, 10],
    [0.5, 0.75],
    [1_000_000, 1_000_000_000],
    [999_999_999, 1_000_000_000],
  ])('holds the estimate: %d of %d', (bad, all) => {
    const [low, high] = badFractionInterval(bad, all, 0.05) ?? [NaN, NaN];
    expect(low).toBeLessThan(bad / all);
    expect(high).toBeGreaterThan(bad / all);
  });

  test('is wider where more certainty is asked for', () => {
    const [low = NaN, high = NaN] = badFractionInterval(9, 812, 0.01) ?? [];
    expect(low).toBeLessThan(0.00245);
    expect(high).toBeGreaterThan(0.0301);
  });
});
