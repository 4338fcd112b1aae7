import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { allOf } from '../../test/support/all-of.ts';
import { tempFile, tempFolder } from '../../test/support/temp-file.ts';
import { readBytes, type ReadOptions } from './bytes.ts';

async function read(path: string, options?: ReadOptions): Promise<string> {
  return Buffer.concat(await allOf(readBytes(path, options))).toString('latin1');
}

describe('bytes', () => {
  test('of gzip are unpacked by the magic number, not by the name', async () => {
    expect(await read(await tempFile(gzipSync('packed'), 'access.log'))).toBe('packed');
    expect(await read(await tempFile('plain', 'access.log.gz'))).toBe('plain');
  });

  test('of several gzip members in a row come one after the other, at any size of reads', async () => {
    const parts = ['first\n', 'second\n', 'third\n'];
    const path = await tempFile(Buffer.concat(parts.map((part) => gzipSync(part))));
    for (const chunkBytes of [1, 7, 25, 1000]) expect(await read(path, { chunkBytes })).toBe(parts.join(''));
  });

  test.each([
    ['empty', ''],
    ['one byte', '\x1f'],
    ['almost the magic number', '\x1f\x8a'],
  ])('of a file that is %s are its own', async (_, content) => {
    expect(await read(await tempFile(Buffer.from(content, 'latin1')))).toBe(content);
  });

  test('of a gzip cut short are an error, not a shorter recording', async () => {
    const whole = gzipSync(randomBytes(5000).toString('hex'));
    const path = await tempFile(whole.subarray(0, 3000), 'cut.gz');
    await expect(read(path, { name: 'cut.gz' })).rejects.toMatchObject({
      code: 'damaged',
      message: 'cut.gz begins as gzip, but it ends in the middle (Z_BUF_ERROR).',
    });
  });

  test('of a broken gzip are an error', async () => {
    const broken = gzipSync(randomBytes(5000).toString('hex'));
    broken.fill(0xff, 100, 200);
    await expect(read(await tempFile(broken))).rejects.toMatchObject({ code: 'damaged' });
  });

  test('of what cannot be read are an error that shows the name given and no path', async () => {
    const folder = await tempFolder();
    const missing = await read(`${folder}/none.csv`, { name: 'none.csv' }).catch((error: unknown) => error);
    expect(missing).toMatchObject({
      code: 'unreadable',
      message: 'none.csv cannot be read: there is no such file.',
    });
    expect(JSON.stringify(missing)).not.toContain(folder);
    await expect(read(folder, { name: 'x' })).rejects.toMatchObject({
      message: 'x cannot be read: it is a folder.',
    });
    const nested = `${await tempFile('a')}/b`;
    await expect(read(nested)).rejects.toMatchObject({ code: 'unreadable' });
  });

  test('tell how far they are', async () => {
    const seen: (readonly [number, number | null])[] = [];
    const path = await tempFile('0123456789');
    await read(path, { chunkBytes: 4, onProgress: (done, all) => seen.push([done, all]) });
    expect(seen).toEqual([
      [4, 10],
      [8, 10],
      [10, 10],
    ]);
  });

  test('are not read for a caller that has given up', async () => {
    const reason = new Error('deadline');
    await expect(read(await tempFile('a'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test.each(['plain', 'gzip'])('stop when the caller gives up in the middle (%s)', async (kind) => {
    const content = randomBytes(100_000);
    const path = await tempFile(kind === 'gzip' ? gzipSync(content) : content);
    const controller = new AbortController();
    const reason = new Error('enough');
    const bytes = readBytes(path, { chunkBytes: 100, signal: controller.signal });
    await bytes.next();
    controller.abort(reason);
    await expect(allOf(bytes)).rejects.toBe(reason);
  });

  test.each(['plain', 'gzip'])('let go of the file when the reader stops early (%s)', async (kind) => {
    const path = await tempFile(kind === 'gzip' ? gzipSync(randomBytes(100_000)) : randomBytes(100_000));
    const bytes = readBytes(path, { chunkBytes: 100 });
    expect((await bytes.next()).done).toBe(false);
    await bytes.return(undefined);
    expect((await bytes.next()).done).toBe(true);
  });

  test.each([
    ['plain', Buffer.from('from a pipe\n')],
    ['gzip', gzipSync('from a pipe\n')],
  ])('come from standard input for - (%s)', (_, input) => {
    const code = `
      const { readBytes } = await import(${JSON.stringify(new URL('bytes.ts', import.meta.url).href)});
      for await (const chunk of readBytes('-')) process.stdout.write(chunk);`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], { input });
    expect(output.toString()).toBe('from a pipe\n');
  });
});
