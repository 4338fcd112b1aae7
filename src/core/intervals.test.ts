import { describe, expect, test } from 'vitest';
import { bandPath, intervalsOf } from './intervals.ts';

const events = (bad: number, all: number) => ({ good: all - bad, bad });

describe('the intervals for people', () => {
  test('know nothing without events', () => {
    expect(intervalsOf([{ time: 0, canary: null, stable: null }], 0.99, 0)).toEqual({
      canary: null,
      stable: null,
      ratio: null,
    });
  });

  test('are the reference interval of a bad fraction over the budget', () => {
    const { canary } = intervalsOf([{ time: 0, canary: events(9, 812), stable: events(1, 9000) }], 0.995, 0);
    expect(canary?.[0]).toBeCloseTo(0.002459889521444029 / 0.005, 9);
    expect(canary?.[1]).toBeCloseTo(0.03005436098214163 / 0.005, 9);
  });

  test('hold the true burns and the true ratio of a canary four times as bad', () => {
    const buckets = Array.from({ length: 60 }, (_, minute) => ({
      time: minute * 60_000,
      canary: events(4, 100),
      stable: events(9, 900),
    }));
    const { canary, stable, ratio } = intervalsOf(buckets, 0.99, 0);
    expect(canary?.[0]).toBeLessThan(4);
    expect(canary?.[1]).toBeGreaterThan(4);
    expect(stable?.[0]).toBeLessThan(1);
    expect(stable?.[1]).toBeGreaterThan(1);
    expect(ratio?.low).toBeLessThan(4);
    expect(ratio?.low).toBeGreaterThan(2);
    expect(ratio?.high).toBeGreaterThan(4);
    expect(ratio?.high).toBeLessThan(8);
  });

  test('leave out what the judge leaves out: the warm-up', () => {
    const buckets = [
      { time: 0, canary: events(100, 100), stable: events(0, 900) },
      { time: 60_000, canary: events(0, 100), stable: events(0, 900) },
    ];
    expect(intervalsOf(buckets, 0.99, 60_000).canary?.[0]).toBe(0);
  });
});

describe('the path of the bands', () => {
  const minute = (at: number) => ({
    time: at * 60_000,
    canary: { good: 48, bad: 2 },
    stable: { good: 449, bad: 1 },
  });
  const buckets = Array.from({ length: 730 }, (_, at) => minute(at));

  test('ends where the intervals of the last look do, and has as many points as asked for at most', () => {
    const path = bandPath(buckets, 0, 200);
    const last = path.at(-1);
    const { canary, stable } = intervalsOf(buckets, 0.99, 0);
    expect(path.length).toBeLessThanOrEqual(200);
    expect(path.length).toBeGreaterThan(150);
    expect(last?.time).toBe(buckets.at(-1)?.time);
    expect([last?.canary?.low, last?.canary?.high].map((each) => (each ?? 0) / (1 - 0.99))).toEqual(canary);
    expect([last?.stable?.low, last?.stable?.high].map((each) => (each ?? 0) / (1 - 0.99))).toEqual(stable);
    expect(last?.canary?.fraction).toBeCloseTo(0.04, 12);
  });

  test('narrows, and says nothing before there are events', () => {
    const hole = { time: -60_000, canary: null, stable: null };
    const path = bandPath([hole, ...buckets.slice(0, 20)], 0, 100);
    expect(path[0]).toEqual({ time: -60_000, canary: null, stable: null });
    const widths = path.slice(1).map(({ canary }) => (canary?.high ?? 0) - (canary?.low ?? 0));
    expect(widths.at(-1)).toBeLessThan((widths[0] ?? 0) / 2);
  });
});
