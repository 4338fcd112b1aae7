import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { ProviderFault } from '../../src/core/errors.ts';
import { cloudMonitoring } from './index.ts';
import { MONITORING_SETTINGS } from './settings.ts';

/** A record, so that the compiler asks for a new fault here too. */
const FAULTS: Readonly<Record<ProviderFault, true>> = {
  'provider-unavailable': true,
  'provider-timeout': true,
  'provider-denied': true,
  'provider-quota': true,
  'provider-rejected': true,
  'provider-garbled': true,
  'invalid-scope': true,
};

const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
const guide = await readFile(new URL('../../docs/guides/cloud-monitoring.md', import.meta.url), 'utf8');

test('the README has the headings of every provider', () => {
  const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(['Purpose', 'Query', 'Cohorts', 'Settling lag', 'Limits', 'Errors', 'Example']);
});

/** Every `spec` below a `metricSource` of this provider. */
function specsOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'cloud-monitoring' && 'spec' in value) return [value.spec];
  return Object.values(value).flatMap((each) => specsOf(each));
}

test.each([
  ['README', readme],
  ['guide', guide],
])('the SLO files of the %s are understood', (_, text) => {
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);
  const specs = blocks
    .flatMap((block) => parseAllDocuments(block))
    .flatMap((document) => {
      expect(document.errors).toEqual([]);
      return specsOf(document.toJS());
    });
  expect(specs.length).toBeGreaterThan(0);
  const parsed = specs.map((spec) => cloudMonitoring.parseQuery(spec, { role: 'bad', baseDir: '/slos' }));
  expect(parsed.filter((each) => !each.ok)).toEqual([]);
});

test('the README names every key of a query and every setting', () => {
  const refused = cloudMonitoring.parseQuery(
    { project: 'shop-prod', metric: 'custom.googleapis.com/x', unheardOf: 1 },
    { role: 'bad', baseDir: '/' },
  );
  const keys = (refused.ok ? [] : refused.issues).flatMap(({ allowed }) =>
    allowed.replace('the keys ', '').split(', '),
  );
  expect(keys.length).toBeGreaterThan(9);
  expect([...keys, 'slo'].filter((key) => !readme.includes(`\`${key}`))).toEqual([]);
  expect(MONITORING_SETTINGS.filter(({ env }) => !readme.includes(`\`${env}\``))).toEqual([]);
});

test('the README lists the codes of faults', () => {
  expect(
    [...readme.matchAll(/^\| `([a-z]+-[a-z]+)` /gm)]
      .map(([, code = '']) => code)
      .toSorted((a, b) => (a < b ? -1 : 1)),
  ).toEqual(Object.keys(FAULTS).toSorted((a, b) => (a < b ? -1 : 1)));
});
