import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { prometheus } from './index.ts';
import { SETTINGS } from './settings.ts';

const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
const blocksOf = (text: string): string[] =>
  [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);

test('the README has the headings of every provider', () => {
  const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(['Purpose', 'Query', 'Cohorts', 'Settling lag', 'Limits', 'Errors', 'Example']);
});

test('the spec in short form is understood', () => {
  const specs = blocksOf(readme).filter((yaml) => yaml.startsWith('selector:'));
  expect(specs).toHaveLength(1);
  const parsed = specs.map((yaml) => prometheus.parseQuery(parse(yaml), { role: 'bad', baseDir: '/slos' }));
  expect(parsed.filter(({ ok }) => !ok)).toEqual([]);
});

test('the README names every key of a query and every setting', () => {
  const refused = prometheus.parseQuery({ metric: 'm', unheardOf: 1 }, { role: 'bad', baseDir: '/slos' });
  const allowed = refused.ok ? '' : (refused.issues[0]?.allowed ?? '');
  const keys = allowed.replace('the keys ', '').split(', ');
  expect(keys.length).toBeGreaterThan(8);
  const names = [...keys, ...SETTINGS.map(({ env }) => env)];
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
