import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ask, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { release, sloFiles, sloYaml } from '../support/shop.ts';

const GLOBAL = { 'burngate.io/scope': 'global' };
const HARMFUL = release([40, 10]);

describe('a recording that vanishes', () => {
  const folder = folderWith({
    ...sloFiles([{ name: 'checkout', path: 'counts.csv', annotations: GLOBAL }]),
    'counts.csv': HARMFUL,
  });
  const path = join(folder, 'counts.csv');
  const service = served({ slos: folder });
  const judge = async (): Promise<{ verdict: string; code: string; reason: string }> =>
    ask(service(), { slo: 'checkout' });

  test('is no verdict, and back again it is judged as before', async () => {
    const before = (await post(service(), JSON.stringify({ ...GOOD, slo: 'checkout' }))).text;
    renameSync(path, `${path}.away`);
    const gone = await judge();
    expect(gone).toMatchObject({ verdict: 'inconclusive', code: 'provider-unavailable' });
    expect(gone.reason).toContain('counts.csv');
    // Where our files lie is nobody's business.
    expect(gone.reason).not.toContain(folder);
    expect(gone).not.toHaveProperty('permanent');
    renameSync(`${path}.away`, path);
    expect((await post(service(), JSON.stringify({ ...GOOD, slo: 'checkout' }))).text).toBe(before);
  });

  test('is read again when it has changed', async () => {
    expect(await judge()).toMatchObject({ verdict: 'fail' });
    writeFileSync(`${path}.new`, release([50, 0]));
    renameSync(`${path}.new`, path);
    expect(await judge()).toMatchObject({ verdict: 'pass' });
    writeFileSync(`${path}.new`, HARMFUL);
    renameSync(`${path}.new`, path);
    expect(await judge()).toMatchObject({ verdict: 'fail' });
  });

  test.each<[string, string | Buffer, string]>([
    ['no bytes', '', 'provider-rejected'],
    ['a header alone', 'time,cohort,good,bad\n', 'no-data'],
    ['a broken row', `${HARMFUL}x,y,z,0\n`, 'provider-rejected'],
    ['a row twice', `${HARMFUL}${HARMFUL.trimEnd().split('\n').at(-1) ?? ''}\n`, 'provider-rejected'],
    ['half a gzip', gzipSync(HARMFUL).subarray(0, 60), 'provider-unavailable'],
    ['bytes', Buffer.from([0xff, 0x00, 0xfe]), 'provider-rejected'],
  ])('that holds %s is no verdict either', async (_name, content, code) => {
    writeFileSync(path, content);
    expect(await judge()).toMatchObject({ verdict: 'inconclusive', code });
    writeFileSync(path, HARMFUL);
    expect(await judge()).toMatchObject({ verdict: 'fail', code: 'harm-proven' });
  });

  test.each([
    ['a folder', (): unknown => execFileSync('mkdir', [path])],
    ['a FIFO, whose open() would hang', (): unknown => execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path])],
    ['a link to nowhere', (): unknown => execFileSync('ln', ['-s', 'nowhere', path])],
    ['a link to itself', (): unknown => execFileSync('ln', ['-s', 'counts.csv', path])],
    ['a device that never ends', (): unknown => execFileSync('ln', ['-s', '/dev/zero', path])],
  ])('and has %s in its place is no verdict', async (_name, put) => {
    rmSync(path);
    put();
    expect(await judge()).toMatchObject({ verdict: 'inconclusive', code: 'provider-unavailable' });
    rmSync(path, { recursive: true });
    writeFileSync(path, HARMFUL);
    expect(await judge()).toMatchObject({ verdict: 'fail' });
  });
});

describe('a recording that takes longer than the deadline', () => {
  // Some gigabytes once unpacked: a log of one minute, packed, and that over and over.
  const line =
    '10.0.0.7 - - [01/Mar/2024:10:00:00 +0000] "GET /api/v1/items?page=7 HTTP/1.1" 200 512 "-" "Mozilla/5.0"\n';
  const member = gzipSync(line.repeat(100_000));
  const source = sloYaml({ name: 'slow', path: 'access.log.gz', annotations: GLOBAL }).replaceAll(
    'settlingLag: 2m',
    'settlingLag: 2m, format: combined, canary: { share: 0.1, seed: 1 }',
  );
  const folder = folderWith({
    'slos.yaml': `${source}---\n${sloYaml({ name: 'checkout', path: 'counts.csv', annotations: GLOBAL })}`,
    'counts.csv': HARMFUL,
    'access.log.gz': Buffer.concat(Array.from({ length: 300 }, () => member)),
  });
  const service = served({ slos: folder, flags: ['--deadline', '1s'] });

  test('gets an answer all the same, and so does everybody else meanwhile', async () => {
    const slow = ask(service(), { slo: 'slow' });
    expect(await ask(service(), { slo: 'checkout' })).toMatchObject({ verdict: 'fail' });
    expect((await fetch(`${service().url}/livez`)).status).toBe(200);
    const answer = await slow;
    expect(answer).toMatchObject({ verdict: 'inconclusive', code: 'deadline' });
    expect(answer).not.toHaveProperty('permanent');
    const strict = await post(service(), JSON.stringify({ ...GOOD, slo: 'slow' }), {
      'X-Burngate-Strict': '1',
    });
    expect([strict.status, JSON.parse(strict.text)]).toEqual([
      504,
      expect.objectContaining({ code: 'deadline' }),
    ]);
  });

  test('the reading that nobody waits for any more does not hold up the end', async () => {
    expect(await service().stop()).toEqual({ code: 0, signal: null });
  });
});
