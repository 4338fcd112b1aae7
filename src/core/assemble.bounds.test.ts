import { describe, expect, test } from 'vitest';
import { START } from '../../test/statistics/scenes.ts';
import { assemble, isBounded, type AssembleOptions } from './assemble.ts';
import type { Cohort, Role } from './counts.ts';
import type { Series } from './provider.ts';
import { MINUTE } from './units.ts';

const WINDOW = { start: START, end: START + MINUTE, bucketMs: MINUTE };
const PLAIN: AssembleOptions = { grouped: false, exclude: [], counted: 'bad' };
const series = (role: Role, cohort: Cohort, [count = 0]: readonly number[]): Series => ({
  role,
  cohort,
  points: [[START, count]],
});

describe('counts of which only bounds are known', () => {
  const bounded = (cohort: Cohort, role: 'good' | 'bad', least: number, most: number): Series => ({
    ...series(role, cohort, [least]),
    atMost: [[START, most]],
  });
  const totals = [series('total', 'canary', [100]), series('total', 'stable', [1000])];

  test.each([
    ['kindest', 'bad', { canary: 2, stable: 50 }],
    ['harshest', 'bad', { canary: 7, stable: 20 }],
    ['kindest', 'good', { canary: 93, stable: 980 }],
    ['harshest', 'good', { canary: 98, stable: 950 }],
  ] as const)('are taken at the %s end where %s events are counted', (reading, role, bad) => {
    const given = [...totals, bounded('canary', role, 2, 7), bounded('stable', role, 20, 50)];
    const { buckets } = assemble(WINDOW, given, { ...PLAIN, counted: role, reading });
    expect(buckets[0]).toMatchObject({ canary: { bad: bad.canary }, stable: { bad: bad.stable } });
  });

  test('with no upper end are as many as there are', () => {
    const given = [...totals, bounded('canary', 'bad', 2, Infinity), series('bad', 'stable', [1])];
    const { buckets } = assemble(WINDOW, given, { ...PLAIN, reading: 'harshest' });
    expect(buckets[0]?.canary).toEqual({ good: 0, bad: 100 });
    expect(isBounded(given)).toBe(true);
    expect(isBounded(totals)).toBe(false);
  });
});
