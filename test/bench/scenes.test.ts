import { describe, expect, test } from 'vitest';
import { randomOf } from '../../bench/judge/random.ts';
import { burstScene } from '../../bench/judge/scenes/bursts.ts';
import { FAULTS, faultyRelease } from '../../bench/judge/scenes/faults.ts';
import { HUNDRED_GROUPS, mixScene, zipf } from '../../bench/judge/scenes/groups.ts';
import { HEALTHY, LOOKS } from '../../bench/judge/scenes/healthy.ts';
import { splitLog } from '../../bench/judge/scenes/real.ts';
import type { Scene } from '../../bench/judge/scenes/scene.ts';
import { NO_EVENTS, add, total, type Bucket, type Cohort } from '../../src/core/counts.ts';

const ALL: readonly Scene[] = [
  ...HEALTHY,
  HUNDRED_GROUPS,
  mixScene(true),
  mixScene(false),
  burstScene(true),
  burstScene(false),
];

function sum(buckets: readonly Bucket[], cohort: Cohort) {
  return buckets.reduce((all, bucket) => add(all, bucket[cohort] ?? NO_EVENTS), NO_EVENTS);
}

describe('a simulated release', () => {
  test.each(ALL.map((scene) => [scene.name, scene] as const))('is the same each time: %s', (_, scene) => {
    const make = (run: number): readonly Bucket[] => scene.make(randomOf('test', run));
    expect(make(3)).toEqual(make(3));
    expect(make(3)).not.toEqual(make(4));
    expect(make(3)).toHaveLength(LOOKS);
  });

  test.each(ALL.map((scene) => [scene.name, scene] as const))(
    'has whole counts, and groups that add up to it: %s',
    (_, scene) => {
      for (const bucket of scene.make(randomOf('test', 1))) {
        for (const cohort of ['canary', 'stable'] as const) {
          const { good, bad } = bucket[cohort] ?? NO_EVENTS;
          expect(Number.isInteger(good) && good >= 0 && Number.isInteger(bad) && bad >= 0).toBe(true);
          if (bucket.groups === undefined) continue;
          const parts = [...bucket.groups.values()].map((pair) => pair[cohort] ?? NO_EVENTS);
          expect(parts.reduce(add, NO_EVENTS)).toEqual({ good, bad });
        }
      }
    },
  );

  test('that turns bad after an hour is as good as stable before', () => {
    const [fault] = FAULTS;
    if (fault === undefined) throw new Error('no scenario');
    const runs = Array.from({ length: 50 }, (_, run) => faultyRelease(randomOf('test', run), fault, 60));
    const before = runs.map((buckets) => sum(buckets.slice(0, 60), 'canary')).reduce(add, NO_EVENTS);
    const after = runs.map((buckets) => sum(buckets.slice(60), 'canary')).reduce(add, NO_EVENTS);
    // 900,000 and 3,600,000 events: five standard deviations either side.
    expect(Math.abs(before.bad / total(before) - fault.stableBad)).toBeLessThan(
      5 * Math.sqrt(0.001 / 900_000),
    );
    expect(Math.abs(after.bad / total(after) - fault.canaryBad)).toBeLessThan(
      5 * Math.sqrt(0.01 / 3_600_000),
    );
  });
});

describe('bursts', () => {
  test('with pods known are the same release, with each canary pod beside it', () => {
    const known = burstScene(true).make(randomOf('test', 5));
    const unknown = burstScene(false).make(randomOf('test', 5));
    expect(known.map(({ canary, stable }) => [canary, stable])).toEqual(
      unknown.map(({ canary, stable }) => [canary, stable]),
    );
    for (const bucket of known) {
      expect('pods' in bucket && bucket.pods instanceof Map ? bucket.pods.size : null).toBe(2);
    }
  });
});

describe('a log that is split at random', () => {
  const bad = Array.from({ length: 1003 }, (_, i) => i % 50 === 0);

  test('loses no request and no error', () => {
    const buckets = splitLog(randomOf('test', 1), bad, { looks: 24, share: 0.1, extra: 0 });
    const all = add(sum(buckets, 'canary'), sum(buckets, 'stable'));
    expect(buckets).toHaveLength(24);
    expect([total(all), all.bad]).toEqual([1003, bad.filter(Boolean).length]);
  });

  test('gets its extra failures on the canary only', () => {
    const buckets = splitLog(randomOf('test', 1), bad, { looks: 24, share: 0.5, extra: 1 });
    expect(sum(buckets, 'canary').good).toBe(0);
    expect(sum(buckets, 'stable').bad).toBeLessThan(30);
  });
});

test('shares after Zipf are proportional to 1/rank and sum to the total', () => {
  const shares = zipf(100, 0.995);
  expect(shares.reduce((all, each) => all + each, 0)).toBeCloseTo(0.995, 12);
  expect((shares[0] ?? 0) / (shares[9] ?? 1)).toBeCloseTo(10, 12);
});
