import { describe, expect, test } from 'vitest';
import { buckets, rows, times, type Row } from '../../test/statistics/scenes.ts';
import { BROKEN, FINE, TERMS, family } from '../../test/statistics/group-scenes.ts';
import { GroupFamily } from './group-family.ts';
import { RELATIVE_MULTIPLES } from './stats/harm.ts';

const PROVEN = -Math.log(TERMS.alpha);

describe('a family of groups', () => {
  test('names the broken one and proves its harm', () => {
    const found = family(rows(10, { groups: { '/a': FINE, '/b': FINE, '/broken': BROKEN } }));
    expect(found.logHarm).toBeGreaterThan(PROVEN);
    expect(found.guilty().map(({ group }) => group)).toEqual(['/broken']);
  });

  test('finds no harm where all are well', () => {
    const found = family(rows(120, { groups: { '/a': FINE, '/b': FINE } }));
    expect(found.logHarm).toBeLessThan(0);
  });

  test('needs bad events of a group in three distinct buckets', () => {
    const path = times(3, (i) => family(rows(i + 1, { groups: { '/broken': BROKEN } })).logHarm);
    expect(path.slice(0, 2)).toEqual([-Infinity, -Infinity]);
    expect(path[2]).toBeGreaterThan(PROVEN);
  });

  test('is suspicious of a group from its first bad bucket on', () => {
    expect(family(rows(2, { groups: { '/broken': BROKEN } })).suspicion).toBeGreaterThan(Math.LN10);
    expect(family(rows(60, { groups: { '/a': FINE } })).suspicion).toBeLessThan(0);
  });

  test('judges each on its own clock: a group that comes late is not held back by the hours before', () => {
    const late = family([
      ...rows(600, { groups: { '/a': FINE } }),
      ...rows(10, { groups: { '/a': FINE, '/late': BROKEN } }),
    ]);
    expect(late.logHarm).toBeGreaterThan(PROVEN);
    expect(late.guilty()[0]?.group).toBe('/late');
  });

  test('cannot compare a group that only one cohort has', () => {
    const found = family(
      rows(30, {
        groups: {
          '/new': [[20, 20], null],
          '/old': [null, [50, 180]],
          '/gone': [
            [0, 0],
            [9, 90],
          ],
        },
      }),
    );
    expect(found.suspicion).toBeLessThanOrEqual(0);
    expect(found.ranked().map(({ group, canary, stable }) => [group, canary.bad, stable.bad])).toEqual([
      ['/gone', 0, 270],
      ['/new', 600, 0],
      ['/old', 0, 1500],
    ]);
  });

  test('gives its prior mass to groups by the order in which their events arrive', () => {
    const found = family([
      {
        groups: {
          '/a': FINE,
          '/b': FINE,
          '/none': [
            [0, 0],
            [0, 0],
          ],
        },
      },
      {
        groups: {
          '/a': FINE,
          '/c': FINE,
          '/none': [
            [0, 0],
            [0, 1],
          ],
        },
      },
      { groups: { '/d': [[0, 1], null] } },
    ]);
    const weights = Object.fromEntries(
      found.ranked().map(({ group, logWeight }) => [group, Math.exp(logWeight)]),
    );
    expect(weights).toEqual({
      '/a': expect.closeTo(0.35, 9) as number,
      '/b': expect.closeTo(0.35, 9) as number,
      '/c': expect.closeTo(0.075, 9) as number,
      '/none': expect.closeTo(0.075, 9) as number,
      '/d': expect.closeTo(0.05, 9) as number,
    });
  });

  test('adds up weak evidence that no group has alone', () => {
    const weak = family(
      rows(4, {
        groups: {
          '/a': [
            [1, 4],
            [0, 36],
          ],
          '/b': [
            [1, 4],
            [0, 36],
          ],
        },
      }),
    );
    const strongest = weak.ranked()[0];
    expect(weak.logHarm).toBeGreaterThan((strongest?.logHarm ?? 0) + (strongest?.logWeight ?? 0));
    expect(weak.logHarm).toBeCloseTo((strongest?.logHarm ?? 0) + Math.log(0.7), 9);
  });

  test('names at least the strongest', () => {
    const found = family(
      rows(4, {
        groups: {
          '/a': [
            [1, 30],
            [0, 270],
          ],
          '/b': [
            [2, 30],
            [0, 270],
          ],
        },
      }),
    );
    expect(found.guilty().map(({ group }) => group)).toEqual(['/b']);
  });

  test('hands the sum over its groups to the proof on the whole', () => {
    const [bucket] = buckets([
      {
        groups: {
          '/a': [
            [3, 10],
            [1, 90],
          ],
          '/b': [
            [2, 10],
            [5, 90],
          ],
        },
      },
    ]);
    const increments = (names: readonly string[]): Float64Array => {
      const into = new Float64Array(RELATIVE_MULTIPLES.length);
      const groups = new Map([...(bucket?.groups ?? [])].filter(([name]) => names.includes(name)));
      new GroupFamily(TERMS).absorb(groups, into);
      return into;
    };
    const [a, b] = [increments(['/a']), increments(['/b'])];
    for (const [i, sum] of increments(['/a', '/b']).entries())
      expect(sum).toBeCloseTo((a[i] ?? 0) + (b[i] ?? 0), 9);
  });
});

