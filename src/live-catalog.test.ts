import { readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recorded } from '../providers/recorded/index.ts';
import { folderWith } from '../test/support/folder.ts';
import { sloYaml } from '../test/support/shop.ts';
import { LiveCatalog } from './live-catalog.ts';

const slo = (name: string): string => sloYaml({ name, path: 'counts.csv' });

async function open(folder: string, prepare: () => Promise<void> = async () => undefined) {
  const lines: string[] = [];
  const write = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const catalog = await LiveCatalog.open({
    folder,
    definitions: [recorded],
    log: { warn: write, info: write },
    prepare,
  });
  return { catalog, lines, names: () => catalog.slos.map(({ name }) => name) };
}

describe('the SLOs in use', () => {
  test('are those of the changed files at the next look', async () => {
    const folder = folderWith({ 'a.yaml': slo('a') });
    const { catalog, names } = await open(folder);
    await writeFile(join(folder, 'b.yaml'), slo('b'));
    expect(names()).toEqual(['a']);
    await catalog.reload();
    expect(names()).toEqual(['a', 'b']);
    await rm(join(folder, 'a.yaml'));
    await catalog.reload();
    expect(names()).toEqual(['b']);
    expect(catalog.state.ok).toBe(true);
  });

  test.each([
    ['a broken file', { 'b.yaml': 'kind: [' }],
    ['a wrong value', { 'b.yaml': slo('b').replace('target: 0.99', 'target: 99') }],
    ['a name twice', { 'b.yaml': slo('a') }],
  ])('stay the last good ones after %s, and state and log say what is wrong', async (_, files) => {
    const folder = folderWith({ 'a.yaml': slo('a') });
    const { catalog, names, lines } = await open(folder);
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await catalog.reload();
    expect(names()).toEqual(['a']);
    expect(catalog.state).toMatchObject({ ok: false, problems: [expect.stringContaining('b.yaml')] });
    expect(lines.at(-1)).toContain('the last good set stays in use');
    await catalog.reload();
    expect(lines).toHaveLength(1);
    await writeFile(join(folder, 'b.yaml'), slo('b'));
    await catalog.reload();
    expect([names(), catalog.state.ok]).toEqual([['a', 'b'], true]);
  });

  test('stay where the folder goes away, and come back with it', async () => {
    const folder = folderWith({ 'slos/a.yaml': slo('a') });
    const { catalog, names } = await open(join(folder, 'slos'));
    await rename(join(folder, 'slos'), join(folder, 'gone'));
    await catalog.reload();
    expect([names(), catalog.state.ok]).toEqual([['a'], false]);
    await rename(join(folder, 'gone'), join(folder, 'slos'));
    await catalog.reload();
    expect([names(), catalog.state.ok]).toEqual([['a'], true]);
  });

  test('change as a whole where Kubernetes turns the link of a ConfigMap', async () => {
    const folder = folderWith({ '..one/a.yaml': slo('a'), '..two/a.yaml': slo('b') });
    await symlink('..one', join(folder, '..data'));
    await symlink('..data/a.yaml', join(folder, 'a.yaml'));
    const { catalog, names } = await open(folder);
    await symlink('..two', join(folder, '..new'));
    await rename(join(folder, '..new'), join(folder, '..data'));
    await catalog.reload();
    expect(names()).toEqual(['b']);
    expect(await readdir(folder)).toContain('..data');
  });

  test('are not replaced by ones whose provider does not open; the next look tries again', async () => {
    const folder = folderWith({ 'a.yaml': slo('a') });
    let fails = false;
    const { catalog, names } = await open(folder, async () => {
      if (fails) throw new Error('DD_API_KEY is missing');
    });
    fails = true;
    await writeFile(join(folder, 'b.yaml'), slo('b'));
    await catalog.reload();
    expect(names()).toEqual(['a']);
    expect(catalog.state).toMatchObject({ ok: false, problems: ['DD_API_KEY is missing'] });
    fails = false;
    await catalog.reload();
    expect([names(), catalog.state.ok]).toEqual([['a', 'b'], true]);
  });

  test('have to be right at the start', async () => {
    await expect(open(folderWith({ 'a.yaml': 'kind: [' }))).rejects.toMatchObject({ name: 'ConfigError' });
    await expect(
      open(folderWith({ 'a.yaml': slo('a') }), async () => Promise.reject(new Error('no keys'))),
    ).rejects.toMatchObject({ name: 'ConfigError', message: 'no keys' });
  });
});
