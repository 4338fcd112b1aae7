import { describe, expect, test } from 'vitest';
import { ask, buckets, HEALTHY, HOLE, IDLE, rows, START, type Row } from '../../test/statistics/scenes.ts';
import type { PolicyOverrides } from './policy.ts';
import { Trial, useOf, type BucketUse } from './trial.ts';
import { MINUTE } from './units.ts';

function trial(given: readonly Row[], policy: PolicyOverrides = {}, grouped = false): Trial {
  const found = new Trial(ask({ grouped }, policy));
  for (const bucket of buckets(given)) found.absorb(bucket);
  return found;
}

describe('a bucket is used by its event counts alone', () => {
  test.each<readonly [use: BucketUse, row: Row]>([
    ['paired', HEALTHY],
    ['paired', { canary: [100, 100], stable: [0, 900] }],
    ['paired', { canary: [0, 980], stable: [0, 20] }],
    ['canary-only', { canary: [0, 981], stable: [0, 19] }],
    ['canary-only', { canary: [0, 100], stable: [0, 0] }],
    ['canary-only', { canary: [0, 100], stable: null }],
    ['stable-only', { canary: null, stable: [0, 900] }],
    ['stable-only', { canary: [0, 0], stable: [0, 900] }],
    ['idle', IDLE],
    ['idle', { canary: null, stable: [0, 0] }],
    ['uncovered', HOLE],
    ['uncovered', { flaw: 'canary: 5 bad of 3 total' }],
  ])('%s: %j', (use, row) => {
    expect(buckets([row]).map((bucket) => useOf(bucket))).toEqual([use]);
  });
});

describe('the trial of a canary', () => {
  test('starts with its first event: what stable did before is not compared', () => {
    const alone = rows(60, { canary: null, stable: [90, 900] });
    expect(trial([...alone, ...rows(30, HEALTHY)]).counts).toEqual(trial(rows(30, HEALTHY)).counts);
    expect(trial([...alone, ...rows(30, HEALTHY)]).evidence).toEqual(trial(rows(30, HEALTHY)).evidence);
  });

  test('leaves the warm-up out of everything, counted from its first event', () => {
    const cold: Row = { canary: [50, 100], stable: [1, 900] };
    const warm = trial(
      [...rows(5, { canary: null, stable: [1, 900] }), ...rows(3, cold), ...rows(30, HEALTHY)],
      { warmup: 3 * MINUTE },
    );
    expect(warm.counts).toEqual(trial(rows(30, HEALTHY)).counts);
    expect(warm.evidence).toEqual(trial(rows(30, HEALTHY)).evidence);
    expect(warm.safety.evidence()?.logSafe).toEqual(trial(rows(30, HEALTHY)).safety.evidence()?.logSafe);
  });

  test('counts a stable that goes on alone, but takes no evidence from it', () => {
    const before = trial(rows(30, HEALTHY));
    const after = trial([...rows(30, HEALTHY), ...rows(5, { canary: null, stable: [1, 900] })]);
    expect(after.evidence).toEqual(before.evidence);
    expect(after.counts.stable.good + after.counts.stable.bad).toBe(35 * 900);
  });

  test('takes no evidence from a draining stable', () => {
    const draining: Row = { canary: [500, 990], stable: [0, 10] };
    const after = trial([...rows(30, HEALTHY), ...rows(30, draining)]);
    expect(after.evidence).toEqual(trial(rows(30, HEALTHY)).evidence);
    expect(after.wholeHarm).toBeNull();
  });

  test('keeps the first proof, whatever comes later', () => {
    const burning = rows(10, { canary: [20, 100], stable: [1, 900] });
    const early = trial(burning).wholeHarm;
    expect(early).not.toBeNull();
    expect(trial([...burning, ...rows(500, HEALTHY)]).wholeHarm).toEqual(early);
  });

  test('is suspicious of whatever evidence there is: of the whole, of a group, or of a canary judged alone', () => {
    const absolute = { onMissingStable: 'absolute', maxBurnRate: 14.4 } as const;
    expect(trial(rows(1, { canary: [60, 100], stable: [1, 900] })).suspicion).toBeGreaterThan(Math.LN10);
    expect(trial(rows(1, { canary: [90, 100], stable: null }), absolute).suspicion).toBeGreaterThan(
      Math.LN10,
    );
    const group: Row = {
      groups: {
        '/a': [
          [0, 9000],
          [1, 90_000],
        ],
        '/b': [
          [60, 100],
          [1, 900],
        ],
      },
    };
    expect(trial(rows(1, group), {}, true).suspicion).toBeGreaterThan(Math.LN10);
    expect(trial(rows(60, HEALTHY)).suspicion).toBeLessThan(Math.LN10);
  });

  test('remembers when the fault began, and what both cohorts did since', () => {
    const { wholeHarm } = trial([...rows(90, HEALTHY), ...rows(30, { canary: [20, 100], stable: [1, 900] })]);
    expect(wholeHarm?.onset?.time).toBe(START + 90 * MINUTE);
    expect(wholeHarm?.onset?.canary.bad).toBe(20 * ((wholeHarm?.index ?? 0) - 89));
  });

  test('cannot prove harm by a comparison that never took place', () => {
    const apart = rows(60, { groups: { 'only canary': [[50, 100], null], 'only stable': [null, [1, 900]] } });
    const { evidence, wholeHarm, groupHarm } = trial(apart, {}, true);
    expect(evidence.logRelative).toBeCloseTo(0, 9);
    expect([wholeHarm, groupHarm]).toEqual([null, null]);
  });
});
