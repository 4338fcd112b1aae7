import { describe, expect, test } from 'vitest';
import type { TableSeries } from './aggregate.ts';
import type { RecordedTable } from './read-table.ts';
import { seriesOf, windowOf, type SeriesAsk } from './series.ts';

const column = (
  labels: Omit<TableSeries, 'times' | 'good' | 'bad'>,
  cells: readonly (readonly [number, number, number])[],
): TableSeries => ({
  ...labels,
  times: cells.map(([time]) => time),
  good: cells.map(([, good]) => good),
  bad: cells.map(([, , bad]) => bad),
});

const TABLE: RecordedTable = {
  bucketMs: 10,
  series: [
    column({ cohort: 'canary', group: 'a' }, [
      [0, 1, 1],
      [10, 2, 0],
      [30, 3, 1],
    ]),
    column({ cohort: 'canary', group: 'b', namespace: 'n' }, [[10, 5, 1]]),
    column({ cohort: 'stable' }, [[20, 9, 0]]),
    column({ cohort: 'older' }, [[20, 9, 9]]),
  ],
  columns: new Set(['group', 'namespace']),
  lastTime: 35,
  lines: { read: 10, dirty: 0 },
  notes: [],
};

const ASK: SeriesAsk = {
  role: 'total',
  window: { start: 0, end: 40 },
  cohortOf: (cohort) => (cohort === 'canary' || cohort === 'stable' ? cohort : null),
  grouped: false,
};

describe('the series of a table', () => {
  test.each([
    [
      'good',
      [
        [0, 1],
        [10, 7],
        [30, 3],
      ],
      [[20, 9]],
    ],
    [
      'bad',
      [
        [0, 1],
        [10, 1],
        [30, 1],
      ],
      [[20, 0]],
    ],
    [
      'total',
      [
        [0, 2],
        [10, 8],
        [30, 4],
      ],
      [[20, 9]],
    ],
  ] as const)('of the role %s sum groups and keep cohorts apart', (role, canary, stable) => {
    expect(seriesOf(TABLE, { ...ASK, role })).toEqual([
      { role, cohort: 'canary', points: canary },
      { role, cohort: 'stable', points: stable },
    ]);
  });

  test('by group give each its own, and "ungrouped" to what has none', () => {
    expect(
      seriesOf(TABLE, { ...ASK, grouped: true }).map(({ cohort, group, points }) => [
        cohort,
        group,
        points.length,
      ]),
    ).toEqual([
      ['canary', 'a', 3],
      ['canary', 'b', 1],
      ['stable', 'ungrouped', 1],
    ]);
  });

  test('hold the buckets that begin inside the window, and are left out without any', () => {
    expect(seriesOf(TABLE, { ...ASK, window: { start: 10, end: 20 } })).toEqual([
      { role: 'total', cohort: 'canary', points: [[10, 8]] },
    ]);
    expect(seriesOf(TABLE, { ...ASK, window: { start: 40, end: 90 } })).toEqual([]);
  });

  test('may be narrowed to a part of the recording', () => {
    expect(seriesOf(TABLE, { ...ASK, keep: ({ namespace }) => namespace === 'n' })).toEqual([
      { role: 'total', cohort: 'canary', points: [[10, 6]] },
    ]);
  });

  test('sum cohorts that are on the same side', () => {
    expect(
      seriesOf(TABLE, { ...ASK, role: 'bad', cohortOf: (cohort) => (cohort === 'canary' ? null : 'stable') }),
    ).toEqual([{ role: 'bad', cohort: 'stable', points: [[20, 9]] }]);
  });
});

test('the window of a table holds all its buckets, and there is none without any', () => {
  expect(windowOf(TABLE)).toEqual({ start: 0, end: 40, bucketMs: 10 });
  expect(windowOf({ ...TABLE, series: [] })).toBeNull();
});
