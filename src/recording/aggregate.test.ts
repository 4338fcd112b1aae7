import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountsTable } from './aggregate.ts';
import type { CountsRow } from './counts-row.ts';

const LIMITS = { groups: 2, cohorts: 2, pods: 2, cells: 6 };
const row = (time: number, cohort: string, more: Partial<CountsRow> = {}): CountsRow => ({
  time,
  cohort,
  good: 2,
  bad: 1,
  ...more,
});

describe('a table of counts', () => {
  test('sums the rows of one bucket, and keeps all else apart', () => {
    const table = new CountsTable(60_000);
    const rows = [
      row(60_000, 'a', { pod: 'p1' }),
      row(119_999, 'a', { pod: 'p1' }),
      row(60_000, 'a'),
      row(120_000, 'a'),
      row(60_000, 'b'),
      row(60_000, 'a', { group: 'g' }),
      row(60_000, 'a', { namespace: 'n' }),
      row(60_000, 'a', { cluster: 'n' }),
    ];
    expect(rows.map((each) => table.add(each))).toEqual(rows.map(() => 'kept'));
    const one = { times: [60_000], good: [2], bad: [1] };
    expect(table.series()).toEqual([
      { cohort: 'a', pod: 'p1', times: [60_000], good: [4], bad: [2] },
      { cohort: 'a', times: [60_000, 120_000], good: [2, 2], bad: [1, 1] },
      { cohort: 'b', ...one },
      { cohort: 'a', group: 'g', ...one },
      { cohort: 'a', namespace: 'n', ...one },
      { cohort: 'a', cluster: 'n', ...one },
    ]);
  });

  test('pools the groups that come when there are too many, and says so', () => {
    const table = new CountsTable(60_000, LIMITS);
    for (const group of ['x', 'y', 'z', 'x', 'w']) table.add(row(0, 'a', { group }));
    expect(table.series().map(({ group, good }) => [group, good])).toEqual([
      ['x', [4]],
      ['y', [2]],
      ['other', [4]],
    ]);
    expect(table.pooled).toBe(true);
  });

  test('forgets the names of pods that come when there are too many, and none of their counts', () => {
    const table = new CountsTable(60_000, LIMITS);
    for (const pod of ['x', 'y', 'z', 'x', 'w']) table.add(row(0, 'a', { pod }));
    expect(table.series().map(({ pod, good }) => [pod, good])).toEqual([
      ['x', [4]],
      ['y', [2]],
      [undefined, [4]],
    ]);
  });

  test('takes no more cohorts and cells than it may, and leaves no trace of the refused', () => {
    const table = new CountsTable(1, LIMITS);
    expect(['a', 'b', 'c', 'a'].map((cohort) => table.add(row(0, cohort)))).toEqual([
      'kept',
      'kept',
      'too-many-cohorts',
      'kept',
    ]);
    expect([1, 2, 3, 4, 5, 3].map((time) => table.add(row(time, 'a')))).toEqual([
      'kept',
      'kept',
      'kept',
      'kept',
      'too-many-cells',
      'kept',
    ]);
    expect(table.series()).toEqual([
      { cohort: 'a', times: [0, 1, 2, 3, 4], good: [4, 2, 2, 4, 2], bad: [2, 1, 1, 2, 1] },
      { cohort: 'b', times: [0], good: [2], bad: [1] },
    ]);
    expect(table.pooled).toBe(false);
  });

  test('is the same in whatever order the rows come, and loses no event', () => {
    const any = fc.record({
      time: fc.nat(300_000),
      cohort: fc.constantFrom('canary', 'stable', '__proto__'),
      good: fc.nat(5),
      bad: fc.nat(5),
      group: fc.constantFrom('a', 'b', 'constructor'),
    });
    const filled = (rows: readonly CountsRow[]) => {
      const table = new CountsTable(60_000);
      for (const each of rows) table.add(each);
      return table.series().toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    };
    fc.assert(
      fc.property(fc.array(any), (rows) => {
        const series = filled(rows);
        expect(filled(rows.toReversed())).toEqual(series);
        const bad = series.flatMap((each) => each.bad).reduce((sum, count) => sum + count, 0);
        expect(bad).toBe(rows.reduce((sum, each) => sum + each.bad, 0));
      }),
      { seed: 13 },
    );
  });
});
