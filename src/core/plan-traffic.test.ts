import { describe, expect, test } from 'vitest';
import { NO_EVENTS, total } from './counts.ts';
import { Schedule, SimulatedTraffic, type Scene } from './plan-traffic.ts';
import { seeded } from './stats/random.ts';
import { MINUTE } from './units.ts';

const STEPS = [
  { weight: 0.05, dwell: 10 * MINUTE },
  { weight: 0.5, dwell: 5 * MINUTE },
];

describe('the exposure of a schedule', () => {
  test.each([
    [0, 0],
    [10, 0.5],
    [12, 0.5 + 1],
    [15, 0.5 + 2.5],
    // The last weight stays, however short its step was to be.
    [25, 0.5 + 7.5],
  ])('%d minutes are %d minutes of whole traffic', (minutes, exposure) => {
    expect(new Schedule(STEPS).exposure(minutes * MINUTE)).toBeCloseTo(exposure * MINUTE, 6);
  });
});

describe('simulated traffic', () => {
  const scene: Scene = {
    schedule: new Schedule(STEPS),
    eventsPerMinute: 1000.5,
    canaryBad: 0.1,
    stableBad: 0.01,
  };

  test('has the canary’s share of its weight, from the moment it starts, and both bad fractions', () => {
    const minutes = 20;
    const runs = 500;
    const sums = Array.from({ length: minutes }, () => ({
      canary: 0,
      canaryBad: 0,
      stable: 0,
      stableBad: 0,
    }));
    let exposure = 0;
    for (let run = 0; run < runs; run += 1) {
      const traffic = new SimulatedTraffic(scene, seeded(1, run));
      exposure += (MINUTE - traffic.offset) / MINUTE / runs;
      for (const sum of sums) {
        const { canary, stable } = traffic.next();
        sum.canary += total(canary ?? NO_EVENTS) / runs;
        sum.canaryBad += (canary?.bad ?? 0) / runs;
        sum.stable += total(stable ?? NO_EVENTS) / runs;
        sum.stableBad += (stable?.bad ?? 0) / runs;
      }
    }
    expect(exposure).toBeCloseTo(0.5, 1);
    expect(sums[0]?.canary).toBeCloseTo(1000.5 * 0.05 * exposure, -1);
    expect((sums[5]?.canary ?? 0) / 1000.5).toBeCloseTo(0.05, 2);
    expect((sums[15]?.canary ?? 0) / 1000.5).toBeCloseTo(0.5, 2);
    for (const sum of sums) {
      expect(sum.canary + sum.stable).toBeCloseTo(1000.5, 0);
      expect(sum.canaryBad / sum.canary).toBeCloseTo(0.1, 1);
      expect(sum.stableBad / sum.stable).toBeCloseTo(0.01, 2);
    }
  });

  test('comes in whole events on the minute grid', () => {
    const traffic = new SimulatedTraffic({ ...scene, eventsPerMinute: 0.3 }, seeded(1, 1));
    const buckets = Array.from({ length: 200 }, () => traffic.next());
    expect(buckets.map(({ time }) => time / MINUTE)).toEqual(buckets.map((_, index) => index));
    const events = buckets.map(
      ({ canary, stable }) => total(canary ?? NO_EVENTS) + total(stable ?? NO_EVENTS),
    );
    expect(new Set(events)).toEqual(new Set([0, 1]));
    // 60 on average, with a standard deviation of 6.5.
    const sum = events.reduce((all, each) => all + each, 0);
    expect(Math.abs(sum - 60)).toBeLessThan(26);
  });
});
