import { expect, test } from 'vitest';
import { loadSlos } from './load-slos.ts';
import { folderWith } from '../../test/support/folder.ts';
import { sloYaml } from '../../test/support/shop.ts';
import { PROVIDERS } from '../registry.ts';

async function load(text: string) {
  const loaded = await loadSlos(folderWith({ 'slo.yaml': text }), PROVIDERS);
  return loaded.ok ? loaded.slos[0] : loaded.problems.map(({ given }) => given);
}

const YAML = sloYaml({ name: 'shop', path: 'x.csv' });

test.each([
  ['Timeslices', 'timeSliceTarget: 0.95, timeSliceWindow: 5', { window: 300_000, target: 0.95 }],
  ['Timeslices', 'timeSliceTarget: 0.95, timeSliceWindow: 1h', { window: 3_600_000, target: 0.95 }],
  ['RatioTimeslices', 'timeSliceWindow: 1m', { window: 60_000 }],
])('%s with %s keeps its slices', async (method, fields, slices) => {
  const text = YAML.replace('Occurrences', method).replace('target: 0.99', `target: 0.99, ${fields}`);
  expect(await load(text)).toMatchObject({ budgetingMethod: method, slices });
});

test('Occurrences have no slices', async () => {
  expect(await load(YAML)).not.toHaveProperty('slices');
});

test('a calendar month keeps its unit, which its nominal 30 days do not tell', async () => {
  const text = YAML.replace(
    '{ duration: 28d, isRolling: true }',
    '{ duration: 1M, calendar: { startTime: "2026-01-01 00:00:00", timeZone: Europe/Berlin } }',
  );
  expect(await load(text)).toMatchObject({ timeWindow: { kind: 'calendar', count: 1, unit: 'M' } });
});

test('links are kept with their templates', async () => {
  const links = {
    logs: 'https://logs.example.com/?q=${hash}&g=${group}',
    traces: 'https://t.example.com/${rollout}',
  };
  const text = sloYaml({
    name: 'shop',
    path: 'x.csv',
    annotations: { 'burngate.io/links': JSON.stringify(links) },
  });
  expect(await load(text)).toMatchObject({
    links: [
      { name: 'logs', template: links.logs },
      { name: 'traces', template: links.traces },
    ],
  });
});

test.each([
  '{logs: "javascript:alert(1)"}',
  '{logs: "https://x/${hsah}"}',
  '{"<b>": "https://x/"}',
  '[1]',
  JSON.stringify(Object.fromEntries([1, 2, 3, 4, 5, 6].map((each) => [String(each), 'https://x/']))),
])('links %s are refused', async (links) => {
  const text = sloYaml({ name: 'shop', path: 'x.csv', annotations: { 'burngate.io/links': links } });
  expect(await load(text)).toHaveLength(1);
});
