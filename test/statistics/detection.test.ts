import { describe, expect, test } from 'vitest';
import { simulate, type Plan } from './releases.ts';
import { uniforms } from './sampling.ts';
import { START, ask } from './scenes.ts';
import {
  NOT_WORSE_SIZE,
  addNotWorse,
  notWorseLogEvidence,
  safeLogEvidence,
} from '../../src/core/stats/safety.ts';
import { Trial } from '../../src/core/trial.ts';
import { MINUTE } from '../../src/core/units.ts';

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

describe('a canary with five times the errors, at a tenth of 3,000 requests a minute', () => {
  const plan = (after: number): Plan => ({
    minutes: after + 60,
    traffic: (minute) => ({ '': { canary: [300, minute < after ? 0.002 : 0.01], stable: [2700, 0.002] } }),
  });

  test('is failed in every one of 300 runs, after 16 minutes on average', () => {
    const { hits, runs, minutes } = simulate(300, 11, plan(0));
    expect(hits).toBe(runs);
    expect(mean(minutes)).toBeLessThan(16);
  });

  test('is failed half an hour after it turned bad, also when an hour was clean', () => {
    const { hits, runs, minutes } = simulate(300, 12, plan(60));
    expect(hits).toBe(runs);
    expect(mean(minutes) - 60).toBeLessThan(30);
  });
});

describe('the distance to the fewest buckets that any test needs on average', () => {
  // Three of the nine fixed scenarios, margin 1, alpha 0.01: [canary, stable, bad, bad, SLO, buckets].
  test.each([
    ['300/2700, 0.1% against 1%', 300, 2700, 0.001, 0.01, 0.995, 7.9],
    ['1500/1500, 0.05% against 0.25%', 1500, 1500, 0.0005, 0.0025, 0.999, 4.2],
    ['500/4500, 0.4% against 0.9%', 500, 4500, 0.004, 0.009, 0.995, 7.1],
  ])(
    '%s: below 1.9 from the start, below 2.8 after an hour',
    (_, canary, stable, stableBad, canaryBad, target, limit) => {
      const plan = (after: number): Plan => ({
        minutes: after + 120,
        target,
        policy: { margin: 1, alpha: 0.01 },
        traffic: (minute) => ({
          '': { canary: [canary, minute < after ? stableBad : canaryBad], stable: [stable, stableBad] },
        }),
      });
      expect(mean(simulate(250, 13, plan(0)).minutes) / limit).toBeLessThan(1.9);
      const late = simulate(150, 14, plan(60)).minutes.map((minutes) => minutes - 60);
      expect(mean(late) / limit).toBeLessThan(2.8);
    },
  );
});

test('a group with a two-hundredth of the traffic that fails completely is named after about ten of its requests', () => {
  const others = Array.from(
    { length: 19 },
    (_, i) => [`endpoint ${String(i)}`, { canary: [15, 0.001], stable: [135, 0.001] }] as const,
  );
  const broken = { canary: [1.5, 1], stable: [13.5, 0.001] } as const;
  const requests: number[] = [];
  const { hits, runs } = simulate(
    100,
    15,
    { minutes: 120, traffic: () => ({ ...Object.fromEntries(others), broken }) },
    (trial) => {
      const named = trial.groupHarm?.groups.find(({ group }) => group === 'broken');
      if (named === undefined) return false;
      requests.push(named.canary.bad + named.canary.good);
      return true;
    },
  );
  expect(hits).toBe(runs);
  expect(mean(requests)).toBeLessThan(11);
});

describe('the waits of a gate', () => {
  test.each([
    [0.2, 2],
    [0.3, 2.6],
    [0.5, 5.7],
    [0.65, 15],
  ])(
    'a canary that burns %d of the limit needs about %d times the events of a clean one',
    (fraction, times) => {
      const random = uniforms(16);
      const needed = Array.from({ length: 200 }, () => {
        let bad = 0;
        for (let events = 5; ; events += 5) {
          for (let each = 0; each < 5; each += 1) if (random() < fraction * 0.01) bad += 1;
          if (safeLogEvidence(bad, events - bad, 0.01) >= Math.log(20)) return events;
        }
      });
      expect(mean(needed) / 350 / times).toBeGreaterThan(0.8);
      expect(mean(needed) / 350 / times).toBeLessThan(1.35);
    },
  );

  test.each([
    [0.05, 212],
    [0.1, 115],
    [0.25, 60],
    [0.5, 51],
  ])('at a canary share of %d equal rates are told from twice as bad by about %d errors', (share, errors) => {
    const random = uniforms(17);
    const needed = Array.from({ length: 400 }, () => {
      const sums = new Float64Array(NOT_WORSE_SIZE);
      for (let seen = 1; ; seen += 1) {
        addNotWorse(sums, random() < share ? 1 : 0, 1, share);
        if (notWorseLogEvidence(sums) >= Math.log(20)) return seen;
      }
    });
    expect(mean(needed) / errors).toBeGreaterThan(0.75);
    expect(mean(needed) / errors).toBeLessThan(1.25);
  });

  test('a canary at twice its budget is passed by less than beta of all gates, over 120 looks', () => {
    const random = uniforms(18);
    let passed = 0;
    for (let run = 0; run < 400; run += 1) {
      const trial = new Trial(ask());
      const passes = Array.from({ length: 120 }, (_, minute) => {
        let bad = 0;
        for (let each = 0; each < 60; each += 1) if (random() < 0.01) bad += 1;
        trial.absorb({
          time: START + minute * MINUTE,
          canary: { good: 60 - bad, bad },
          stable: { good: 540, bad: 0 },
        });
        const safety = trial.safety.evidence();
        return safety !== null && Math.min(safety.log, safety.recentLog) >= Math.log(20);
      });
      if (passes.includes(true)) passed += 1;
    }
    expect(passed / 400).toBeLessThanOrEqual(0.05);
  });
});
