import { describe, expect, test } from 'vitest';
import type { CohortMatch } from '../../src/core/provider.ts';
import { planCohorts } from './cohort.ts';
import { METRICS, query } from './emulator/opened.ts';

const TRACE = query({ metric: 'trace.http.request.hits' }, 'total');
const LOG = query({ source: 'logs', filter: { service: 'a' } }, 'total');
const plain = (hash: string): CohortMatch => ({ hash, value: hash, match: 'exact' });
const scope = { rollout: 'checkout' };
const plan = (
  of: Parameters<typeof planCohorts>[0],
  canary: CohortMatch | null,
  stable: CohortMatch | null = plain('5f9c8b7d44'),
) => planCohorts(of, { cohorts: { canary, stable }, scope });

describe('by default', () => {
  test.each([
    ['own metrics', METRICS.total],
    ['logs', LOG],
  ])('%s are asked by the replica set of the hash', (_, of) => {
    const { tag, asked, canaryAsked, sideOf } = plan(of, plain('6d4b75cb6d'));
    expect({ tag, asked, canaryAsked }).toEqual({
      tag: 'kube_replica_set',
      asked: ['checkout-5f9c8b7d44', 'checkout-6d4b75cb6d'],
      canaryAsked: ['checkout-6d4b75cb6d'],
    });
    expect([
      sideOf('checkout-6d4b75cb6d'),
      sideOf('checkout-5f9c8b7d44'),
      sideOf('checkout-6d4b75cb6'),
    ]).toEqual(['canary', 'stable', null]);
  });

  test('without a rollout the replica set has no name, and that is said', () => {
    const ask = { cohorts: { canary: plain('6d4b75cb6d'), stable: null }, scope: {} };
    expect(() => planCohorts(METRICS.total, ask)).toThrow('the request names no rollout');
  });

  test.each([
    ['trace metrics', TRACE],
    ['APM', query({ source: 'apm_metrics', service: 'a' }, 'total')],
  ])('%s are grouped by version, which ends in the hash', (_, of) => {
    const { tag, asked, sideOf } = plan(of, plain('6d4b75cb6d'));
    expect({ tag, asked }).toEqual({ tag: 'version', asked: null });
    for (const version of ['6d4b75cb6d', '1a2b3c4-6d4b75cb6d', 'v1.2.0_6D4B75CB6D', '1.2.6d4b75cb6d'])
      expect([version, sideOf(version)]).toEqual([version, 'canary']);
    // A hash that only ends like ours is another release.
    for (const version of ['1a2b3c4-06d4b75cb6d', '6d4b75cb6d-1', 'd4b75cb6d', 'N/A', ''])
      expect([version, sideOf(version)]).toEqual([version, null]);
  });
});

describe('by the annotation', () => {
  test('a plain version is compared as it stands', () => {
    const { tag, asked } = plan(
      TRACE,
      { hash: 'a1', label: 'version', value: 'V2-a1', match: 'exact' },
      { hash: 'b2', label: 'version', value: 'V1-b2', match: 'exact' },
    );
    expect({ tag, asked }).toEqual({ tag: 'version', asked: ['v1-b2', 'v2-a1'] });
  });

  test('prefixes and suffixes are matched on our side', () => {
    const match = (hash: string): CohortMatch => ({
      hash,
      label: 'pod_name',
      value: `checkout-${hash}-`,
      match: 'prefix',
    });
    const { asked, sideOf } = plan(METRICS.total, match('a1'), match('b2'));
    expect([asked, sideOf('checkout-a1-x2'), sideOf('checkout-b2-x2'), sideOf('checkout-a11-x')]).toEqual([
      null,
      'canary',
      'stable',
      null,
    ]);
  });

  test('a value of both sides is an error, not a guess', () => {
    const match = (hash: string): CohortMatch => ({ hash, value: hash, label: 'version', match: 'suffix' });
    expect(() => plan(TRACE, match('b75cb6d'), match('cb6d')).sideOf('x-b75cb6d')).toThrow(
      'version "x-b75cb6d" matches both canary and stable',
    );
  });

  test('two tags are none', () => {
    const canary: CohortMatch = { hash: 'a1', label: 'version', value: 'a1', match: 'exact' };
    expect(() => plan(METRICS.total, canary)).toThrow('under different tags');
  });

  test('a label that is no tag is refused', () => {
    const canary: CohortMatch = { hash: 'a1', label: 'Ver sion', value: 'a1', match: 'exact' };
    expect(() => plan(METRICS.total, canary)).toThrow('is no Datadog tag');
  });
});

test('sides named in the SLO are asked as they are, whatever the hashes', () => {
  const of = query(
    {
      metric: 'aws.applicationelb.request_count',
      cohort: {
        tag: 'targetgroup',
        canary: 'targetgroup/checkout-canary/1',
        stable: 'targetgroup/checkout/2',
      },
    },
    'total',
  );
  const { tag, asked, sideOf } = plan(of, plain('a1'), plain('b2'));
  expect({ tag, asked }).toEqual({
    tag: 'targetgroup',
    asked: ['targetgroup/checkout-canary/1', 'targetgroup/checkout/2'],
  });
  expect(sideOf('targetgroup/checkout-canary/1')).toBe('canary');
});

test('what cannot be a hash is left out with a note, and the other side stays', () => {
  for (const hash of ['*', 'a b', '6D4B75CB6D', 'version:*', 'and', '\u212A8s']) {
    const { asked, sides, notes } = plan(METRICS.total, plain(hash));
    expect({ asked, sides }).toEqual({ asked: ['checkout-5f9c8b7d44'], sides: ['stable'] });
    expect(notes).toEqual([expect.stringContaining('the hash of canary is no pod-template-hash')]);
  }
});

test('the whole service needs no tag, and no company', () => {
  const every: CohortMatch = { hash: '', value: '', match: 'any' };
  const { tag, whole, sideOf } = plan(METRICS.total, null, every);
  expect([tag, whole, sideOf('anything')]).toEqual([null, 'stable', 'stable']);
  expect(() => plan(METRICS.total, plain('a1'), every)).toThrow('beside another cohort');
});
