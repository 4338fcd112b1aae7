import { afterEach, expect, test } from 'vitest';
import type { Fetched } from '../../src/core/provider.ts';
import { HOUR, MINUTE } from '../../src/core/units.ts';
import type { MetricModel, Model } from './emulator/model.ts';
import { openEmulated, queryOf, requestFor, type Emulated } from './emulator/open-emulated.ts';
import { emptyProject, write, type TrafficRow } from './emulator/traffic.ts';

const START = Date.UTC(2024, 4, 1, 12);
const { signal } = new AbortController();
const WHOLE = { hash: '', value: '', match: 'any' } as const;

let open: Emulated | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

function metricOf(more: Partial<MetricModel> = {}): MetricModel {
  return { type: 'slo', kind: 'DELTA', valueType: 'DOUBLE', series: [], ...more };
}

function modelOf(): Model {
  const model: Model = new Map();
  emptyProject(model, 'shop-prod');
  return model;
}

/** Half an hour of the same value each minute. */
function rowsOf(labels: Record<string, string>, value: number): TrafficRow[] {
  return Array.from({ length: 30 }, (_, minute) => ({ time: START + minute * MINUTE, labels, value }));
}

/** Sum of one line's points. */
function sumOf({ series }: Fetched, role: string, cohort: string): number {
  const lines = series.filter((each) => each.role === role && each.cohort === cohort);
  return lines.flatMap(({ points }) => points).reduce((sum, [, events]) => sum + events, 0);
}

test('an SLO of Cloud Monitoring says how it stands, where the window is the newest', async () => {
  const model = modelOf();
  const slo = 'projects/shop-prod/services/cart/serviceLevelObjectives/availability';
  const gauge = (value: number): MetricModel => {
    const metric = metricOf({ type: 'slo', kind: 'GAUGE', valueType: 'DOUBLE' });
    write(metric, rowsOf({}, value), { resourceType: 'x', resource: {} });
    return metric;
  };
  const counts = metricOf({ type: 'slo', valueType: 'DOUBLE' });
  write(counts, rowsOf({ event_type: 'good' }, 9), { resourceType: 'x', resource: {} });
  model.get('shop-prod')?.slos.set(slo, { counts, burnRate: gauge(2.5), budgetFraction: gauge(0.342) });
  let now = START + 35 * MINUTE;
  open = await openEmulated(model, { now: () => now });
  const cohorts = { canary: null, stable: WHOLE };
  const notes = async (): Promise<readonly string[]> =>
    (
      await (open as Emulated).provider.fetchCounts(
        requestFor({ total: queryOf({ slo }) }, START, { cohorts }),
        signal,
      )
    ).notes;
  expect(await notes()).toEqual([
    'counts of the whole service, from an SLO of Cloud Monitoring',
    "Cloud Monitoring's own burn rate over 1h: 2.50",
    "Cloud Monitoring's own error budget left: 34.2%",
  ]);
  now += 3 * HOUR;
  expect(await notes()).toHaveLength(1);
});

test('an SLO of Cloud Monitoring answers for the whole service, and for no release', async () => {
  const model = modelOf();
  const slo = 'projects/shop-prod/services/cart/serviceLevelObjectives/availability';
  const counts = metricOf({ type: 'slo', valueType: 'DOUBLE' });
  write(counts, rowsOf({ event_type: 'good' }, 9.5), { resourceType: 'x', resource: {} });
  write(counts, rowsOf({ event_type: 'bad' }, 0.5), { resourceType: 'x', resource: {} });
  model.get('shop-prod')?.slos.set(slo, { counts });
  open = await openEmulated(model);
  const queries = { bad: queryOf({ slo }, 'bad'), total: queryOf({ slo }) };
  const cohorts = { canary: null, stable: WHOLE };
  const answer = await open.provider.fetchCounts(requestFor(queries, START, { cohorts }), signal);
  expect(sumOf(answer, 'bad', 'stable')).toBe(15);
  expect(sumOf(answer, 'total', 'stable')).toBe(300);
  expect(open.emulator.filters).toEqual([`select_slo_counts("${slo}")`]);
  await expect(open.provider.fetchCounts(requestFor(queries, START), signal)).rejects.toMatchObject({
    code: 'provider-rejected',
    message: expect.stringMatching(/cannot tell canary from stable/) as string,
  });
  await expect(
    open.provider.fetchCounts(requestFor(queries, START, { cohorts, scope: { namespace: 'shop' } }), signal),
  ).rejects.toMatchObject({ code: 'invalid-scope' });
});
