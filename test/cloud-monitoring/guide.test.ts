import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { cloudMonitoring } from '../../providers/cloud-monitoring/index.ts';
import { loadSlos } from '../../src/config/load-slos.ts';
import { folderWith } from '../support/folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'providers/cloud-monitoring/examples');
const PAGES = ['docs/guides/cloud-monitoring.md', 'providers/cloud-monitoring/README.md'];

function yamlBlocks(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);
}

test('every example file loads without a warning', async () => {
  const loaded = await loadSlos(EXAMPLES, [cloudMonitoring]);
  expect(loaded).toMatchObject({ ok: true, warnings: [] });
  expect(loaded.ok ? loaded.slos : []).toHaveLength(readdirSync(EXAMPLES).length);
});

describe.each(PAGES)('%s', (page) => {
  const files = yamlBlocks(page).filter((block) => block.startsWith('apiVersion: openslo/v1'));
  const folder = folderWith(Object.fromEntries(files.map((file, nth) => [`${String(nth)}.yaml`, file])));

  test('has whole SLO files that load without a warning', async () => {
    expect(files.length).toBeGreaterThan(0);
    expect(await loadSlos(folder, [cloudMonitoring])).toMatchObject({ ok: true, warnings: [] });
  });

  test('has no YAML that is none', () => {
    const documents = yamlBlocks(page).flatMap((block) => parseAllDocuments(block));
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  });
});

test('the guide gives the watch the arguments that it takes', () => {
  const template = readFileSync(join(ROOT, 'analysis-templates/watch.yaml'), 'utf8');
  const known = [...template.matchAll(/^ {4}- name: (\S+)$/gm)].map(([, name]) => name);
  const [guide = ''] = PAGES;
  const block = yamlBlocks(guide).find((each) => each.startsWith('analysis:')) ?? '';
  const given = [...block.matchAll(/- (?:\{ )?name: ([\w-]+)/g)].map(([, name]) => name);
  expect(given).toContain('slo');
  expect(given.filter((name) => !known.includes(name))).toEqual([]);
});
