import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { recorded } from './index.ts';

const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);

test('the README has the headings of every provider', () => {
  const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(['Purpose', 'Query', 'Cohorts', 'Settling lag', 'Limits', 'Errors', 'Example']);
});

/** Every `spec` below a `metricSource`, or the document itself where it is a spec. */
function specsOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('path' in value && typeof value.path === 'string') return [value];
  return Object.values(value).flatMap((each) => specsOf(each));
}

test.each(blocks.map((block, index) => [index + 1, block] as const))(
  'example %i of the README is understood',
  (_, block) => {
    const specs = parseAllDocuments(block).flatMap((document) => specsOf(document.toJS()));
    expect(specs.length).toBeGreaterThan(0);
    const parsed = specs.map((spec) => recorded.parseQuery(spec, { role: 'bad', baseDir: '/slos' }));
    expect(parsed.filter((each) => !each.ok)).toEqual([]);
  },
);

test('the README names every key of a query', () => {
  const refused = ['csv', 'combined', 'json-log'].flatMap((format) => {
    const parsed = recorded.parseQuery(
      { path: 'x', format, unheardOf: 1 },
      { role: 'bad', baseDir: '/slos' },
    );
    return parsed.ok ? [] : parsed.issues.filter(({ path }) => path === 'unheardOf');
  });
  const keys = new Set(refused.flatMap(({ allowed }) => allowed.replace('the keys ', '').split(', ')));
  expect(keys.size).toBeGreaterThan(9);
  expect([...keys].filter((key) => !readme.includes(`\`${key}\``))).toEqual([]);
});
