import { describe, expect, test } from 'vitest';
import type { PlanAsk } from './plan-shape.ts';
import { plan } from './plan.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { seeded } from './stats/random.ts';
import { DAY, HOUR, MINUTE } from './units.ts';

const ASK: PlanAsk = {
  target: 0.995,
  policy: DEFAULT_POLICY,
  eventsPerSecond: 10,
  stableBad: 0.001,
  steps: [
    { weight: 0.05, dwell: 10 * MINUTE },
    { weight: 0.25, dwell: 20 * MINUTE },
  ],
  groups: null,
  lag: 2 * MINUTE,
  gateTimeout: HOUR,
  period: 28 * DAY,
};

function planned(over: Partial<PlanAsk> = {}, seed = 1) {
  return plan({ ...ASK, ...over }, (stream) => seeded(seed, stream));
}

function meanOf(over: Partial<PlanAsk>, burn: number): number {
  return planned(over).harm.find((row) => row.burn === burn)?.wait.meanMinutes ?? NaN;
}

describe('a plan', () => {
  const whole = planned();

  test('is the same for the same seed, and nearly so for another', () => {
    expect(planned()).toEqual(whole);
    const other = planned({}, 2);
    for (const [index, row] of whole.harm.entries())
      expect((other.harm[index]?.wait.meanMinutes ?? 0) / row.wait.meanMinutes).toBeCloseTo(1, 1);
  });

  test('says for each burn how long harm takes to prove, faster the higher the burn', () => {
    expect(whole.harm.map(({ burn }) => burn)).toEqual([1.5, 2, 5, 10, 50]);
    const means = whole.harm.map(({ wait }) => wait.meanMinutes);
    expect(means).toEqual(means.toSorted((a, b) => b - a));
    for (const { wait } of whole.harm)
      expect(wait.p95Minutes ?? Infinity).toBeGreaterThanOrEqual(wait.meanMinutes);
  });

  test('never promises a verdict before the first look of a template, three minutes after the lag', () => {
    const fast = planned({ eventsPerSecond: 1e5 });
    expect(fast.harm.at(-1)?.wait).toEqual({ runs: 400, share: 1, meanMinutes: 5, p95Minutes: 5 });
    expect(fast.safety.wait).toEqual({ runs: 400, share: 1, meanMinutes: 5, p95Minutes: 5 });
    expect(planned({ eventsPerSecond: 1e5, lag: 10 * MINUTE }).harm.at(-1)?.wait.meanMinutes).toBe(13);
  });

  test('waits longer with less traffic, a smaller weight, a wider margin or a smaller alpha', () => {
    const usual = meanOf({}, 5);
    expect(meanOf({ eventsPerSecond: 2 }, 5)).toBeGreaterThan(usual);
    expect(meanOf({ steps: [{ weight: 0.01, dwell: HOUR }] }, 5)).toBeGreaterThan(usual);
    expect(meanOf({ policy: { ...DEFAULT_POLICY, alpha: 1e-6 } }, 5)).toBeGreaterThan(usual);
    // At a third of the budget the comparison with stable is what takes the time.
    const near = { stableBad: 0.002 };
    expect(meanOf({ ...near, policy: { ...DEFAULT_POLICY, margin: 2 } }, 5)).toBeGreaterThan(meanOf(near, 5));
  });

  test('spends what the exposed requests cost: a complete failure of a twentieth for five minutes', () => {
    const { spent, canaryBad } = planned({ eventsPerSecond: 1e5 }).harm.at(-1) ?? {
      spent: null,
      canaryBad: 0,
    };
    const requests = 1e5 * 300 * 0.05;
    expect(spent?.badEvents).toBeCloseTo(requests * canaryBad, 0);
    expect(spent?.budgetShare).toBeCloseTo((requests * canaryBad) / (1e5 * 28 * 86_400 * 0.005), 9);
  });

  test('replaces burns that cannot be by the highest that can: every request fails', () => {
    const { harm, highestBurn } = planned({ target: 0.9, stableBad: 0.02 });
    expect(highestBurn).toBeCloseTo(10, 9);
    expect(harm.map(({ burn }) => burn)).toEqual([1.5, 2, 5, expect.closeTo(10, 9)]);
    expect(harm.at(-1)?.canaryBad).toBe(1);
  });

  test('ends at its horizon where the traffic is too low, and says so', () => {
    const low = planned({ eventsPerSecond: 0.001 });
    expect(low.horizon).toBe(4 * HOUR);
    for (const { wait } of low.harm)
      expect(wait).toEqual({ runs: 30, share: 0, meanMinutes: 240, p95Minutes: null });
    expect(low.safety).toMatchObject({ safeShare: null, wait: { share: 0 } });
    expect(low.steps.map(({ smallestBurn }) => smallestBurn)).toEqual([null, null]);
  });

  test('follows a longer schedule to its end, but no further than the judge looks back', () => {
    const steps = (dwell: number) => [{ weight: 0.5, dwell }];
    expect(planned({ eventsPerSecond: 1e4, steps: steps(6 * HOUR) }).horizon).toBe(6 * HOUR);
    expect(planned({ eventsPerSecond: 1e4, steps: steps(48 * HOUR) }).horizon).toBe(24 * HOUR);
  });
});

