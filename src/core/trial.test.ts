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

  test('and not at all where the answer contradicts itself', () => {
    const [bucket] = buckets([HEALTHY]);
    expect(bucket === undefined ? null : useOf({ ...bucket, flaw: 'stable: 9 bad of 8 total' })).toBe(
      'uncovered',
    );
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

  test('judges no bucket without events or without data', () => {
    const given = trial([...rows(3, HEALTHY), HOLE, IDLE, { flaw: 'x' }, ...rows(3, HEALTHY)]);
    expect(given.judged).toBe(6);
    expect(given.counts).toEqual(trial(rows(6, HEALTHY)).counts);
    expect(trial([...rows(3, { canary: null, stable: [1, 900] }), ...rows(2, HEALTHY)]).judged).toBe(2);
  });

  test('knows the one pod that carries the trouble', () => {
    const found = new Trial(ask());
    for (const bucket of buckets(rows(5, { canary: [9, 300], stable: [0, 2700] }))) {
      const pods = new Map([
        ['sick', { good: 91, bad: 9 }],
        ['well', { good: 200, bad: 0 }],
      ]);
      found.absorb({ ...bucket, pods });
    }
    expect(found.concentration).toEqual({ pod: 'sick', pods: 2, share: 1 });
    expect(trial(rows(5, { canary: [9, 300], stable: [0, 2700] })).concentration).toBeNull();
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

describe('harm in groups', () => {
  const FINE = [
    [0, 1000],
    [1, 9000],
  ] as const;
  const BROKEN = [
    [20, 40],
    [0, 360],
  ] as const;
  const policy = { maxBurnRate: 10 } as const;

  test('is kept with the evidence of the strongest of them, and that of all', () => {
    const { groupHarm, family, wholeHarm } = trial(
      rows(3, { groups: { '/a': FINE, '/b': BROKEN } }),
      policy,
      true,
    );
    const [strongest] = family.ranked();
    expect(wholeHarm).toBeNull();
    expect(groupHarm).toMatchObject({
      where: 'groups',
      index: 2,
      time: START + 2 * MINUTE,
      logBurn: strongest?.logBurn,
      logRelative: strongest?.logRelative,
      logHarm: family.logHarm,
    });
    expect(groupHarm?.threshold).toBeCloseTo(-Math.log(0.01 * 0.2), 9);
    expect(groupHarm?.groups.map(({ group }) => group)).toEqual(['/b']);
  });

  test('beside a proof on the whole is named only where their own evidence points the same way', () => {
    const given = rows(10, {
      groups: {
        '/fine': FINE,
        '/broken': [
          [200, 400],
          [0, 3600],
        ],
        // Over its budget, by one event in all that proves nothing.
        '/unlucky': [
          [0, 4],
          [0, 36],
        ],
      },
    });
    const unlucky: Row = {
      groups: {
        '/fine': FINE,
        '/broken': FINE,
        '/unlucky': [
          [1, 4],
          [1, 36],
        ],
      },
    };
    const { wholeHarm } = trial([unlucky, ...given], {}, true);
    expect(wholeHarm?.where).toBe('whole');
    expect(wholeHarm?.threshold).toBeCloseTo(-Math.log(0.01 * 0.8), 9);
    expect(wholeHarm?.groups.map(({ group }) => group)).toEqual(['/broken']);
  });
});

describe('a canary that is judged alone, by policy', () => {
  const absolute = { onMissingStable: 'absolute', maxBurnRate: 14.4 } as const;
  const burning = (count: number) => rows(count, { canary: [60, 100], stable: null });

  test('is failed by its burn, at half of alpha, and stays so from the first proof on', () => {
    const { wholeHarm, wholeSuspicion, threshold } = trial(burning(2), absolute);
    expect(wholeHarm).toMatchObject({ where: 'absolute', index: 1, logRelative: 0, groups: [] });
    expect(wholeHarm?.logBurn).toBe(wholeSuspicion);
    expect(wholeHarm?.logHarm).toBe(wholeSuspicion);
    expect(wholeHarm?.threshold).toBeCloseTo(-Math.log(0.01 / 2), 9);
    expect(threshold).toBeCloseTo(-Math.log(0.01 / 2), 9);
    expect(trial(burning(20), absolute).wholeHarm).toEqual(wholeHarm);
  });

  test('needs bad events in as many buckets as any other', () => {
    expect(trial(burning(1), absolute).wholeHarm).toBeNull();
    expect(trial(burning(4), { ...absolute, minBadBuckets: 5 }).wholeHarm).toBeNull();
    expect(trial(burning(5), { ...absolute, minBadBuckets: 5 }).wholeHarm?.index).toBe(4);
  });

  test('is not judged where the policy does not say so', () => {
    expect(trial(burning(20), { maxBurnRate: 14.4 }).wholeHarm).toBeNull();
  });
});
