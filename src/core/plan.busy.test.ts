import { describe, expect, test } from 'vitest';
import type { Plan, PlanAsk } from './plan-shape.ts';
import { plan } from './plan.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { seeded } from './stats/random.ts';
import { DAY, HOUR, MINUTE } from './units.ts';

const LAG = 331 * MINUTE;

/**
 * So much traffic that every proof comes at the first look, three minutes after the lag, whatever is drawn; and so
 * long a lag that few runs are as many as a row may take.
 */
const BUSY: PlanAsk = {
  target: 0.995,
  policy: DEFAULT_POLICY,
  eventsPerSecond: 1e5,
  stableBad: 0.001,
  steps: [
    { weight: 0.05, dwell: 2 * MINUTE },
    { weight: 0.25, dwell: 12 * HOUR },
  ],
  groups: null,
  lag: LAG,
  gateTimeout: HOUR,
  period: 28 * DAY,
};

const AT_ONCE = { runs: 60, share: 1, meanMinutes: 334, p95Minutes: 334 };

function planned(over: Partial<PlanAsk> = {}): Plan {
  return plan({ ...BUSY, ...over }, (stream) => seeded(1, stream));
}

describe('the plan of a busy service', () => {
  test('proves every burn, and passes a healthy canary, at the first look', () => {
    const { highestBurn, stableBurn, horizon, group, harm, safety, steps } = planned();
    expect(highestBurn).toBeCloseTo(200, 9);
    expect(stableBurn).toBeCloseTo(0.2, 9);
    expect(horizon).toBe(12 * HOUR + 2 * MINUTE);
    expect(group).toBeNull();

    // Until the first look: two minutes at a twentieth of the traffic, 332 at a quarter.
    const events = 1e5 * 60 * (2 * 0.05 + 332 * 0.25);
    const budget = 1e5 * 28 * 86_400 * 0.005;
    expect(harm.map(({ burn }) => burn)).toEqual([1.5, 2, 5, 10, 50]);
    for (const { burn, canaryBad, wait, spent, seenByStep } of harm) {
      expect(canaryBad).toBeCloseTo(burn * 0.005, 12);
      expect(wait).toEqual(AT_ONCE);
      expect(spent.badEvents / (events * canaryBad)).toBeCloseTo(1, 9);
      expect(spent.budgetShare / ((events * canaryBad) / budget)).toBeCloseTo(1, 9);
      // The first step ends before that look.
      expect(seenByStep).toEqual([0, 1]);
    }

    // A canary as healthy as stable spends as stable does until a gate passes it.
    expect(safety).toMatchObject({ wait: AT_ONCE, safeShare: 1, cleanEvents: 414 });
    expect(safety.spent.badEvents / (events * 0.001)).toBeCloseTo(1, 9);

    expect(steps).toEqual([
      {
        weight: 0.05,
        dwellMinutes: 2,
        endMinutes: 2,
        canaryEvents: 1e5 * 60 * 0.05 * 2,
        smallestBurn: null,
        // Counted from the step's start; a gate holds the weight beyond the step's own end.
        gate: AT_ONCE,
      },
      {
        weight: 0.25,
        dwellMinutes: 720,
        endMinutes: 722,
        canaryEvents: 1e5 * 60 * 0.25 * 720,
        smallestBurn: 1.5,
        gate: AT_ONCE,
      },
    ]);
  });

  test('says with a breakdown when a group that fails completely is found, and after how many of its own events', () => {
    const { group } = planned({ groups: 1000, steps: [{ weight: 0.5, dwell: 345 * MINUTE }] });
    expect(group?.groups).toBe(1000);
    expect(group?.wait).toEqual(AT_ONCE);
    expect(group?.canaryEvents).toBeCloseTo((1e5 * 60 * 334 * 0.5) / 1000, 6);
  });

  test('names for a step the smallest burn that is proven by its end, and a smaller one for more traffic', () => {
    const steps = [{ weight: 0.5, dwell: 334 * MINUTE }];
    const smallest = [3, 30].map(
      (eventsPerSecond) => planned({ eventsPerSecond, steps }).steps[0]?.smallestBurn ?? Infinity,
    );
    expect(smallest[0]).toBeLessThan(100);
    expect(smallest[1]).toBeLessThan(smallest[0] ?? 0);
    expect(smallest[1]).toBeGreaterThan(1.5);
  });

  test('gives a fifth of alpha away with a breakdown', () => {
    // Near the border of a first look the smaller alpha shows.
    const slow = { eventsPerSecond: 30, steps: [{ weight: 0.5, dwell: 345 * MINUTE }] };
    const wait = (groups: number | null) => planned({ ...slow, groups }).harm[1]?.wait.meanMinutes ?? NaN;
    expect(wait(5)).toBeGreaterThan(wait(null));
  });
});

describe('a gate in a plan', () => {
  test('looks as often as it has minutes, at the weight of its own step, after those before it', () => {
    // A canary event a second or thirty; 414 clean ones are needed.
    const steps = [
      { weight: 1 / 60, dwell: 2 * MINUTE },
      { weight: 0.5, dwell: 345 * MINUTE },
    ];
    const gates = planned({ eventsPerSecond: 60, stableBad: 0, steps, gateTimeout: 3 * MINUTE }).steps;
    expect(gates[0]?.gate).toEqual({ runs: 30, share: 0, meanMinutes: 336, p95Minutes: null });
    expect(gates[1]?.gate.share).toBe(1);
  });

  test('looks once where it has no time to', () => {
    const [step] = planned({ gateTimeout: 0, steps: [{ weight: 0.5, dwell: 345 * MINUTE }] }).steps;
    expect(step?.gate).toEqual(AT_ONCE);
  });

  test('counts for safety only the looks before the horizon', () => {
    // 125 canary events a minute; 414 clean ones are there at the second look in some releases, at the third
    // in all.
    const { safety } = planned({
      eventsPerSecond: 250 / 60,
      stableBad: 0,
      steps: [{ weight: 0.5, dwell: HOUR }],
      lag: 236 * MINUTE,
    });
    expect(safety.wait.share).toBeGreaterThan(0.1);
    expect(safety.wait.share).toBeLessThan(0.8);
    expect(safety.wait.meanMinutes).toBe(240);
  });

  test('passes by comparison where stable burns what a pass rules out', () => {
    const near = { stableBad: 0.01, policy: { ...DEFAULT_POLICY, maxBurnRate: 4 } };
    expect(planned({ ...near, steps: [{ weight: 0.5, dwell: 345 * MINUTE }] }).safety).toMatchObject({
      safeShare: 0,
      wait: { share: 1 },
    });
  });

  test('has no share of safe passes where nothing passes, and no waiting time beyond the horizon', () => {
    const { safety, harm } = planned({ eventsPerSecond: 0.001, steps: [{ weight: 0.5, dwell: HOUR }] });
    expect(safety.safeShare).toBeNull();
    // The horizon of four hours is over before anything has settled.
    const never = { runs: 30, share: 0, meanMinutes: 240, p95Minutes: null };
    expect(safety.wait).toEqual(never);
    expect(harm.map(({ wait }) => wait)).toEqual(harm.map(() => never));
  });
});
