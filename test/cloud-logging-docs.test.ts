import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSlos } from '../src/config/load-slos.ts';
import { PROVIDERS } from '../src/registry.ts';

const FOLDER = join(import.meta.dirname, '../providers/cloud-logging');
const GUIDE = join(import.meta.dirname, '../docs/guides/cloud-logging.md');

/** The YAML blocks of a page, each with a name to tell it by. */
async function blocksOf(name: string, file: string): Promise<(readonly [string, string])[]> {
  const text = await readFile(file, 'utf8');
  return [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = ''], index) => [
    `${name} ${String(index + 1)}`,
    yaml,
  ]);
}

const blocks = [
  ...(await blocksOf('README', join(FOLDER, 'README.md'))),
  ...(await blocksOf('guide', GUIDE)),
];

test('README and guide have SLO files', () => {
  expect(blocks.map(([name]) => name)).toEqual(['README 1', 'guide 1', 'guide 2']);
});

test.each(blocks)('the SLO file %s loads without a warning', async (_, yaml) => {
  const folder = await mkdtemp(join(tmpdir(), 'burngate-docs-'));
  try {
    await writeFile(join(folder, 'slo.yaml'), yaml);
    const loaded = await loadSlos(folder, PROVIDERS);
    expect([loaded.ok ? [] : loaded.problems, loaded.warnings]).toEqual([[], []]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the example files load without a warning', async () => {
  const loaded = await loadSlos(join(FOLDER, 'examples'), PROVIDERS);
  expect([loaded.ok ? loaded.slos.length : loaded.problems, loaded.warnings]).toEqual([4, []]);
});

test('the command of the guide is the one that advise prints for its SLO file', async () => {
  const guide = await readFile(GUIDE, 'utf8');
  const [, yaml = ''] = blocks.find(([name]) => name === 'guide 2') ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'burngate-docs-'));
  try {
    await writeFile(join(folder, 'slo.yaml'), yaml);
    const loaded = await loadSlos(folder, PROVIDERS);
    const slo = loaded.ok ? loaded.slos[0] : undefined;
    const definition = PROVIDERS.find(({ name }) => name === 'cloud-logging');
    if (slo?.indicator.kind !== 'bad-total') throw new Error('not loaded');
    const advice = definition?.advise?.({ slo, queries: { bad: slo.indicator.bad.query } });
    expect(guide).toContain(advice?.commands[0]?.text ?? 'nothing advised');
  } finally {
    await rm(folder, { recursive: true });
  }
});
