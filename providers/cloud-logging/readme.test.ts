import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { cloudLogging } from './index.ts';

const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');

test('the README has the headings of every provider', () => {
  const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(['Purpose', 'Query', 'Cohorts', 'Settling lag', 'Limits', 'Errors', 'Example']);
});

test('the README names every key of a query and every setting', () => {
  const refused = cloudLogging.parseQuery({ unheardOf: 1 }, { role: 'bad', baseDir: '/' });
  const allowed = refused.ok ? '' : (refused.issues.find(({ path }) => path === 'unheardOf')?.allowed ?? '');
  const keys = allowed.replace('the keys ', '').split(', ');
  expect(keys.length).toBeGreaterThan(15);
  expect(keys.filter((key) => !readme.includes(`\`${key}\``))).toEqual([]);
  expect(cloudLogging.settings.filter(({ env }) => !readme.includes(`\`${env}\``))).toEqual([]);
});

test('the README gives the defaults that the settings have', () => {
  for (const { env, fallback } of cloudLogging.settings.filter(({ fallback: text }) => /^\d+$/.test(text)))
    expect(readme).toMatch(new RegExp(`\`${env}\`[^\n]*\`${fallback}\``));
});
