import { describe, expect, test } from 'vitest';
import { SharedLevel } from './shared-level.ts';

const P0 = 0.005;

describe('the burn null during a shared incident', () => {
  test('is the budget’s while stable is healthy', () => {
    const level = new SharedLevel(P0, 1.5);
    expect([level.next(0, 900), level.next(4, 900), level.next(0, 0)]).toEqual([P0, P0, P0]);
  });

  test('is the margin times stable’s bad fraction once stable is over the budget beyond doubt', () => {
    expect(new SharedLevel(P0, 1.5).next(90, 900)).toBeCloseTo(0.15, 12);
  });

  test('does not rise for what a stable inside its budget shows by chance', () => {
    // 9 or more of 812 happens to such a stable once in 44 buckets.
    expect(new SharedLevel(P0, 1.5).next(9, 812)).toBe(P0);
  });

  test('sees over five buckets what none of them shows alone', () => {
    const level = new SharedLevel(P0, 1);
    const path = Array.from({ length: 5 }, () => level.next(3, 200));
    expect(path.slice(0, 2)).toEqual([P0, P0]);
    expect(path[4]).toBeCloseTo(0.015, 12);
  });

  test('stays up for five buckets after the incident, because an ebbing incident is still one', () => {
    const level = new SharedLevel(P0, 1);
    level.next(500, 1000);
    const after = Array.from({ length: 5 }, () => level.next(0, 1000));
    expect(after.slice(0, 4).every((each) => each > P0)).toBe(true);
    expect(after[4]).toBe(P0);
  });

  test('counts buckets without stable’s events as nothing', () => {
    const level = new SharedLevel(P0, 1);
    level.next(0, 0);
    expect(level.next(90, 900)).toBeCloseTo(0.1, 12);
    expect(level.next(0, 0)).toBeCloseTo(0.1, 12);
  });

  test('takes the newest bucket or the last five, whichever is worse', () => {
    const level = new SharedLevel(P0, 1);
    for (let bucket = 0; bucket < 4; bucket += 1) level.next(0, 1000);
    expect(level.next(100, 1000)).toBeCloseTo(0.1, 12);
    expect(level.next(20, 1000)).toBeCloseTo(120 / 5000, 12);
  });

  test('falls back to the budget where everything fails and nothing can be told apart', () => {
    expect(new SharedLevel(P0, 1.5).next(1000, 1000)).toBe(1.5);
  });
});
