import { describe, expect, test } from 'vitest';
import type { PlanAsk } from './plan-shape.ts';
import { planWarnings, times } from './plan-warnings.ts';
import { plan } from './plan.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { seeded } from './stats/random.ts';
import { DAY, HOUR, MINUTE } from './units.ts';

const ASK: PlanAsk = {
  target: 0.995,
  policy: DEFAULT_POLICY,
  eventsPerSecond: 500,
  stableBad: 0.001,
  steps: [{ weight: 0.05, dwell: 10 * MINUTE }],
  groups: null,
  lag: 2 * MINUTE,
  gateTimeout: HOUR,
  period: 28 * DAY,
};

function warnings(over: Partial<PlanAsk> = {}): string[] {
  return planWarnings(plan({ ...ASK, ...over }, (stream) => seeded(1, stream)));
}

describe('the warnings of a plan', () => {
  test('are none where traffic, steps and lag suffice', () => {
    expect(warnings()).toEqual([]);
  });

  test.each<{ when: string; over: Partial<PlanAsk>; says: readonly string[] }>([
    {
      when: 'the traffic is low',
      over: { eventsPerSecond: 2 },
      says: [
        'at 5% of 2 rps no burn below 40x can be seen within your 10m step',
        'at 5% of 2 rps safety cannot be proven at this traffic within the gate (1h; about 414 clean canary events are needed): use a lower objective for the gate, more weight, or a longer bake',
      ],
    },
    {
      when: 'there is next to none',
      over: { eventsPerSecond: 0.01 },
      says: [
        'at 5% of 0.01 rps no burn can be seen within your 10m step, not even a canary that fails every request',
        expect.stringContaining('safety cannot be proven'),
      ],
    },
    {
      when: 'the step is shorter than the settling takes',
      over: { lag: 10 * MINUTE },
      says: [
        "at 5% of 500 rps your 10m step ends before the first look can come, 13m after the canary's start",
      ],
    },
    {
      when: 'stable gets no traffic any more',
      over: {
        steps: [
          { weight: 0.5, dwell: HOUR },
          { weight: 1, dwell: HOUR },
        ],
      },
      says: [
        'at 100% of 500 rps no stable is left to compare with: what the canary does there is not judged',
      ],
    },
    {
      when: 'stable itself burns its budget',
      over: { stableBad: 0.006 },
      says: [
        'stable itself burns 1.2x its budget, and up to 1.5x of that counts as equal: a canary that burns less than 1.8x never fails',
      ],
    },
    {
      when: 'stable is in an incident',
      over: { stableBad: 0.05 },
      says: [
        'stable itself burns 10x its budget: unless the canary is proven worse, every verdict is a shared incident; use a lower objective',
        expect.stringContaining('a canary that burns less than 15x never fails'),
        expect.stringContaining('no burn below'),
        expect.stringContaining('safety cannot be proven'),
      ],
    },
  ])('name the trouble when $when', ({ over, says }) => {
    expect(warnings(over)).toEqual(says);
  });

  test('name a group that is too small to be seen', () => {
    expect(warnings({ eventsPerSecond: 20, groups: 500 })).toContainEqual(
      expect.stringMatching(/^one group of 500 that fails completely is found within 4h .*: too few/),
    );
  });

  test('sum up the steps at which a gate is hopeless, and say how often it passes at others', () => {
    const steps = [0.05, 0.08, 0.2].map((weight) => ({ weight, dwell: 10 * MINUTE }));
    const said = warnings({ eventsPerSecond: 1, steps }).filter((warning) => warning.includes('safety'));
    expect(said).toEqual([
      expect.stringMatching(/^at 5% and 8% of 1 rps safety cannot be proven/),
      expect.stringMatching(
        /^at 20% of 1 rps safety is proven within the gate \(1h\) in only \d+(\.\d+)?% of healthy releases: use/,
      ),
    ]);
  });
});

test.each([
  [1.5, '1.5x'],
  [40, '40x'],
  [199.99999999999983, '200x'],
])('the multiple %d reads %s', (burn, text) => {
  expect(times(burn)).toBe(text);
});
