import { describe, expect, test } from 'vitest';
import { intervalsOf } from './intervals.ts';

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
