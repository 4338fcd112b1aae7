import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { tempFile } from '../../test/support/temp-file.ts';
import type { CountsRow } from './counts-row.ts';
import { readCounts, type CountsFormat, type CountsOptions, type CountsSummary } from './read-counts.ts';

async function read(
  content: string | Buffer,
  format: CountsFormat = 'csv',
  options: CountsOptions = {},
): Promise<{ summary: CountsSummary; rows: (readonly [number, CountsRow])[] }> {
  const rows: (readonly [number, CountsRow])[] = [];
  const path = await tempFile(content);
  const summary = await readCounts(path, format, { name: 'counts', ...options }, (row, line) =>
    rows.push([line, row]),
  );
  return { summary, rows };
}

const CSV = `# written by hand
time,cohort,good,bad,group

60,canary,10,1,a
# the next one is no data
60,stable,,,a
60,stable,90,2,a
120,canary,0,0,
`;

describe('recorded counts', () => {
  test('are read row by row with their line, comments and blank lines left out', async () => {
    const { summary, rows } = await read(CSV);
    expect(rows).toEqual([
      [4, { time: 60_000, cohort: 'canary', good: 10, bad: 1, group: 'a' }],
      [7, { time: 60_000, cohort: 'stable', good: 90, bad: 2, group: 'a' }],
      [8, { time: 120_000, cohort: 'canary', good: 0, bad: 0, group: 'ungrouped' }],
    ]);
    expect(summary).toEqual({ lines: 8, rows: 3, noData: 1, columns: new Set(['group']), lastTime: 120_000 });
  });

  test('are the same in JSON lines', async () => {
    const lines = [
      '{"time":60,"cohort":"canary","good":10,"bad":1,"group":"a"}',
      '',
      '{"time":60,"cohort":"stable","good":null,"bad":null}',
      '{"time":120,"cohort":"canary","good":0,"bad":0,"group":""}',
    ];
    const { summary, rows } = await read(lines.join('\n'), 'jsonl');
    expect(rows.map(([line]) => line)).toEqual([1, 4]);
    expect(summary).toEqual({ lines: 4, rows: 2, noData: 1, columns: new Set(['group']), lastTime: 120_000 });
  });

  test('are the same packed, with CRLF, with a byte order mark, and at any size of reads', async () => {
    const plain = await read(CSV);
    expect(await read(gzipSync(CSV))).toEqual(plain);
    expect(await read(`\uFEFF${CSV.replaceAll('\n', '\r\n')}`)).toEqual(plain);
    for (const chunkBytes of [1, 3, 64]) expect(await read(CSV, 'csv', { chunkBytes })).toEqual(plain);
  });

  test('may have a header and no rows', async () => {
    const { summary } = await read('time,cohort,good,bad\n');
    expect(summary).toEqual({ lines: 1, rows: 0, noData: 0, columns: new Set(), lastTime: null });
  });

  test.each([
    [
      'no header',
      '',
      'counts has no header line; allowed is time,cohort,good,bad[,group][,pod][,namespace][,cluster].',
    ],
    [
      'a wrong header',
      'time,cohort,good\n',
      'counts line 1: given "time,cohort,good", allowed is a header with bad as well',
    ],
    [
      'a wrong cell',
      'time,cohort,good,bad\n60,canary,x,1\n',
      'counts line 2: column "good": given "x", allowed is a number of events, 0 or more',
    ],
    [
      'a time before the one above',
      'time,cohort,good,bad\n60,canary,1,1\n59,canary,1,1\n',
      'counts line 3: column "time": given 1970-01-01T00:00:59.000Z',
    ],
    [
      'a duplicate',
      'time,cohort,good,bad\n60,canary,1,1\n60,canary,2,2\n',
      'counts line 3: given a duplicate row',
    ],
    [
      'another cohort than asked for',
      'time,cohort,good,bad\n60,6d4b,1,1\n',
      'counts line 2: column "cohort": given "6d4b", allowed is canary or stable',
    ],
    [
      'a line too long',
      `time,cohort,good,bad\n60,${'x'.repeat(200)},1,1\n`,
      'counts line 2: given 207 bytes, allowed is a shorter line',
    ],
  ])('with %s are refused by file and line', async (_, content, message) => {
    const reading = read(content, 'csv', { cohorts: ['canary', 'stable'], maxLineBytes: 100 });
    await expect(reading).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining(message) as string,
    });
  });

  test('name the line, what was given and what to do, for programs too', async () => {
    await expect(read('time,cohort,good,bad\n60,canary,-1,1\n')).rejects.toMatchObject({
      name: 'RecordingError',
      line: 2,
      issues: [
        {
          path: 'good',
          given: '"-1"',
          allowed: 'a number of events, 0 or more (good and bad both empty: no data)',
        },
      ],
      remedy: 'Correct line 2 of counts; nothing of the file is used until then.',
    });
  });

  test('that are binary garbage end with an error at the first line', async () => {
    const garbage = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251));
    await expect(read(garbage)).rejects.toMatchObject({ code: 'malformed', line: 1 });
  });
});
