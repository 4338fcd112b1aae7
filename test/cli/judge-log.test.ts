import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { burngate, type CliResult } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

const MINUTES = 20;
const two = (value: number): string => String(value).padStart(2, '0');

/** Requests of twenty minutes; the canary, told by the upstream behind the agent, answers one in four with 500. */
const REQUESTS = Array.from({ length: MINUTES * 100 }, (_, index) => {
  const canary = index % 10 === 0;
  return {
    minute: Math.floor(index / 100),
    second: index % 60,
    path: index % 3 === 0 ? '/items/1?page=2' : '/orders',
    status: canary && index % 40 === 0 ? 500 : index % 50 === 7 ? 404 : 200,
    upstream: canary ? '10.1.0.9:80' : '10.1.0.1:80',
  };
});
const COMBINED = REQUESTS.map(
  ({ minute, second, path, status, upstream }) =>
    `10.0.0.1 - - [01/Mar/2024:10:${two(minute)}:${two(second)} +0000] "GET ${path} HTTP/1.1" ${String(status)} 512 "-" "curl/8" ${upstream}\n`,
).join('');
const JSON_LOG = REQUESTS.map(
  ({ minute, second, path, status, upstream }) =>
    `${JSON.stringify({ time: `2024-03-01T10:${two(minute)}:${two(second)}Z`, status, upstream, method: 'GET', path })}\n`,
).join('');
const DIRTY = 'not a line of any log\n10.0.0.1 - - [99/Foo/2024] "" x\n';

const folder = folderWith({
  'access.log': COMBINED,
  'access.log.gz': gzipSync(COMBINED),
  'shuffled.log': COMBINED.trimEnd().split('\n').toReversed().join('\n'),
  'dirty.log': `${DIRTY}${COMBINED}${DIRTY}`,
  'access.jsonl': JSON_LOG,
});

async function judge(name: string, ...flags: string[]): Promise<CliResult> {
  return burngate(['judge', `${folder}/${name}`, '--target', '0.97', '--json', ...flags]);
}

const BY_UPSTREAM = ['--canary-field', 'last', '--canary', '10.1.0.9:80'];

describe('burngate judge --log', () => {
  test.each(['access.log', 'access.log.gz', 'shuffled.log'])('combined: %s', async (name) => {
    const { code, stdout, stderr } = await judge(name, '--log', 'combined', ...BY_UPSTREAM);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'fail',
      buckets: MINUTES,
      // 50 bad of 200, and none of 1800: a 404 is no 5xx.
      burn: { canary: expect.closeTo(0.25 / 0.03, 9) as unknown, stable: 0 },
    });
  });

  test('json lines, the fields being named', async () => {
    const { code, stdout } = await judge(
      'access.jsonl',
      '--log',
      'json',
      '--canary-field',
      'upstream',
      '--canary',
      '10.1.0.9:80',
    );
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ burn: { canary: expect.closeTo(0.25 / 0.03, 9) as unknown } });
  });

  test('what is bad and what does not count may be said', async () => {
    const { stdout } = await judge(
      'access.log',
      '--log',
      'combined',
      ...BY_UPSTREAM,
      '--bad',
      '4xx,5xx',
      '--exclude',
      '500',
    );
    // Without the 50 answers of 500, nothing of the canary is bad.
    expect(JSON.parse(stdout)).toMatchObject({
      burn: { canary: 0, stable: expect.closeTo(40 / 1800 / 0.03, 9) as unknown },
    });
  });

  test('dirty lines are counted and told, never guessed', async () => {
    const clean = JSON.parse(
      (await judge('access.log', '--log', 'combined', ...BY_UPSTREAM)).stdout,
    ) as Record<string, unknown>;
    const { code, stdout } = await judge('dirty.log', '--log', 'combined', ...BY_UPSTREAM);
    const dirty = JSON.parse(stdout) as Record<string, unknown>;
    expect(code).toBe(3);
    expect(dirty['burn']).toEqual(clean['burn']);
    expect(JSON.stringify(dirty['notes'])).toMatch(/4 of 2,?004 lines/);
  });

  test('a random share plays canary, the same for the same seed: an A/A test that does not fail', async () => {
    const share = async (seed: string): Promise<CliResult> =>
      judge('access.log', '--log', 'combined', '--canary-share', '0.3', '--seed', seed, '--target', '0.9');
    const [first, again, other] = [await share('1'), await share('1'), await share('2')];
    expect(first.stdout).toBe(again.stdout);
    expect(first.stdout).not.toBe(other.stdout);
    for (const { code } of [first, other]) expect(code).toBe(0);
  });

  test('an endpoint is a group, its query and its ids left out', async () => {
    const { stdout } = await judge('access.log', '--log', 'combined', ...BY_UPSTREAM);
    const { groups } = JSON.parse(stdout) as { groups: { group: string }[] };
    expect(groups.map(({ group }) => group)).toEqual(['GET /orders', 'GET /items/{id}']);
  });

  test('without groups nothing is named', async () => {
    const { code, stdout } = await judge(
      'access.log',
      '--log',
      'combined',
      ...BY_UPSTREAM,
      '--group',
      'none',
    );
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ groups: [] });
  });

  test('a log of which nothing is understood is no verdict', async () => {
    const { code, stdout } = await burngate(
      ['judge', '-', '--target', '0.9', '--log', 'combined', '--canary-share', '0.1'],
      {
        stdin: DIRTY,
      },
    );
    expect(code).toBe(4);
    expect(stdout).toContain('INCONCLUSIVE  no-data');
  });
});
