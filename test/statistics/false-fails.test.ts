import { describe, expect, test } from 'vitest';
import { simulate, type Plan, type Simulated, type Traffic } from './releases.ts';
import { upperBound } from './sampling.ts';

/**
 * Every release here is healthy, so each fail is a false one, and each is looked at 120 times, once a minute.
 * A rate is held to be at most alpha only where its exact upper bound (one in a thousand) is: with 1,000
 * runs that allows 29 fails at alpha 0.05, with 600 it allows 14 and with 300 it allows 4; none at all bounds a rate by 0.7%,
 * 1.2% and 2.3%.
 */
const ALPHA = 0.05;
const LOOKS = 120;

/** The canary's share at 5, 10, 25 and 50%, half an hour each. */
const WEIGHTS = [0.05, 0.1, 0.25, 0.5] as const;
const shareAt = (minute: number): number => WEIGHTS[Math.floor(minute / 30)] ?? 0.5;

function stepped(rates: (minute: number) => readonly [canary: number, stable: number]): Plan {
  return {
    minutes: LOOKS,
    policy: { alpha: ALPHA },
    traffic: (minute) => ({ '': split(3000, shareAt(minute), rates(minute)) }),
  };
}

function split(all: number, share: number, [canary, stable]: readonly [number, number]): Traffic {
  return { canary: [all * share, canary], stable: [all * (1 - share), stable] };
}

function bound({ hits, runs }: Simulated): number {
  return upperBound(hits, runs);
}

describe('a healthy release over the weight steps 5, 10, 25 and 50% is failed in at most alpha of all runs', () => {
  test('inside its budget, as good as stable', () => {
    expect(
      bound(
        simulate(
          1000,
          1,
          stepped(() => [0.003, 0.003]),
        ),
      ),
    ).toBeLessThanOrEqual(ALPHA);
  });

  test('where both burn twice the budget all the time', () => {
    expect(
      bound(
        simulate(
          1000,
          2,
          stepped(() => [0.01, 0.01]),
        ),
      ),
    ).toBeLessThanOrEqual(ALPHA);
  });

  test('with an incident of a quarter of an hour that hits both', () => {
    const incident = (minute: number): number => (minute >= 50 && minute < 65 ? 0.06 : 0.002);
    expect(
      bound(
        simulate(
          1000,
          3,
          stepped((minute) => [incident(minute), incident(minute)]),
        ),
      ),
    ).toBeLessThanOrEqual(ALPHA);
  });

  test('with that incident, where the canary is six times worse and still inside the budget', () => {
    const incident = (minute: number): number => (minute >= 50 && minute < 65 ? 0.06 : 0);
    expect(
      bound(
        simulate(
          1000,
          4,
          stepped((minute) => [0.003 + incident(minute), 0.0005 + incident(minute)]),
        ),
      ),
    ).toBeLessThanOrEqual(ALPHA);
  });

  test('with bursts of twenty errors that hit one side or the other', () => {
    const plan: Plan = {
      minutes: LOOKS,
      policy: { alpha: ALPHA },
      traffic: (_, random) => {
        const hit = random() < 0.05 ? 20 : 0;
        const [canaryBurst, stableBurst] = random() < 0.1 ? [hit, 0] : [0, hit];
        const rate = 0.002;
        return {
          '': { canary: [300, rate + canaryBurst / 300], stable: [2700, rate + stableBurst / 2700] },
        };
      },
    };
    expect(bound(simulate(600, 5, plan))).toBeLessThanOrEqual(ALPHA);
  });
});

describe('each proof alone holds alpha on the very edge of what it must not fail', () => {
  const threshold = -Math.log(ALPHA);

  test('the burn proof: a canary that burns exactly its limit beside a stable without errors', () => {
    expect(
      bound(
        simulate(
          1000,
          6,
          stepped(() => [0.005, 0]),
          (trial) => trial.evidence.logBurn >= threshold,
        ),
      ),
    ).toBeLessThanOrEqual(ALPHA);
  });

  test('the relative proof: a canary exactly the margin worse than a stable whose rate jumps tenfold', () => {
    const base = (minute: number): number => (minute % 40 < 10 ? 0.02 : 0.002);
    expect(
      bound(
        simulate(
          1000,
          7,
          stepped((minute) => [1.5 * base(minute), base(minute)]),
          (trial) => trial.evidence.logRelative >= threshold,
        ),
      ),
    ).toBeLessThanOrEqual(ALPHA);
  });

  test('the proof in groups: twelve of them, each exactly the margin worse and over the budget', () => {
    const plan: Plan = {
      minutes: LOOKS,
      policy: { alpha: ALPHA, maxBurnRate: 0.01, 'breakdown.minBadBuckets': 1 },
      traffic: () =>
        Object.fromEntries(
          Array.from({ length: 12 }, (_, i) => [
            `endpoint ${String(i)}`,
            split(3000 / (i + 1) ** 2, 0.1, [0.015, 0.01]),
          ]),
        ),
    };
    // The groups may spend a fifth of alpha.
    const { hits, runs } = simulate(300, 8, plan, (trial) => trial.groupHarm !== null);
    expect(upperBound(hits, runs)).toBeLessThanOrEqual(ALPHA);
  });
});

describe('another mix of endpoints', () => {
  /** Two endpoints that fail 0.2% and 2%, alike in both cohorts; the canary gets more of the worse one. */
  const mixed = (grouped: boolean): Plan => ({
    minutes: LOOKS,
    // Without any margin, so that the mix alone makes the canary worse as a whole.
    policy: { alpha: ALPHA, margin: 1 },
    traffic: () => {
      const fast: Traffic = { canary: [210, 0.002], stable: [2160, 0.002] };
      const slow: Traffic = { canary: [90, 0.02], stable: [540, 0.02] };
      if (grouped) return { fast, slow };
      const pool = (side: 'canary' | 'stable'): readonly [number, number] => {
        const [all, other] = [fast[side], slow[side]];
        const events = all[0] + other[0];
        return [events, (all[0] * all[1] + other[0] * other[1]) / events];
      };
      return { '': { canary: pool('canary'), stable: pool('stable') } };
    },
  });

  test('is no fault where each endpoint is compared with itself', () => {
    expect(bound(simulate(600, 9, mixed(true)))).toBeLessThanOrEqual(ALPHA);
  });

  test('would be called one where all are thrown together', () => {
    const { hits, runs } = simulate(60, 10, mixed(false));
    expect(hits / runs).toBeGreaterThan(0.5);
  });
});
