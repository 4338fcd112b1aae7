import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { environment } from '../serve-process.ts';
import { burngate, jsonLines, type CliResult } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { recording, release, START } from '../support/shop.ts';

const HARMFUL = release([40, 10], 20);
const HEALTHY = release([50, 0], 20);
const time = (minute: number): number => START / 1000 + 60 * minute;
const iso = (minute: number): string => new Date(START + 60_000 * minute).toISOString();
const TARGET = ['--target', '0.99'];

async function judge(csv: string | Buffer, ...flags: string[]): Promise<CliResult> {
  return burngate(['judge', '-', ...TARGET, ...flags], { stdin: csv });
}

/** The lines of `--trace`. */
async function trace(csv: string, ...flags: string[]): Promise<Record<string, unknown>[]> {
  return jsonLines((await judge(csv, '--trace', ...flags)).stdout);
}

describe('the verdict is the exit code', () => {
  test.each([
    ['pass is 0', HEALTHY, [], 0, 'PASS  no-harm'],
    ['fail is 3', HARMFUL, [], 3, 'FAIL  harm-proven'],
    ['inconclusive is 4', release([10, 0], 2), [], 4, 'INCONCLUSIVE  too-few-events'],
    ['a gate that is not proven is 4', release([50, 0], 2), ['--mode', 'gate'], 4, 'INCONCLUSIVE  unproven'],
    ['a gate that is proven is 0', HEALTHY, ['--mode', 'gate'], 0, 'PASS  proven-safe'],
    ['a gate that bakes is 4', HEALTHY, ['--mode', 'gate', '--min-window', '2h'], 4, 'INCONCLUSIVE  baking'],
    ['no rows at all are 4', 'time,cohort,good,bad\n', [], 4, 'INCONCLUSIVE  no-data'],
    ['a policy counts', HEALTHY, ['--policy', 'minEvents=100000'], 4, 'INCONCLUSIVE  too-few-events'],
    ['as do several', HARMFUL, ['--policy', 'minBadBuckets=100', '--policy', 'minEvents=1'], 0, 'PASS'],
  ])('%s', async (_name, csv, flags, code, words) => {
    const result = await judge(csv, ...flags);
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code, stderr: '' });
    expect(result.stdout).toContain(words);
  });

  test('--json is one object with the sentence and when the verdicts first fell', async () => {
    const { code, stdout } = await judge(HARMFUL, '--json');
    expect(code).toBe(3);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'fail',
      code: 'harm-proven',
      reason: expect.stringContaining('canary burns 20.0x its error budget') as unknown,
      firstFail: iso(1),
      firstPass: iso(0),
      burn: { canary: expect.closeTo(20, 9) as unknown },
      buckets: 20,
    });
  });
});

describe('where the counts come from', () => {
  const folder = folderWith({
    'counts.csv': HARMFUL,
    'counts.csv.gz': gzipSync(HARMFUL),
    'counts.jsonl': `${HARMFUL.trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [at, cohort, good, bad] = line.split(',');
        return JSON.stringify({ time: Number(at), cohort, good: Number(good), bad: Number(bad) });
      })
      .join('\n')}\n`,
  });

  test.each(['counts.csv', 'counts.csv.gz', 'counts.jsonl'])('%s', async (name) => {
    const { code, stdout } = await burngate(['judge', join(folder, name), ...TARGET, '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'harm-proven', buckets: 20 });
  });

  test.each([
    ['plain', HARMFUL],
    ['packed', gzipSync(HARMFUL)],
    ['with CRLF and a byte order mark', `\ufeff${HARMFUL.replaceAll('\n', '\r\n')}`],
    ['with comments and blank lines', `# made up\n\n${HARMFUL}\n\n`],
    ['with columns in another order', HARMFUL.replace(/^(.*),(.*),(.*),(.*)$/gm, '$4,$2,$1,$3')],
    ['with RFC 3339', HARMFUL.replace(/^\d+/gm, (text) => new Date(Number(text) * 1000).toISOString())],
    ['with pods', recording(['pod'], pods([20, 5], [20, 5]))],
  ])('standard input, %s', async (_name, csv) => {
    const { code, stdout } = await judge(csv, '--json', '--bucket', '60s');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'harm-proven', firstFail: iso(1) });
  });

  function pods(...counts: [number, number][]): Parameters<typeof recording>[1] {
    return [
      ...counts.map((each, index) => ({ cohort: 'canary', counts: each, labels: [`c${String(index)}`] })),
      { cohort: 'stable', counts: [449, 1], labels: ['s'] },
    ];
  }
});

