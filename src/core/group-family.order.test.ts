import { describe, expect, test } from 'vitest';
import { rows } from '../../test/statistics/scenes.ts';
import { BROKEN, FINE, TERMS, family } from '../../test/statistics/group-scenes.ts';

describe('groups in order of their evidence', () => {
  const weak = [
    [1, 30],
    [0, 270],
  ] as const;
  const heavy = [
    [5, 30],
    [0, 270],
  ] as const;
  const light = [
    [3, 30],
    [0, 270],
  ] as const;

  test('are ranked by evidence and prior weight together, equal ones by name', () => {
    const found = family(rows(4, { groups: { '/b': light, '/a': light, '/z': heavy } }));
    expect(found.ranked().map(({ group }) => group)).toEqual(['/z', '/a', '/b']);
    // A little more evidence does not outweigh a prior of a sixth.
    const late = family([
      { groups: { '/old': light } },
      ...rows(1, { groups: { '/old': light, '/late': light } }),
    ]);
    expect(late.ranked().map(({ group }) => group)).toEqual(['/old', '/late']);
  });

  test('hold a gate back from a limit on, and the strongest always', () => {
    const found = family(rows(4, { groups: { '/b': light, '/fine': FINE, '/z': heavy } }));
    const [strongest, second, weakest] = found.ranked();
    const weighted = (each = strongest) => (each?.logWeight ?? NaN) + (each?.logHarm ?? NaN);
    const names = (limit: number) => found.suspects(limit).map(({ group }) => group);
    expect(names(weighted(strongest) + 1)).toEqual(['/z']);
    expect(names(weighted(second) + 1e-9)).toEqual(['/z']);
    expect(names(weighted(second) - 1e-9)).toEqual(['/z', '/b']);
    expect(names(weighted(weakest) - 1e-9)).toEqual(['/z', '/b', '/fine']);
  });

  test('are named guilty as e-BH allows, and never before their third bad bucket', () => {
    const given = rows(6, { groups: { '/b': heavy, '/fine': FINE, '/z': heavy } });
    expect(
      family(given)
        .guilty()
        .map(({ group }) => group),
    ).toEqual(['/b', '/z']);
    const young = family([
      ...rows(4, { groups: { '/b': weak, '/z': FINE } }),
      ...rows(2, { groups: { '/b': FINE, '/z': BROKEN } }),
    ]);
    expect(young.ranked()[0]?.group).toBe('/z');
    expect(young.guilty().map(({ group }) => group)).toEqual(['/b']);
    expect(family(rows(2, { groups: { '/z': BROKEN } })).guilty()).toEqual([]);
  });

  test.each([0.5, 0.1, 0.02, 0.01, 0.005, 0.002, 1e-4, 1e-6])(
    'are named guilty at %d as e-BH is defined',
    (alpha) => {
      const middle = [
        [2, 30],
        [0, 270],
      ] as const;
      const found = family(
        rows(3, { groups: { '/a': heavy, '/b': light, '/c': middle, '/d': weak, '/fine': FINE } }),
        { ...TERMS, alpha },
      );
      // The k-th largest of K e-values, each K times its prior weight, is at least K / (k alpha).
      const candidates = found.ranked().filter(({ group }) => group !== '/fine');
      const most = candidates.findLastIndex(
        ({ logHarm, logWeight }, index) => logHarm + logWeight >= -Math.log((index + 1) * alpha),
      );
      expect(found.guilty()).toEqual(candidates.slice(0, Math.max(1, most + 1)));
    },
  );

  test('are counted', () => {
    expect(family([]).size).toBe(0);
    expect(family(rows(2, { groups: { '/a': FINE, '/b': weak } })).size).toBe(2);
  });

  test('are named one at least where only their sum is proven', () => {
    const found = family(rows(4, { groups: { '/a': weak, '/b': weak } }));
    expect(found.guilty().map(({ group }) => group)).toEqual(['/a']);
  });
});
