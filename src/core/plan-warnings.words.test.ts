import { describe, expect, test } from 'vitest';
import type { Plan, StepPlan } from './plan-shape.ts';
import type { Wait } from './plan-wait.ts';
import { planWarnings } from './plan-warnings.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { DAY, HOUR, MINUTE } from './units.ts';

const WAIT: Wait = { runs: 100, share: 1, meanMinutes: 5, p95Minutes: 6 };

const STEP: StepPlan = {
  weight: 0.1,
  dwellMinutes: 10,
  endMinutes: 10,
  canaryEvents: 6000,
  smallestBurn: 2,
  gate: WAIT,
};

/** A plan in which all is well, but for what is given; no simulation behind it. */
function planOf(over: Partial<Omit<Plan, 'ask'>> & { lag?: number; stableBurn?: number } = {}): Plan {
  const { lag = 2 * MINUTE, ...rest } = over;
  return {
    ask: {
      target: 0.995,
      policy: DEFAULT_POLICY,
      eventsPerSecond: 100,
      stableBad: 0.001,
      steps: [],
      groups: null,
      lag,
      gateTimeout: HOUR,
      period: 28 * DAY,
    },
    horizon: 4 * HOUR,
    highestBurn: 200,
    stableBurn: 0.2,
    harm: [],
    safety: { wait: WAIT, spent: { badEvents: 1, budgetShare: 0 }, safeShare: 1, cleanEvents: 413.7 },
    steps: [STEP],
    group: null,
    ...rest,
  };
}

function withStep(over: Partial<StepPlan>): Plan {
  return planOf({ steps: [{ ...STEP, ...over }] });
}

test('a plan in which all is well warns of nothing', () => {
  expect(planWarnings(planOf())).toEqual([]);
});

describe('stable itself', () => {
  const equal = (burn: string, least: string) =>
    `stable itself burns ${burn} its budget, and up to 1.5x of that counts as equal: a canary that burns less than ${least} never fails`;

  test('may burn until its margin goes beyond what is tolerated', () => {
    // The defaults: 1.5 times as much as stable counts as equal, and a burn of 1 is tolerated.
    expect(planWarnings(planOf({ stableBurn: 0.5 }))).toEqual([]);
    expect(planWarnings(planOf({ stableBurn: 1 / 1.5 }))).toEqual([]);
    expect(planWarnings(planOf({ stableBurn: 0.8 }))).toEqual([equal('0.8x', '1.2x')]);
  });

  test('is in an incident from the shared burn rate on', () => {
    expect(planWarnings(planOf({ stableBurn: 5.9 }))).toEqual([equal('5.9x', '8.85x')]);
    expect(planWarnings(planOf({ stableBurn: 6 }))).toEqual([
      'stable itself burns 6x its budget: unless the canary is proven worse, every verdict is a shared incident; use a lower objective',
      equal('6x', '9x'),
    ]);
  });
});

describe('a step', () => {
  test('that ends before the first look says so, and nothing else of its burns', () => {
    const early =
      "at 10% of 100 rps your 4m step ends before the first look can come, 5m after the canary's start";
    expect(planWarnings(withStep({ dwellMinutes: 4, endMinutes: 4, smallestBurn: null }))).toEqual([early]);
    // At five minutes, three after the lag, a look just comes.
    expect(planWarnings(withStep({ dwellMinutes: 5, endMinutes: 5 }))).toEqual([]);
  });

  test('that shows nothing below a burn of 10 is blind to what would page somebody', () => {
    expect(planWarnings(withStep({ smallestBurn: 10 }))).toEqual([]);
    expect(planWarnings(withStep({ smallestBurn: 12 }))).toEqual([
      'at 10% of 100 rps no burn below 12x can be seen within your 10m step',
    ]);
  });

  test('in which nothing can be seen counts from the start of the release when it is not the first', () => {
    const steps = [STEP, { ...STEP, weight: 0.2, dwellMinutes: 90, endMinutes: 100, smallestBurn: null }];
    expect(planWarnings(planOf({ steps }))).toEqual([
      'at 20% of 100 rps no burn can be seen by the end of your 1h30m step, not even a canary that fails every request',
    ]);
  });

  test.each([
    [0.98, false],
    [0.981, true],
    [1, true],
  ])('at a weight of %d leaves no stable to compare with: %s', (weight, alone) => {
    const said = planWarnings(withStep({ weight, smallestBurn: null, gate: { ...WAIT, share: 0 } }));
    expect(said.some((warning) => warning.includes('no stable is left'))).toBe(alone);
    // What no gate can pass by law is not blamed on the traffic.
    expect(said.some((warning) => warning.includes('safety'))).toBe(!alone);
  });
});

describe('a gate', () => {
  const remedy = 'use a lower objective for the gate, more weight, or a longer bake';
  const gated = (...shares: readonly number[]) =>
    planWarnings(
      planOf({
        steps: shares.map((share, index) => ({
          ...STEP,
          weight: 0.1 * (index + 1),
          gate: { ...WAIT, share },
        })),
      }),
    );

  test.each([
    [0.95, []],
    [
      0.949,
      [
        `at 10% of 100 rps safety is proven within the gate (1h) in only 94.9% of healthy releases: ${remedy}`,
      ],
    ],
    [
      0.05,
      [`at 10% of 100 rps safety is proven within the gate (1h) in only 5% of healthy releases: ${remedy}`],
    ],
    [
      0.049,
      [
        `at 10% of 100 rps safety cannot be proven at this traffic within the gate (1h; about 414 clean canary events are needed): ${remedy}`,
      ],
    ],
  ])('that passes %d of the healthy releases', (share, says) => {
    expect(gated(share)).toEqual(says);
  });

  test('names the hopeless steps together', () => {
    expect(gated(0, 0, 0, 1)).toEqual([
      expect.stringMatching(/^at 10%, 20% and 30% of 100 rps safety cannot/),
    ]);
  });
});

describe('a group that fails completely', () => {
  const found = (share: number) =>
    planWarnings(planOf({ group: { groups: 50, wait: { ...WAIT, share }, canaryEvents: 8 } }));

  test.each([
    [0.95, []],
    [
      0.9,
      [
        'one group of 50 that fails completely is found within 4h in only 90% of releases: too few of its requests reach the canary',
      ],
    ],
    [
      0,
      [
        'one group of 50 that fails completely is found within 4h never: too few of its requests reach the canary',
      ],
    ],
  ])('and is found in %d of the releases', (share, says) => {
    expect(found(share)).toEqual(says);
  });
});
