import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { slosFolder } from './fixtures/slo-folder.ts';
import { readSloFiles } from './slo-files.ts';

const made: (() => void)[] = [];
afterEach(() => made.splice(0).forEach((remove) => remove()));

function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const { dir, remove } = slosFolder(files);
  made.push(remove);
  return dir;
}

async function names(dir: string): Promise<string[]> {
  const { files, problems } = await readSloFiles(dir);
  expect(problems).toEqual([]);
  return files.map(({ path }) => relative(dir, path));
}

async function refusals(dir: string): Promise<string[][]> {
  const { problems } = await readSloFiles(dir);
  return problems.map(({ file, given }) => [relative(dir, file), given]);
}

describe('files of an SLO folder', () => {
  test('are all *.yaml and *.yml of the folder and its subfolders, in the order of their names', async () => {
    const dir = folder({
      'b.yaml': '',
      'a.yml': '',
      'c/z.yaml': '',
      'c/a.yaml': '',
      'README.md': '',
      'x.yaml.bak': '',
      '.hidden.yaml': '',
    });
    expect(await names(dir)).toEqual(['a.yml', 'b.yaml', 'c/a.yaml', 'c/z.yaml']);
  });

  test('a file may be given instead of a folder, whatever its name', async () => {
    const dir = folder({ 'one.txt': 'a: 1' });
    const { files } = await readSloFiles(join(dir, 'one.txt'));
    expect(files).toEqual([{ path: join(dir, 'one.txt'), text: 'a: 1' }]);
  });

  test('a ConfigMap as Kubernetes mounts it is read once, through the links of its keys', async () => {
    const dir = folder({ '..2026_05_01_10_00_00.1/checkout.yaml': 'version: 1' });
    symlinkSync('..2026_05_01_10_00_00.1', join(dir, '..data'));
    symlinkSync('..data/checkout.yaml', join(dir, 'checkout.yaml'));
    expect(await names(dir)).toEqual(['checkout.yaml']);
    // An update swaps the link in one step.
    mkdirSync(join(dir, '..2026_05_01_11_00_00.2'));
    symlinkSync('..2026_05_01_11_00_00.2', join(dir, '..data_tmp'));
    renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
    expect(await refusals(dir)).toEqual([['checkout.yaml', 'nothing there (ENOENT)']]);
  });

  test('links that lead to one file twice, or round in a circle, are followed once', async () => {
    const dir = folder({ 'a/one.yaml': '' });
    symlinkSync('one.yaml', join(dir, 'a', 'two.yaml'));
    symlinkSync('..', join(dir, 'a', 'up'));
    symlinkSync('a', join(dir, 'b'));
    expect(await names(dir)).toEqual(['a/one.yaml']);
  });

  test('a byte order mark is no content', async () => {
    const { files } = await readSloFiles(folder({ 'a.yaml': '\uFEFFa: 1' }));
    expect(files.map(({ text }) => text)).toEqual(['a: 1']);
  });

  test('an empty folder, and a folder without YAML, are refused', async () => {
    expect(await refusals(folder({}))).toEqual([['', 'a folder without SLO files']]);
    expect(await refusals(folder({ 'README.md': '' }))).toEqual([['', 'a folder without SLO files']]);
  });

  test('a folder that is not there is refused', async () => {
    const dir = join(folder({}), 'nowhere');
    expect(await refusals(dir)).toEqual([['', 'nothing there (ENOENT)']]);
  });

  test('every file that cannot be read is named, and the others are read all the same', async () => {
    const dir = folder({
      'good.yaml': 'a: 1',
      'latin1.yaml': Uint8Array.of(0x61, 0x3a, 0x20, 0xe9),
      'utf16.yaml': Uint8Array.of(0xff, 0xfe, 0x61, 0x00),
      'huge.yaml': '#'.repeat(1024 * 1024 + 1),
    });
    symlinkSync('nowhere.yaml', join(dir, 'broken.yaml'));
    symlinkSync('loop.yaml', join(dir, 'loop.yaml'));
    const { files, problems } = await readSloFiles(dir);
    expect(files.map(({ path }) => relative(dir, path))).toEqual(['good.yaml']);
    expect(problems.map(({ file, given }) => [relative(dir, file), given])).toEqual([
      ['broken.yaml', 'nothing there (ENOENT)'],
      ['huge.yaml', '1048577 bytes'],
      ['latin1.yaml', 'bytes that are not UTF-8'],
      ['loop.yaml', 'a link that leads to itself (ELOOP)'],
      ['utf16.yaml', 'bytes that are not UTF-8'],
    ]);
  });

  test('a socket with the name of an SLO file is refused and not waited for', async () => {
    const dir = folder({});
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(dir, 's.yaml'), resolve));
    try {
      expect(await refusals(dir)).toEqual([['s.yaml', 'a device, socket or pipe']]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('no more than a thousand files are read, and that is said once', async () => {
    const dir = folder(
      Object.fromEntries(Array.from({ length: 1010 }, (_, index) => [`s${String(index)}.yaml`, ''])),
    );
    const { files, problems } = await readSloFiles(dir);
    expect(files).toHaveLength(1000);
    expect(problems.map(({ given }) => given)).toEqual(['more than 1000 YAML files']);
  });
});