describe('the steps of a plan', () => {
  test('each name the smallest burn that 19 of 20 releases would be failed for by then', () => {
    const { steps, harm } = planned();
    expect(steps.map(({ endMinutes }) => endMinutes)).toEqual([10, 30]);
    expect(steps.map(({ canaryEvents }) => canaryEvents)).toEqual([300, 3000]);
    const [first, second] = steps.map(({ smallestBurn }) => smallestBurn ?? Infinity);
    expect(second).toBeLessThan(first ?? 0);
    const seen = (burn: number) => harm.find((row) => row.burn === burn)?.seenByStep[0];
    // Between the two lies the burn that the first step names.
    expect(first).toBeGreaterThan(5);
    expect(first).toBeLessThan(50);
    expect(seen(5)).toBeLessThan(0.95);
    expect(seen(50)).toBeGreaterThan(0.95);
    for (const { seenByStep } of harm) expect(seenByStep).toEqual(seenByStep.toSorted((a, b) => a - b));
  });

  test('a step that ends before the first look sees nothing', () => {
    const { steps } = planned({ eventsPerSecond: 1e5, steps: [{ weight: 0.5, dwell: 4 * MINUTE }] });
    expect(steps[0]?.smallestBurn).toBeNull();
  });

  test('a gate of a step holds its weight until it passes, for as many looks as it has', () => {
    const [short] = planned({ gateTimeout: MINUTE }).steps;
    const [long] = planned().steps;
    expect(short?.gate.share).toBe(0);
    expect(long?.gate.share).toBeGreaterThan(0.95);
    expect(long?.gate.meanMinutes).toBeLessThan(2 + 3 + 60);
  });

  test('stable near its budget is passed by comparison with it, which takes longer', () => {
    const { safety } = planned({
      stableBad: 0.0075,
      eventsPerSecond: 100,
      policy: { ...DEFAULT_POLICY, maxBurnRate: 2 },
    });
    expect(safety.safeShare).toBeLessThan(0.5);
    expect(planned({ eventsPerSecond: 100 }).safety.safeShare).toBe(1);
  });
});

describe('a breakdown in a plan', () => {
  test('costs the whole a fifth of alpha, and one failing group is found later the more groups there are', () => {
    expect(planned().group).toBeNull();
    const few = planned({ groups: 5 });
    const many = planned({ groups: 100 });
    expect(few.harm[1]?.wait.meanMinutes).toBeGreaterThan(planned().harm[1]?.wait.meanMinutes ?? Infinity);
    expect(many.group?.wait.meanMinutes).toBeGreaterThan(few.group?.wait.meanMinutes ?? Infinity);
    expect(many.group?.canaryEvents).toBeGreaterThan(3);
    expect(many.group?.canaryEvents).toBeLessThan(40);
  });
});
