import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { burngate, jsonLines, type CliResult } from '../support/cli.ts';
import { START } from '../support/shop.ts';

type Bucket = readonly [time: number, ...counts: (number | null)[]];

interface Case {
  readonly id?: unknown;
  readonly target?: unknown;
  readonly policy?: unknown;
  readonly mode?: unknown;
  readonly buckets?: unknown;
}

const KEYS = [
  'id',
  'verdict',
  'code',
  'firstFail',
  'firstPass',
  'logBurn',
  'logRelative',
  'logHarm',
  'logSafe',
  'burn',
];
const time = (index: number): number => START / 1000 + 60 * index;
const HARMFUL = [40, 10, 449, 1];
const HEALTHY = [50, 0, 449, 1];

function steady(counts: readonly (number | null)[], buckets: number): Bucket[] {
  return Array.from({ length: buckets }, (_, index) => [time(index), ...counts]);
}

async function run(input: string | Buffer, ...flags: string[]): Promise<CliResult> {
  return burngate(['judge', '--jsonl', '-', ...flags], { stdin: input });
}

/** The answers to cases, one each. */
async function judge(cases: readonly Case[], ...flags: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await run(
    cases.map((each) => `${JSON.stringify(each)}\n`).join(''),
    ...flags,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return jsonLines(stdout);
}

describe('one line a case', () => {
  test('in the order of the cases, each with these keys', async () => {
    const answers = await judge([
      { id: 'bad', target: 0.99, buckets: steady(HARMFUL, 10) },
      { id: 'good', target: 0.99, buckets: steady(HEALTHY, 10) },
      { id: 'gate', target: 0.99, mode: 'gate', buckets: steady(HEALTHY, 10) },
      { id: 'few', target: 0.99, buckets: steady([1, 0, 9, 0], 3) },
    ]);
    for (const answer of answers) expect(Object.keys(answer)).toEqual(KEYS);
    expect(answers).toMatchObject([
      { id: 'bad', verdict: 'fail', code: 'harm-proven', firstFail: 1, firstPass: 0 },
      { id: 'good', verdict: 'pass', code: 'no-harm', firstFail: null, firstPass: 0 },
      {
        id: 'gate',
        verdict: 'pass',
        code: 'proven-safe',
        firstFail: null,
        firstPass: expect.any(Number) as unknown,
      },
      { id: 'few', verdict: 'inconclusive', code: 'too-few-events', firstFail: null, firstPass: null },
    ]);
    expect(answers[0]?.['burn']).toEqual({
      canary: expect.closeTo(20, 9) as unknown,
      stable: expect.closeTo(1 / 4.5, 9) as unknown,
      ratio: expect.closeTo(90, 9) as unknown,
    });
  });

  test('what cannot be said is null', async () => {
    const [none, alone] = await judge([
      { id: 1, target: 0.99, buckets: [] },
      { id: 2, target: 0.99, buckets: steady([50, 0, null, null], 5) },
    ]);
    expect(none).toEqual({
      id: 1,
      verdict: 'inconclusive',
      code: 'no-data',
      firstFail: null,
      firstPass: null,
      logBurn: null,
      logRelative: null,
      logHarm: null,
      logSafe: null,
      burn: { canary: null, stable: null, ratio: null },
    });
    expect(alone).toMatchObject({
      verdict: 'inconclusive',
      code: 'no-baseline',
      burn: { canary: 0, stable: null, ratio: null },
    });
  });

  test('an id is given back as it came, and null where there was none', async () => {
    const ids = ['a', 7, null, { deep: [1] }, '', 'ü\u2028'];
    const answers = await judge([
      ...ids.map((id) => ({ id, target: 0.9, buckets: [] })),
      { target: 0.9, buckets: [] },
    ]);
    expect(answers.map(({ id }) => id)).toEqual([...ids, null]);
  });

  test('target, policy and mode may come from flags, and the case wins', async () => {
    const buckets = steady(HARMFUL, 10);
    const answers = await judge(
      [
        { id: 1, buckets },
        { id: 2, target: 0.5, buckets },
        { id: 3, policy: { minBadBuckets: 100 }, buckets },
        { id: 4, policy: { minBadBuckets: '2' }, mode: 'watch', buckets },
      ],
      '--target',
      '0.99',
      '--policy',
      'minBadBuckets=5',
      '--mode',
      'gate',
    );
    expect(answers).toMatchObject([
      { id: 1, verdict: 'fail', firstFail: 4 },
      { id: 2, verdict: 'pass', code: 'proven-safe' },
      { id: 3, verdict: 'inconclusive', code: 'harm-suspected' },
      { id: 4, verdict: 'fail', firstFail: 1 },
    ]);
  });

  test('blank lines are none, gzip is read, and the last line may lack its end', async () => {
    const line = JSON.stringify({ id: 1, target: 0.99, buckets: steady(HARMFUL, 5) });
    const { code, stdout } = await run(gzipSync(`\n${line}\n\n${line}`));
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([{ verdict: 'fail' }, { verdict: 'fail' }]);
  });

  test('no lines are no answers', async () => {
    expect(await run('')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('a line that is wrong becomes {id, error}, and no other line suffers', () => {
  const good = { id: 'good', target: 0.99, buckets: steady(HARMFUL, 5) };

  const WRONG: readonly (readonly [name: string, line: string, id: unknown, because: string])[] = [
    ['no JSON', '{', null, 'not JSON'],
    ['a list', '[1]', null, 'an object with id, target, policy, mode, buckets'],
    ['a text', '"x"', null, 'an object'],
    ['null', 'null', null, 'an object'],
    ['no buckets', '{"id":"x","target":0.9}', 'x', 'buckets'],
    ['no target', '{"id":"x","buckets":[]}', 'x', 'target: given nothing'],
    ['a target of 1', '{"id":"x","target":1,"buckets":[]}', 'x', 'leaves no error budget'],
    ['an unknown field', '{"id":"x","target":0.9,"buckets":[],"window":5}', 'x', '"window": given a field'],
    ['__proto__', '{"id":"x","target":0.9,"buckets":[],"__proto__":{}}', 'x', '__proto__'],
    ['a mode nobody knows', '{"id":"x","target":0.9,"buckets":[],"mode":"preflight"}', 'x', 'watch or gate'],
    [
      'a policy out of bounds',
      '{"id":"x","target":0.9,"buckets":[],"policy":{"alpha":0.9}}',
      'x',
      'policy.alpha',
    ],
    ['a policy that is a list', '{"id":"x","target":0.9,"buckets":[],"policy":[]}', 'x', 'policy: given []'],
    ['four numbers', row('[0,1,0,9]'), 'x', 'buckets[0]'],
    ['six numbers', row('[0,1,0,9,0,0]'), 'x', 'buckets[0]'],
    ['a negative count', row('[0,-1,0,9,0]'), 'x', 'buckets[0]'],
    ['half of a cohort', row('[0,1,null,9,0]'), 'x', 'buckets[0]'],
    ['a text for a count', row('[0,"1",0,9,0]'), 'x', 'buckets[0]'],
    ['a count beyond numbers', row('[0,1e999,0,9,0]'), 'x', 'buckets[0]'],
    ['milliseconds', row('[1709287200000,1,0,9,0]'), 'x', 'epoch seconds'],
    ['time that stands still', row('[0,1,0,9,0],[0,1,0,9,0]'), 'x', 'buckets[1]'],
    ['time that goes back', row('[60,1,0,9,0],[0,1,0,9,0]'), 'x', 'buckets[1]'],
    ['a hole of years', row('[0,1,0,9,0],[1709287200,1,0,9,0]'), 'x', 'buckets[1]'],
  ];

  let ran: CliResult | undefined;
  let answers: readonly Record<string, unknown>[] = [];
  beforeAll(async () => {
    const each = WRONG.map(([, line]) => `${line}\n${JSON.stringify(good)}\n`);
    ran = await run(each.join(''));
    answers = jsonLines(ran.stdout);
  });

  test('none of them ends the reading, nor changes the exit code', () => {
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(answers).toHaveLength(2 * WRONG.length);
  });

  test.each(WRONG.map(([name, , id, because], index) => ({ name, id, because, index })))(
    '$name',
    ({ id, because, index }) => {
      expect(answers[2 * index]).toEqual({ id, error: expect.stringContaining(because) as unknown });
      expect(answers[2 * index + 1]).toMatchObject({ id: 'good', verdict: 'fail' });
    },
  );

  function row(buckets: string): string {
    return `{"id":"x","target":0.9,"buckets":[${buckets}]}`;
  }
});

/** Counts as they come: quiet and busy, healthy and harmful, cohorts and whole buckets missing. */
const counts = fc.oneof(
  { arbitrary: fc.tuple(fc.nat(200), fc.nat(8), fc.nat(2000), fc.nat(20)), weight: 8 },
  { arbitrary: fc.tuple(fc.nat(50), fc.nat(50), fc.nat(500), fc.nat(2)), weight: 3 },
  fc.constantFrom<(number | null)[]>(
    [null, null, 449, 1],
    [50, 1, null, null],
    [null, null, null, null],
    [0, 0, 0, 0],
    [0, 0, 449, 1],
  ),
);
const cases = fc
  .sample(fc.array(counts, { minLength: 20, maxLength: 60 }), { seed: 20240301, numRuns: 6 })
  // The first bucket has rows, so that a CSV of the case begins with it.
  .map((rows) => [[40, 10, 449, 1], ...rows].map((row, index): Bucket => [time(index), ...row]));

describe('asked after every bucket', () => {
  test.each(['watch', 'gate'])(
    'a %s says of each prefix what it said then, and a fail stays',
    async (mode) => {
      for (const buckets of cases) {
        const prefixes = buckets.map((_, index) => ({
          id: index,
          target: 0.99,
          mode,
          buckets: buckets.slice(0, index + 1),
        }));
        const answers = await judge(prefixes);
        const whole = answers.at(-1);
        const firstOf = (verdict: string): number | null => {
          const index = answers.findIndex((answer) => answer['verdict'] === verdict);
          return index === -1 ? null : index;
        };
        expect([whole?.['firstFail'], whole?.['firstPass']]).toEqual([firstOf('fail'), firstOf('pass')]);
      }
    },
  );

  test('firstFail is the first failing line of --trace on the same counts, and so are the numbers', async () => {
    const answers = await judge(cases.map((buckets, id) => ({ id, target: 0.99, buckets })));
    expect(answers.filter(({ firstFail }) => firstFail !== null).length).toBeGreaterThan(1);
    for (const [id, buckets] of cases.entries()) {
      const { stdout } = await burngate(['judge', '-', '--target', '0.99', '--trace'], {
        stdin: csvOf(buckets),
      });
      const lines = jsonLines(stdout);
      const firstFail = lines.findIndex((line) => line['verdict'] === 'fail');
      expect(answers[id]?.['firstFail']).toBe(firstFail === -1 ? null : firstFail);
      const { logBurn, logRelative, logHarm, logSafe } = lines.at(-1) ?? {};
      expect(answers[id]).toMatchObject({ logBurn, logRelative, logHarm, logSafe });
    }
  });

  function csvOf(buckets: readonly Bucket[]): string {
    const lines = buckets.flatMap(([at, canaryGood, canaryBad, stableGood, stableBad]) => [
      ...(canaryGood === null ? [] : [`${String(at)},canary,${String(canaryGood)},${String(canaryBad)}`]),
      ...(stableGood === null ? [] : [`${String(at)},stable,${String(stableGood)},${String(stableBad)}`]),
    ]);
    return `time,cohort,good,bad\n${lines.join('\n')}\n`;
  }
});

test('1,000 cases of 120 buckets are 1,000 answers', async () => {
  const lines = Array.from({ length: 1000 }, (_, id) => {
    const bad = id % 7;
    return JSON.stringify({ id, target: 0.99, buckets: steady([50 - bad, bad, 449, 1], 120) });
  });
  const { code, stdout } = await run(`${lines.join('\n')}\n`);
  expect(code).toBe(0);
  const answers = jsonLines(stdout);
  expect(answers).toHaveLength(1000);
  expect(answers.every(({ id, verdict }, index) => id === index && typeof verdict === 'string')).toBe(true);
}, 60_000);
