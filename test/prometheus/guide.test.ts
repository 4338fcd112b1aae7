import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prometheus } from '../../providers/prometheus/index.ts';
import { SETTINGS } from '../../providers/prometheus/settings.ts';
import { loadSlos } from '../../src/config/load-slos.ts';
import { tempFolder } from '../support/temp-file.ts';

const readme = await readFile('providers/prometheus/README.md', 'utf8');
const guide = await readFile('docs/guides/prometheus.md', 'utf8');

const slosOf = (name: string, text: string): (readonly [number, string, string])[] =>
  [...text.matchAll(/```yaml\n(.*?)```/gs)]
    .flatMap(([, yaml = '']) => (yaml.includes('kind: SLO') ? [yaml] : []))
    .map((yaml, index) => [index + 1, name, yaml]);

test.each([...slosOf('README', readme), ...slosOf('guide', guide)])(
  'SLO %i of the %s loads without a warning',
  async (_, __, yaml) => {
    const folder = join(await tempFolder(), 'slos');
    await mkdir(folder);
    await writeFile(join(folder, 'slo.yaml'), yaml);
    expect(await loadSlos(folder, [prometheus])).toMatchObject({ ok: true, warnings: [] });
  },
);

test('the examples load together without a warning', async () => {
  const loaded = await loadSlos('providers/prometheus/examples', [prometheus]);
  expect(loaded).toMatchObject({ ok: true, warnings: [] });
  expect(loaded.ok && loaded.slos.map(({ name }) => name).toSorted()).toEqual([
    'checkout-availability',
    'checkout-latency',
    'mesh-availability',
    'search-slow',
  ]);
});

test('every setting that the guide names is one', () => {
  const named = new Set(guide.match(/BURNGATE_PROMETHEUS_[A-Z_]+/g));
  expect(named.size).toBeGreaterThan(3);
  const known = SETTINGS.map(({ env }) => env);
  expect([...named].filter((name) => !known.includes(name))).toEqual([]);
});
