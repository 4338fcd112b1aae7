import { describe, expect, test } from 'vitest';
import { tempFile } from '../../test/support/temp-file.ts';
import type { LogRules } from './log-rules.ts';
import { readTable, type RecordingSource } from './read-table.ts';

const CSV: RecordingSource = { kind: 'counts', format: 'csv' };
const RULES: LogRules = {
  layout: { kind: 'json', time: { field: 't', unit: 's' }, status: 's' },
  bad: { status: [[500, 599]] },
  exclude: [],
  cohort: { kind: 'hash', field: 'c' },
  group: { kind: 'field', field: 'g' },
  namespace: 'ns',
};
const LOG: RecordingSource = { kind: 'log', rules: RULES };
const LIMITS = { groups: 1, cohorts: 2, pods: 9, cells: 3 };

describe('a table', () => {
  test('of counts holds their buckets, columns and last time', async () => {
    const path = await tempFile('time,cohort,good,bad,group\n60,a,1,0,x\n90,a,2,1,x\n120,b,3,0,\n');
    expect(await readTable(path, CSV, 60_000)).toEqual({
      bucketMs: 60_000,
      series: [
        { cohort: 'a', group: 'x', times: [60_000], good: [3], bad: [1] },
        { cohort: 'b', group: 'ungrouped', times: [120_000], good: [3], bad: [0] },
      ],
      columns: new Set(['group']),
      lastTime: 120_000,
      lines: { read: 4, dirty: 0 },
      notes: [],
    });
  });

  test('of a log holds its requests in any order and tells of dirty lines', async () => {
    const lines = [
      { t: 130, s: 200, c: 'a', g: 'x', ns: 'n' },
      { t: 65, s: 500, c: 'a', g: 'x', ns: 'n' },
      { t: 125, s: 500, c: 'a', g: 'x', ns: 'n' },
      { t: 125, c: 'a' },
    ];
    const path = await tempFile(lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(await readTable(path, LOG, 60_000)).toEqual({
      bucketMs: 60_000,
      series: [
        { cohort: 'a', group: 'x', namespace: 'n', times: [60_000, 120_000], good: [0, 1], bad: [1, 1] },
      ],
      columns: new Set(['group', 'namespace']),
      lastTime: 130_000,
      lines: { read: 4, dirty: 1 },
      notes: ['1 of 4 lines were not understood: 1 without a status (line 4)'],
    });
  });

  test('with too many groups pools them and says so', async () => {
    const path = await tempFile('time,cohort,good,bad,group\n60,a,1,0,x\n60,a,2,1,y\n60,a,3,0,z\n');
    const { series, notes } = await readTable(path, CSV, 60_000, { limits: LIMITS });
    expect(series.map(({ group, good }) => [group, good])).toEqual([
      ['x', [1]],
      ['other', [5]],
    ]);
    expect(notes).toEqual(['more than 1 groups: those first seen later are pooled as "other"']);
  });

  test('of counts with too many cohorts is an error by line, of a log a dirty line', async () => {
    const csv = await tempFile('time,cohort,good,bad\n60,a,1,0\n60,b,1,0\n60,c,1,0\n');
    await expect(readTable(csv, CSV, 60_000, { limits: LIMITS, name: 'x.csv' })).rejects.toMatchObject({
      code: 'malformed',
      message:
        'x.csv line 4: column "cohort": given another cohort, "c", allowed is no more than 2 different cohorts in one file.',
    });
    const log = await tempFile(['a', 'b', 'c'].map((c) => JSON.stringify({ t: 60, s: 200, c })).join('\n'));
    expect((await readTable(log, LOG, 60_000, { limits: LIMITS })).notes).toEqual([
      '1 of 3 lines were not understood: 1 of yet another cohort (line 3)',
    ]);
  });

  test('that would grow beyond its bound is an error with a way out', async () => {
    const minutes = Array.from({ length: 4 }, (_, index) => String(60 * index));
    const csv = await tempFile(
      ['time,cohort,good,bad', ...minutes.map((time) => `${time},a,1,0`)].join('\n'),
    );
    const log = await tempFile(minutes.map((t) => JSON.stringify({ t, s: 200, c: 'a' })).join('\n'));
    for (const [path, source] of [
      [csv, CSV],
      [log, LOG],
    ] as const) {
      await expect(readTable(path, source, 60_000, { limits: LIMITS, name: 'big' })).rejects.toMatchObject({
        code: 'too-large',
        remedy: 'Cut big into shorter spans, use wider buckets, or leave out the groups.',
      });
    }
  });
});
