import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../../test/support/temp-file.ts';
import { RecordingFiles } from './client.ts';
import type { RecordedQuery } from './query.ts';

const CSV = 'time,cohort,good,bad\n60,canary,10,1\n';

async function recording(content = CSV): Promise<{ query: RecordedQuery; folder: string; file: string }> {
  const folder = await tempFolder();
  const file = join(folder, 'x.csv');
  await writeFile(file, content);
  return {
    folder,
    file,
    query: { path: 'x.csv', file, source: { kind: 'counts', format: 'csv' }, settlingLag: 0 },
  };
}

const never = (): AbortSignal => new AbortController().signal;

describe('a recording', () => {
  test('is read once for any number of callers at once and afterwards', async () => {
    const { query } = await recording();
    const files = new RecordingFiles();
    const tables = await Promise.all(
      Array.from({ length: 5 }, async () => files.load(query, 60_000, never())),
    );
    tables.push(await files.load(query, 60_000, never()));
    expect(new Set(tables).size).toBe(1);
  });

  test('is read again for another bucket width or other rules', async () => {
    const { query } = await recording();
    const files = new RecordingFiles();
    const first = await files.load(query, 60_000, never());
    expect(await files.load(query, 300_000, never())).not.toBe(first);
    const other: RecordedQuery = { ...query, source: { kind: 'counts', format: 'jsonl' } };
    await expect(files.load(other, 60_000, never())).rejects.toMatchObject({ code: 'provider-rejected' });
  });

  test.each<[string, (file: string, folder: string) => Promise<void>]>([
    ['its size', async (file) => writeFile(file, `${CSV}120,canary,5,0\n`)],
    ['its time', async (file) => utimes(file, 1, 1)],
    [
      'the file behind its name',
      async (file, folder) => {
        await writeFile(join(folder, 'new'), CSV);
        await utimes(join(folder, 'new'), 1000, 1000);
        await rename(join(folder, 'new'), file);
      },
    ],
  ])('is read again once %s changes', async (_, change) => {
    const { query, file, folder } = await recording();
    const files = new RecordingFiles();
    const before = await files.load(query, 60_000, never());
    await change(file, folder);
    const after = await files.load(query, 60_000, never());
    expect(after).not.toBe(before);
    expect(await files.load(query, 60_000, never())).toBe(after);
  });

  test('that was missing or broken is read as soon as it is there and right', async () => {
    const { query, file } = await recording('time,cohort,good,bad\n60,canary,x,1\n');
    const files = new RecordingFiles();
    await expect(files.load(query, 60_000, never())).rejects.toMatchObject({
      name: 'ProviderError',
      code: 'provider-rejected',
      retryable: false,
      message:
        'x.csv line 2: column "good": given "x", allowed is a number of events, 0 or more (good and bad both empty: no data).',
    });
    await rm(file);
    await expect(files.load(query, 60_000, never())).rejects.toMatchObject({
      name: 'ProviderError',
      code: 'provider-unavailable',
      retryable: true,
      message: 'x.csv cannot be read: there is no such file.',
    });
    await writeFile(file, CSV);
    expect((await files.load(query, 60_000, never())).lastTime).toBe(60_000);
  });

  test('is never a folder, a device or a path in a message', async () => {
    const { query, folder } = await recording();
    const files = new RecordingFiles();
    for (const file of [folder, '/dev/zero', join(folder, 'x.csv', 'y')]) {
      const error: unknown = await files
        .load({ ...query, file }, 60_000, never())
        .catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: 'provider-unavailable' });
      expect(String(error)).not.toContain(folder);
    }
  });

  test('goes on being read for others when one caller gives up', async () => {
    const { query } = await recording();
    const files = new RecordingFiles();
    const controller = new AbortController();
    const hasty = files.load(query, 60_000, controller.signal);
    const patient = files.load(query, 60_000, never());
    const reason = new Error('deadline');
    controller.abort(reason);
    await expect(hasty).rejects.toBe(reason);
    const table = await patient;
    expect(await files.load(query, 60_000, never())).toBe(table);
    await expect(files.load(query, 60_000, controller.signal)).rejects.toBe(reason);
  });

  test('is forgotten when it was not asked for the longest, beyond sixteen', async () => {
    const { query } = await recording();
    const files = new RecordingFiles();
    const load = async (bucketMs: number) => files.load(query, bucketMs, never());
    const tables = [];
    for (let width = 1; width <= 16; width += 1) tables.push(await load(width * 1000));
    expect(await load(1000)).toBe(tables[0]);
    await load(17_000);
    expect(await load(1000)).toBe(tables[0]);
    expect(await load(2000)).not.toBe(tables[1]);
  });

  test('is not read any more once all is closed, be it under way or new', async () => {
    const { query } = await recording();
    const files = new RecordingFiles();
    const underWay = files.load(query, 60_000, never());
    files.close();
    files.close();
    await expect(underWay).rejects.toMatchObject({
      code: 'provider-unavailable',
      message: 'The provider recorded is closed.',
    });
    await expect(files.load(query, 60_000, never())).rejects.toMatchObject({
      message: 'The provider recorded is closed.',
    });
  });
});
