import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { datadog } from '../../providers/datadog/index.ts';
import { loadSlos } from '../../src/config/load-slos.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'providers/datadog/examples');
const guide = readFileSync(join(ROOT, 'docs/guides/datadog.md'), 'utf8');

test('the example SLOs load without a problem or a warning', async () => {
  const loaded = await loadSlos(EXAMPLES, [datadog]);
  expect(loaded).toMatchObject({ ok: true, warnings: [] });
  expect(loaded.ok ? loaded.slos.map(({ name }) => name) : []).toEqual([
    'shop-availability',
    'checkout-availability',
    'checkout-latency',
    'blog-availability',
    'payments-report',
    'search-availability',
    'orders-availability',
    'orders-latency',
  ]);
});

const blocks = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);

test('every block of the guide is YAML', () => {
  const errors = blocks.flatMap((block) => parseAllDocuments(block).flatMap((document) => document.errors));
  expect([blocks.length, errors]).toEqual([4, []]);
});

/** Names of a list of `args`. */
function argNames(yaml: string): string[] {
  return [...yaml.matchAll(/^\s*- (?:\{ )?name: ([\w-]+)/gm)].map(([, name = '']) => name);
}

test.each(['watch', 'gate', 'bake', 'preflight'])('the template %s knows the args of the guide', (name) => {
  const template = readFileSync(join(ROOT, `analysis-templates/${name}.yaml`), 'utf8');
  const named = argNames(blocks.find((block) => block.startsWith('args:')) ?? '');
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((arg) => !argNames(template).includes(arg))).toEqual([]);
});

test('the version of the guide is composed after its parts', () => {
  const pod = blocks.find((block) => block.includes('DD_VERSION')) ?? '';
  const names = argNames(pod);
  for (const part of ['GIT_SHA', 'POD_TEMPLATE_HASH']) {
    expect(names.indexOf(part)).toBeLessThan(names.indexOf('DD_VERSION'));
    expect(pod).toContain(`$(${part})`);
  }
});

test('files that the guide names are there', () => {
  const links = [...guide.matchAll(/\]\((\.\.[^)#]+)\)/g)].map(([, target = '']) => target);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) {
    expect(() => readFileSync(join(ROOT, 'docs/guides', link))).not.toThrow(/ENOENT/);
  }
});
