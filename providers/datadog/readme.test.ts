import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { datadog } from './index.ts';
import { SETTINGS } from './settings.ts';

const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
const documents = [...readme.matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, yaml = '']) =>
  parseAllDocuments(yaml).map((document) => document.toJS() as unknown),
);

test('the README has the headings of every provider', () => {
  const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(['Purpose', 'Query', 'Cohorts', 'Settling lag', 'Limits', 'Errors', 'Example']);
});

/** Every `spec` of a `metricSource`, or the document itself where it is one. */
function specsOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (['metric', 'source', 'slo'].some((key) => Object.hasOwn(value, key))) return [value];
  return Object.values(value).flatMap((each) => specsOf(each));
}

test.each(documents.map((document, index) => [index + 1, document] as const))(
  'example %i of the README is understood',
  (_, document) => {
    const specs = specsOf(document);
    expect(specs.length).toBeGreaterThan(0);
    const parsed = specs.map((spec) => datadog.parseQuery(spec, { role: 'bad', baseDir: '/slos' }));
    expect(parsed.filter((each) => !each.ok)).toEqual([]);
  },
);

test('the README names every key of a query and every setting', () => {
  const keys = new Set(
    [{ metric: 'x' }, { source: 'apm_metrics' }, { source: 'logs' }, { slo: 'x' }].flatMap((spec) => {
      const parsed = datadog.parseQuery({ ...spec, unheardOf: 1 }, { role: 'bad', baseDir: '/slos' });
      const issues = parsed.ok ? [] : parsed.issues.filter(({ path }) => path === 'unheardOf');
      return issues.flatMap(({ allowed }) => allowed.replace('the keys ', '').split(', '));
    }),
  );
  expect(keys.size).toBeGreaterThan(15);
  const names = [...keys, ...SETTINGS.map(({ env }) => env)];
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
