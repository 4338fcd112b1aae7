import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { REFUSAL_CODES } from '../../src/backup/backup-refused.ts';
import { openStore, SQLITE_NAME } from '../../src/reports/store/open-store.ts';
import { burngate } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { measured } from '../support/measured.ts';

const home = folderWith({});
const data = join(home, 'data');
const file = join(home, 'history.backup');

beforeAll(async () => {
  const store = await openStore({ kind: 'sqlite', folder: data });
  await store.append([{ measurement: measured(), service: 'shop', recordedAt: Date.now() }]);
  await store.close();
});

describe('burngate backup and restore', () => {
  test('make, check and bring back a file, and say what is in it', async () => {
    const made = await burngate(['backup', '--to', file], { env: { BURNGATE_DATA: data } });
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toMatch(/^backed up to .*: 1 analyses, 1 looks, 0 snapshots, schema 0001-history, /);
    const verified = await burngate(['restore', file, '--verify', '--json']);
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, rows: { burngate_analyses: 1 } });
    const refused = await burngate(['restore', file, '--data', data, '--json']);
    expect(refused.code).toBe(78);
    expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, code: 'history-exists' });
    const restored = await burngate(['restore', file, '--data', join(home, 'new')]);
    expect(restored).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^restored .* 1 analyses/) as unknown,
    });
  });

  test('through standard output and input, byte for byte', async () => {
    const piped = join(home, 'piped.backup');
    const { code, stderr } = await burngate(['backup', '--data', data, '--to', '-'], { stdoutTo: piped });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^backed up to standard output: 1 analyses/)]);
    expect((await burngate(['restore', piped, '--verify'])).code).toBe(0);
    const folder = join(home, 'from-stdin');
    const stdin = await readFile(piped);
    const cut = await burngate(['restore', '-', '--data', folder], { stdin: stdin.subarray(0, -1) });
    expect([cut.code, cut.stderr]).toEqual([78, expect.stringContaining('truncated')]);
    expect((await burngate(['restore', '-', '--data', folder], { stdin })).code).toBe(0);
    expect(await readdir(folder)).toEqual([SQLITE_NAME]);
  });

  test('refuse what is damaged by name, with 78', async () => {
    const damaged = join(home, 'damaged.backup');
    await writeFile(damaged, (await readFile(file)).subarray(0, 5000));
    const { code, stderr } = await burngate(['restore', damaged, '--data', join(home, 'other')]);
    expect([code, stderr]).toEqual([78, expect.stringContaining('burngate: truncated: ')]);
  });

  test.each([
    ['backup', ['backup', '--to', file], 'pg_dump'],
    ['restore', ['restore', file], 'pg_restore'],
  ])(
    '%s with DATABASE_URL points to the program of PostgreSQL, and shows no password',
    async (_, args, program) => {
      const env = { DATABASE_URL: 'postgres://burngate:secret@db/burngate', BURNGATE_DATA: data };
      const { code, stderr } = await burngate(args, { env });
      expect([code, stderr]).toEqual([78, expect.stringContaining(program)]);
      expect(stderr).not.toContain('secret');
    },
  );

  test('have no flag in docs/backup.md that they do not take, and refuse by the names that are listed there', async () => {
    const text = await readFile('docs/backup.md', 'utf8');
    const used = [...text.matchAll(/(?:burngate|main\.js) (backup|restore|doctor)\b([^\n`]*)/g)];
    expect(used.length).toBeGreaterThan(5);
    const help = Object.fromEntries(
      await Promise.all(
        ['backup', 'restore', 'doctor'].map(
          async (name) => [name, (await burngate([name, '--help'])).stdout] as const,
        ),
      ),
    );
    for (const [, name = '', rest = ''] of used)
      for (const [flag] of rest.matchAll(/--[a-z-]+/g)) expect(help[name]).toContain(flag);
    const listed = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
    expect(new Set(listed)).toEqual(new Set(REFUSAL_CODES));
  });

  test('without a folder are used wrongly', async () => {
    expect((await burngate(['backup', '--to', file])).code).toBe(64);
    expect((await burngate(['backup', '--data', data])).code).toBe(64);
  });
});