describe('--trace prints one JSON line a bucket', () => {
  // More than a pipe holds.
  const long = folderWith({ 'counts.csv': release([40, 10], 5000) });

  test('with these fields, the harm being the weaker of both proofs', async () => {
    const lines = await trace(HARMFUL);
    expect(lines).toHaveLength(20);
    for (const [index, line] of lines.entries()) {
      expect(Object.keys(line)).toEqual([
        'time',
        'verdict',
        'code',
        'logBurn',
        'logRelative',
        'logHarm',
        'logSafe',
      ]);
      expect(line['time']).toBe(iso(index));
      expect(line['logHarm']).toBe(Math.min(Number(line['logBurn']), Number(line['logRelative'])));
    }
  });

  test('the outcome then goes to stderr, and the exit code stays', async () => {
    const { code, stdout, stderr } = await judge(HARMFUL, '--trace');
    expect(code).toBe(3);
    expect(jsonLines(stdout)).toHaveLength(20);
    expect(stderr).toContain('FAIL  harm-proven');
  });

  test('each line is the verdict of the rows up to there', async () => {
    const lines = await trace(HARMFUL);
    const rows = HARMFUL.split('\n');
    for (const buckets of [1, 2, 7]) {
      const { stdout } = await judge(`${rows.slice(0, 1 + 2 * buckets).join('\n')}\n`, '--json');
      const { verdict, code, evidence } = JSON.parse(stdout) as Record<string, unknown>;
      expect({ verdict, code, ...(evidence as object) }).toMatchObject(
        Object.fromEntries(Object.entries(lines[buckets - 1] ?? {}).filter(([name]) => name !== 'time')),
      );
    }
  });

  test('who reads no further has the verdict all the same', async () => {
    const child = spawn(
      process.execPath,
      ['src/cli/main.ts', 'judge', join(long, 'counts.csv'), ...TARGET, '--trace'],
      { cwd: join(import.meta.dirname, '../..'), env: environment() },
    );
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number];
    expect(stderr).not.toContain('EPIPE');
    expect(code).toBe(3);
  });
});

describe('what is not there is no data', () => {
  const both = (minute: number): string =>
    `${String(time(minute))},canary,50,0\n${String(time(minute))},stable,449,1\n`;
  const HEADER = 'time,cohort,good,bad\n';

  test('a bucket without rows is a hole, told as no data and bridged by neither side', async () => {
    const csv = `${HEADER}${[0, 1, 2, 3, 4, 8, 9].map(both).join('')}`;
    const lines = await trace(csv);
    expect(lines.map((line) => line['time'])).toEqual(Array.from({ length: 10 }, (_, index) => iso(index)));
    // 7 of 10 buckets have data where 8 are needed.
    expect(lines.at(-1)).toMatchObject({ verdict: 'inconclusive', code: 'coverage' });
    const lenient = await trace(csv, '--policy', 'minCoverage=0.5');
    expect(lenient.at(-1)).toMatchObject({ verdict: 'pass', code: 'no-harm' });
    expect(lenient[5]).toMatchObject({ logHarm: lenient[4]?.['logHarm'] });
  });

  test('empty counts are no data, zeros are none', async () => {
    const minute = (canary: string) => (index: number) =>
      `${String(time(index))},canary,${canary}\n${String(time(index))},stable,449,1\n`;
    const start = [0, 1, 2, 3, 4].map(minute('50,0')).join('');
    const rest = [5, 6, 7, 8, 9, 10, 11, 12];
    const silent = await trace(`${HEADER}${start}${rest.map(minute('0,0')).join('')}`);
    const absent = await trace(`${HEADER}${start}${rest.map(minute(',')).join('')}`);
    // A covered bucket in which a cohort is absent has no events of it, so both are silence.
    expect(silent.at(-1)).toMatchObject({ verdict: 'inconclusive', code: 'canary-silent' });
    expect(absent).toEqual(silent);
  });

  test('without stable there is no baseline', async () => {
    const minutes = Array.from({ length: 30 }, (_, minute) => minute);
    const csv = `${HEADER}${minutes.map((minute) => `${String(time(minute))},canary,40,10\n`).join('')}`;
    expect((await trace(csv)).at(-1)).toMatchObject({ verdict: 'inconclusive', code: 'no-baseline' });
    const absolute = ['--policy', 'onMissingStable=absolute', '--policy', 'maxBurnRate=14.4'];
    expect((await trace(csv, ...absolute)).at(-1)).toMatchObject({ verdict: 'fail', code: 'harm-proven' });
  });
});

