import { describe, expect, test } from 'vitest';
import {
  NOT_WORSE_SIZE,
  addNotWorse,
  cleanEventsNeeded,
  mixRoutes,
  notWorseLogEvidence,
  safeLogEvidence,
  safeLogRatio,
  unsafeFraction,
} from './safety.ts';

const LOG_20 = Math.log(20);

/** Fewest events of which `fraction` are bad that prove safety on their own. */
function eventsToProve(limit: number, fraction: number): number {
  for (let events = 10; events < 20_000; events += 10) {
    if (safeLogEvidence(events * fraction * limit, events * (1 - fraction * limit), limit) >= LOG_20)
      return events;
  }
  return Infinity;
}

describe('the safe route', () => {
  test('600 clean events against 0.5% give the reference value, and prove it', () => {
    expect(safeLogRatio(0, 600, 0.005, 0)).toBeCloseTo(3.0075250935265467, 8);
    expect(safeLogRatio(0, 600, 0.005, 0)).toBeGreaterThan(LOG_20);
  });

  test.each([
    [0.01, 350],
    [0.002, 1750],
    [0.0002, 17_500],
  ])('a limit of %d needs about %d clean events', (limit, events) => {
    expect(Math.abs(eventsToProve(limit, 0) / events - 1)).toBeLessThan(0.03);
  });

  test('a canary closer to the limit needs many times as many, and one at the limit never gets there', () => {
    const needed = [0, 0.2, 0.5, 0.65, 1].map((fraction) => eventsToProve(0.01, fraction));
    expect(needed).toEqual(needed.toSorted((one, other) => one - other));
    expect(needed.at(-1)).toBe(Infinity);
  });

  test('one bad event ends the alternative "no bad events at all" and no other', () => {
    expect(safeLogRatio(1, 600, 0.005, 0)).toBe(-Infinity);
    expect(Number.isFinite(safeLogEvidence(1, 600, 0.005))).toBe(true);
  });

  test('has no evidence without events', () => {
    expect(safeLogEvidence(0, 0, 0.01)).toBeCloseTo(0, 12);
  });

  test('never gains from a bad event in place of a good one', () => {
    for (let bad = 0; bad < 50; bad += 1) {
      expect(safeLogEvidence(bad + 1, 1999 - bad, 0.01)).toBeLessThan(safeLogEvidence(bad, 2000 - bad, 0.01));
    }
  });

  test('a limit above everything that can happen is held below 1', () => {
    expect([unsafeFraction(2, 0.005), unsafeFraction(1000, 0.5)]).toEqual([0.01, 0.97]);
  });
});

describe('the clean events that are still needed', () => {
  test.each([
    { bad: 0, good: 0, limit: 0.01, beta: 0.05, needed: 414 },
    { bad: 0, good: 400, limit: 0.01, beta: 0.05, needed: 14 },
    { bad: 1, good: 100, limit: 0.01, beta: 0.05, needed: 668 },
    { bad: 0, good: 0, limit: 0.002, beta: 0.05, needed: 2079 },
    { bad: 0, good: 0, limit: 0.01, beta: 0.2, needed: 265 },
    // One at least: what is proven already needs no answer.
    { bad: 0, good: 1000, limit: 0.01, beta: 0.05, needed: 1 },
  ])('beside $bad bad and $good good ones, against $limit at $beta: $needed', ({ needed, ...given }) => {
    const { bad, good, limit, beta } = given;
    expect(cleanEventsNeeded(bad, good, limit, beta)).toBe(needed);
  });

  test('are bounded where no release could have as many', () => {
    expect(cleanEventsNeeded(1e12, 0, 0.01, 0.05)).toBe(2 ** 40);
  });
});

describe('the non-inferiority route', () => {
  test('equal rates prove it the sooner, the larger the canary’s share is', () => {
    const needed = [0.05, 0.1, 0.25, 0.5].map((share) => {
      const sums = new Float64Array(NOT_WORSE_SIZE);
      let errors = 0;
      for (; notWorseLogEvidence(sums) < LOG_20; errors += 1) addNotWorse(sums, share, 1, share);
      return errors;
    });
    expect(needed).toEqual(needed.toSorted((one, other) => other - one));
    expect(needed[0]).toBeLessThan(400);
  });

  test('a canary twice as bad gathers no evidence', () => {
    const sums = new Float64Array(NOT_WORSE_SIZE);
    for (let bucket = 0; bucket < 1000; bucket += 1) addNotWorse(sums, 2, 11, 0.1);
    expect(notWorseLogEvidence(sums)).toBeLessThan(0);
  });

  test('a bucket without errors says nothing', () => {
    const sums = new Float64Array(NOT_WORSE_SIZE);
    addNotWorse(sums, 0, 0, 0.1);
    expect([...sums]).toEqual(Array.from({ length: NOT_WORSE_SIZE }, () => 0));
  });
});

describe('both routes together', () => {
  test('are averaged, so that one route alone needs twice as much', () => {
    expect(mixRoutes(Math.log(40), -Infinity)).toBeCloseTo(LOG_20, 12);
    expect(mixRoutes(Math.log(30), Math.log(10))).toBeCloseTo(LOG_20, 12);
  });
});
