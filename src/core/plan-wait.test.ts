import { describe, expect, test } from 'vitest';
import { isSure, shareBy, simulate, waitOf } from './plan-wait.ts';
import { HOUR, MINUTE } from './units.ts';

describe('a wait', () => {
  test('is the mean and the 95th percentile of its runs', () => {
    const times = Array.from({ length: 100 }, (_, run) => (run + 1) * MINUTE);
    expect(waitOf({ times, horizon: 4 * HOUR })).toEqual({
      runs: 100,
      share: 1,
      meanMinutes: 50.5,
      p95Minutes: 95,
    });
  });

  test('does not depend on the order of its runs', () => {
    const times = Array.from({ length: 100 }, (_, run) => (((run * 37) % 100) + 1) * MINUTE);
    expect(waitOf({ times, horizon: 4 * HOUR })).toMatchObject({ meanMinutes: 50.5, p95Minutes: 95 });
  });

  test('counts a run in which it did not come as the horizon, and knows no percentile beyond it', () => {
    const times = [10 * MINUTE, null];
    expect(waitOf({ times, horizon: HOUR })).toEqual({
      runs: 2,
      share: 0.5,
      meanMinutes: 35,
      p95Minutes: null,
    });
    expect(shareBy({ times, horizon: HOUR }, 9 * MINUTE)).toBe(0);
    expect(shareBy({ times, horizon: HOUR }, 10 * MINUTE)).toBe(0.5);
  });
});

describe('the number of runs', () => {
  test('is 400 where it comes fast', () => {
    expect(simulate(4 * HOUR, () => 5 * MINUTE).times).toHaveLength(400);
  });

  test('is cut where it comes late, but not below 60', () => {
    expect(simulate(4 * HOUR, () => 2 * HOUR).times).toHaveLength(167);
    expect(simulate(24 * HOUR, () => 20 * HOUR).times).toHaveLength(60);
    expect(simulate(4 * HOUR, () => 100 * MINUTE).times).toHaveLength(200);
    expect(simulate(4 * HOUR, () => 100 * MINUTE, 10_000 * MINUTE).times).toHaveLength(100);
  });

  test('is 30 where it never comes', () => {
    expect(simulate(4 * HOUR, () => null).times).toHaveLength(30);
  });

  test('goes on beyond 30 where it comes once in a while', () => {
    const { times } = simulate(4 * HOUR, (stream) => (stream === 20 ? MINUTE : null));
    expect(times.length).toBeGreaterThan(30);
  });
});

describe('what comes in 19 of 20 releases', () => {
  test.each([
    [3, true],
    [4, false],
  ])('with %d of 60 runs missing it: %s', (misses, sure) => {
    expect(isSure((stream) => (stream % 10 === 0 && stream < 10 * misses ? null : MINUTE))).toBe(sure);
  });

  test('is asked of 60 runs', () => {
    let asked = 0;
    expect(isSure(() => (asked += 1) * MINUTE)).toBe(true);
    expect(asked).toBe(60);
  });

  test('is given up at the first run that rules it out', () => {
    const asked: number[] = [];
    isSure((stream) => {
      asked.push(stream);
      return null;
    });
    expect(asked).toEqual([0, 1, 2, 3]);
  });
});