describe('groups', () => {
  const csv = recording(
    ['group'],
    [
      { cohort: 'canary', counts: [2000, 2], labels: ['GET /items'] },
      { cohort: 'stable', counts: [8000, 8], labels: ['GET /items'] },
      { cohort: 'canary', counts: [1, 9], labels: ['POST /orders'] },
      { cohort: 'stable', counts: [40, 0], labels: ['POST /orders'] },
      { cohort: 'canary', counts: [7, 0], labels: [''] },
      { cohort: 'stable', counts: [70, 0], labels: [''] },
      { cohort: 'canary', counts: [0, 999], labels: ['GET /healthz'] },
      { cohort: 'stable', counts: [999, 0], labels: ['GET /healthz'] },
    ],
    30,
  );

  test('the total is their sum, probes left out, and the broken one is named', async () => {
    const { code, stdout } = await judge(csv, '--json');
    const summary = JSON.parse(stdout) as {
      code: string;
      burn: { canary: number };
      groups: { group: string }[];
    };
    expect([code, summary.code]).toEqual([3, 'group-harm-proven']);
    expect(summary.groups.map(({ group }) => group)).toEqual(['POST /orders']);
    expect(summary.burn.canary).toBeCloseTo(11 / (2000 + 2 + 10 + 7) / 0.01, 9);
  });

  test('breakdown.onHarm decides what comes of it', async () => {
    const held = await judge(csv, '--json', '--policy', 'breakdown.onHarm=inconclusive');
    expect([held.code, JSON.parse(held.stdout)]).toMatchObject([4, { code: 'group-harm-proven' }]);
    const reported = await judge(csv, '--json', '--policy', 'breakdown.onHarm=report');
    expect(reported.code).toBe(0);
  });

  test('events without a group are their own, "ungrouped"', async () => {
    const broken = recording(
      ['group'],
      [
        { cohort: 'canary', counts: [2000, 2], labels: ['GET /items'] },
        { cohort: 'stable', counts: [8000, 8], labels: ['GET /items'] },
        { cohort: 'canary', counts: [1, 9], labels: [''] },
        { cohort: 'stable', counts: [40, 0], labels: [''] },
      ],
      30,
    );
    const { stdout } = await judge(broken, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ groups: [{ group: 'ungrouped' }] });
  });
});

describe('a line that is wrong ends it with 64 and is named', () => {
  const rows = (...lines: string[]): string => `time,cohort,good,bad\n${lines.join('\n')}\n`;

  test.each([
    ['no header', '', 'no header'],
    ['a header without bad', 'time,cohort,good\n', 'line 1'],
    ['a header with a column twice', 'time,cohort,good,bad,bad\n', 'line 1'],
    ['an unknown column', 'time,cohort,good,bad,ugly\n', '"ugly"'],
    [
      'a time that is none',
      rows(`${String(time(0))},canary,1,0`, 'noon,canary,1,0'),
      'line 3: column "time": given "noon"',
    ],
    [
      'a time that goes back',
      rows(`${String(time(1))},canary,1,0`, `${String(time(0))},canary,1,0`),
      'line 3',
    ],
    ['milliseconds', rows(`${String(time(0))},canary,1,0`, `${String(time(1) * 1000)},canary,1,0`), 'epoch'],
    ['a duplicate row', rows(`${String(time(0))},canary,1,0`, `${String(time(0))},canary,2,0`), 'line 3'],
    [
      'a cohort of its own',
      rows(`${String(time(0))},old,1,0`),
      'line 2: column "cohort": given "old", allowed is canary or stable',
    ],
    ['a negative count', rows(`${String(time(0))},canary,-1,0`), 'line 2: column "good": given "-1"'],
    ['NaN', rows(`${String(time(0))},canary,NaN,0`), 'line 2: column "good": given "NaN"'],
    ['half a count pair', rows(`${String(time(0))},canary,1,`), 'line 2: column "bad"'],
    ['too few columns', rows(`${String(time(0))},canary,1`), 'line 2'],
    ['an open quote', rows(`${String(time(0))},"canary,1,0`), 'line 2'],
  ])('%s', async (_name, csv, because) => {
    const { code, stdout, stderr } = await judge(csv);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain(because);
    expect(stderr).not.toContain('    at ');
  });

  test('a gzip that ends in the middle is told as that', async () => {
    const { code, stderr } = await judge(gzipSync(HARMFUL).subarray(0, 50));
    expect(code).toBe(64);
    expect(stderr).toContain('gzip');
  });
});
