import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { definition, slosFolder } from './fixtures/slo-folder.ts';
import { loadSlos, type LoadedSlos } from './load-slos.ts';

// Documents of OpenSLO/OpenSLO and OpenSLO/go-sdk (Apache-2.0) beside this repository.
const FOLDER = join(import.meta.dirname, '../../../shared/data/openslo');
const PRESENT = existsSync(FOLDER);

const made: (() => void)[] = [];
afterEach(() => made.splice(0).forEach((remove) => remove()));

const ALL_TYPES = ['prometheus', 'datadog', 'redshift', 'appdynamics', 'string'].map(definition);
const REFERRED = `apiVersion: openslo/v1
kind: SLI
metadata: {name: indicator-ref-string}
spec: {ratioMetric: {bad: {metricSource: {type: Prometheus}}, total: {metricSource: {type: Prometheus}}}}
`;

async function load(
  file: string,
  types = ALL_TYPES,
  beside: Readonly<Record<string, string>> = {},
): Promise<LoadedSlos> {
  const { dir, remove } = slosFolder({ [file]: readFileSync(join(FOLDER, file), 'utf8'), ...beside });
  made.push(remove);
  return loadSlos(dir, types);
}

async function refusals(file: string, types = ALL_TYPES): Promise<string[]> {
  const loaded = await load(file, types);
  return loaded.ok ? [] : loaded.problems.map(({ line, path, given }) => `${String(line)} ${path}: ${given}`);
}

/** What these files hold that Burngate cannot use; every other file loads. */
const LIMITS: Readonly<Record<string, readonly string[]>> = {
  'go-sdk-v1-slis.yaml': [
    '71 [2].spec.ratioMetric.raw: raw',
    '97 [3].spec.thresholdMetric: a thresholdMetric',
  ],
  'v1__service__service-long-description.yaml': ['7 spec.description: 1418 characters'],
  'v1__sli__sli-description-threshold-inline-metricsource.yaml': [
    '8 spec.thresholdMetric: a thresholdMetric',
  ],
  'v1__sli__sli-description-threshold-metricsourceref.yaml': ['8 spec.thresholdMetric: a thresholdMetric'],
  'v1__sli__sli-no-description-threshold-inline-metricsource.yaml': [
    '7 spec.thresholdMetric: a thresholdMetric',
  ],
  'v1__sli__sli-no-description-threshold-metricsourceref.yaml': ['7 spec.thresholdMetric: a thresholdMetric'],
  ...Object.fromEntries(
    ['calendar-alerts', 'calendar-no-alerts', 'rolling-alerts', 'rolling-no-alerts'].map((name) => [
      `v1__slo__slo-indicatorref-${name}.yaml`,
      ['9 spec.indicatorRef: "indicator-ref-string", which no SLI is called'],
    ]),
  ),
};

describe.skipIf(!PRESENT)('documents of the OpenSLO project (../shared/data/openslo)', () => {
  const files = PRESENT ? readdirSync(FOLDER).filter((name) => name.endsWith('.yaml')) : [];

  test('are all there', () => {
    expect(files.length).toBeGreaterThanOrEqual(30);
    expect(Object.keys(LIMITS).filter((name) => !files.includes(name))).toEqual([]);
  });

  test.each(files)('%s loads, or is refused for what it really holds', async (file) => {
    expect(await refusals(file)).toEqual(LIMITS[file] ?? []);
  });

  test.each(files)('%s without its provider is refused for the unknown type alone', async (file) => {
    const found = await refusals(file, [definition('recorded')]);
    const others = found.filter(
      (problem) => !/\.metricSource\.type: the unknown metricSource type "\w+"$/.test(problem),
    );
    expect(others).toEqual(LIMITS[file] ?? []);
    const hasQueries = /ratioMetric:/.test(readFileSync(join(FOLDER, file), 'utf8'));
    expect(found.length > others.length).toBe(hasQueries);
  });

  test.each(files.filter((name) => name.includes('slo-indicatorref')))(
    '%s loads once its SLI is there',
    async (file) => {
      const loaded = await load(file, ALL_TYPES, { 'sli.yaml': REFERRED });
      expect(loaded.ok && loaded.slos).toMatchObject([
        { name: 'test-slo', service: 'the-service-name', target: 0.98 },
      ]);
    },
  );

  test('the SLO of go-sdk keeps what it says', async () => {
    const loaded = await load('go-sdk-v1-slos.yaml');
    expect(loaded.ok && loaded.slos).toMatchObject([
      {
        name: 'web-availability',
        service: 'web',
        target: 0.995,
        budgetingMethod: 'Timeslices',
        timeWindow: {
          kind: 'calendar',
          duration: 7 * 86_400_000,
          start: '2022-01-01 12:00:00',
          timeZone: 'America/New_York',
        },
        indicator: { kind: 'good-total', good: { provider: 'prometheus' } },
        origin: { line: 1 },
      },
    ]);
  });
});