describe('what is known of groups besides', () => {
  const of = (canary: readonly [number, number], stable: readonly [number, number]) =>
    [canary, stable] as const;

  test('counts the share of stable’s events in groups that the canary has seen', () => {
    const found = family([
      { groups: { '/a': of([0, 10], [1, 600]), '/b': [null, [2, 300]], '/c': of([0, 0], [0, 100]) } },
      { groups: { '/a': of([0, 0], [0, 200]), '/d': of([0, 5], [0, 50]) } },
    ]);
    expect(found.coveredShare).toBeCloseTo((800 + 50) / 1250, 12);
    expect(family([]).coveredShare).toBeNull();
    expect(family([{ groups: { '/new': [[0, 5], null] } }]).coveredShare).toBeNull();
  });

  test('sums each group’s events', () => {
    const found = family(rows(3, { groups: { '/a': of([2, 10], [5, 90]) } }));
    expect(found.ranked()[0]).toMatchObject({
      group: '/a',
      canary: { good: 24, bad: 6 },
      stable: { good: 255, bad: 15 },
      logWeight: Math.log(0.7),
    });
  });

  test('knows whether the newest bucket can have raised any evidence', () => {
    const found = new GroupFamily(TERMS);
    const risen = (row: Row): boolean => {
      for (const { groups } of buckets([row]))
        if (groups !== undefined) found.absorb(groups, new Float64Array(RELATIVE_MULTIPLES.length));
      return found.mayHaveRisen;
    };
    expect(found.mayHaveRisen).toBe(false);
    expect(risen({ groups: { '/a': of([1, 10], [0, 90]), '/b': of([0, 10], [0, 90]) } })).toBe(true);
    // Stable's bad events alone speak for the canary.
    expect(risen({ groups: { '/a': of([0, 10], [9, 90]) } })).toBe(false);
    expect(risen({ groups: { '/a': of([0, 10], [0, 90]) } })).toBe(false);
    // What cannot be compared proves nothing.
    expect(risen({ groups: { '/a': [[9, 10], null] } })).toBe(false);
  });

  test('is the same whatever the order of the groups in a bucket', () => {
    const names = ['/a', '/b', '/c', '/d'];
    const bucket = (order: readonly string[]): Row => ({
      groups: Object.fromEntries(order.map((name) => [name, of([names.indexOf(name), 30], [1, 270])])),
    });
    const one = family([bucket(names), ...times(5, () => bucket(names))]);
    const other = family([
      bucket(names),
      ...times(5, (i) => bucket(i % 2 === 0 ? names.toReversed() : ['/b', '/d', '/a', '/c'])),
    ]);
    expect(other.ranked()).toEqual(one.ranked());
  });

  test('lets a bucket in which a group had no bad events count against its harm', () => {
    const bad = of([2, 20], [1, 180]);
    const clean = of([0, 20], [0, 180]);
    const evidence = (
      ...second: readonly (readonly [readonly [number, number], readonly [number, number]])[]
    ) =>
      family(second.map((pair) => ({ groups: { '/z': bad, '/a': pair } })))
        .ranked()
        .find(({ group }) => group === '/a');
    const [dirty, mixed] = [evidence(bad, bad), evidence(bad, clean)];
    expect(mixed?.logBurn).toBeLessThan(dirty?.logBurn ?? NaN);
    // Without any bad event the comparison says nothing at all, whatever another group did.
    const [once] = family([{ groups: { '/a': bad } }]).ranked();
    const [twice] = family([{ groups: { '/a': bad } }, { groups: { '/a': clean } }]).ranked();
    expect(twice?.logRelative).toBeCloseTo(once?.logRelative ?? NaN, 12);
    expect(mixed?.logRelative).toBeCloseTo(once?.logRelative ?? NaN, 12);
  });
});
