import { afterEach, describe, expect, test } from 'vitest';
import type { Fetched } from '../../src/core/provider.ts';
import { HOUR, MINUTE } from '../../src/core/units.ts';
import { metricOf, modelOf } from './emulator/requests-metric.ts';
import { openEmulated, queryOf, requestFor, type Emulated } from './emulator/open-emulated.ts';
import { write, type TrafficRow } from './emulator/traffic.ts';

const START = Date.UTC(2024, 4, 1, 12);
const { signal } = new AbortController();
const K8S = { resourceType: 'k8s_container', resource: { namespace_name: 'shop', cluster_name: 'eu' } };

let open: Emulated | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** Half an hour of one event each minute. */
function rowsOf(labels: Record<string, string>): TrafficRow[] {
  return Array.from({ length: 30 }, (_, minute) => ({ time: START + minute * MINUTE, labels, value: 1 }));
}

const HASH = 'rollouts_pod_template_hash';
const BASE = { project: 'shop-prod', metric: 'logging.googleapis.com/user/requests' };

async function totalOf(emulated: Emulated): Promise<number> {
  const answer: Fetched = await emulated.provider.fetchCounts(
    requestFor({ total: queryOf(BASE) }, START),
    signal,
  );
  return answer.series.flatMap(({ points }) => points).reduce((sum, [, events]) => sum + events, 0);
}

describe('the settling lag is', () => {
  test.each([
    [
      'what the descriptor promises',
      { type: 'custom.googleapis.com/x', ingestDelaySeconds: 180, samplePeriodSeconds: 60 },
      {},
      4,
    ],
    ['five minutes where it promises nothing', { type: 'custom.googleapis.com/x' }, {}, 5],
    ['ten minutes for a log-based metric', { ingestDelaySeconds: 60, samplePeriodSeconds: 60 }, {}, 10],
    ['what the SLO file says, in any case', { ingestDelaySeconds: 600 }, { settlingLag: '2m' }, 2],
  ])('%s', async (_, more, spec, minutes) => {
    const metric = metricOf(more);
    open = await openEmulated(modelOf(metric));
    const total = queryOf({ ...BASE, metric: metric.type, resource: 'k8s_container', ...spec });
    expect(await open.provider.settlingLag({ total }, signal)).toBe(minutes * MINUTE);
  });
});

test('descriptors are read once an hour, and the earlier one serves while they cannot be read', async () => {
  const metric = metricOf();
  write(metric, rowsOf({ [HASH]: 'aaa' }), K8S);
  let now = START + HOUR;
  open = await openEmulated(modelOf(metric), { now: () => now });
  const emulated = open;
  const ask = async (): Promise<number> => totalOf(emulated);
  await Promise.all([ask(), ask(), ask()]);
  expect(open.emulator.counted.getMetricDescriptor).toBe(1);
  now += 2 * HOUR;
  open.emulator.fault = { kind: 'permission-denied', permission: 'nothing' };
  await ask();
  expect(open.emulator.counted.getMetricDescriptor).toBe(2);
  expect(open.calls.filter(({ budget }) => budget === 'shop-prod descriptors')).toHaveLength(2);
});

describe('access', () => {
  test('is what a verdict needs: the descriptor and the series', async () => {
    const metric = metricOf();
    write(metric, rowsOf({ [HASH]: 'aaa' }), K8S);
    open = await openEmulated(modelOf(metric), { now: () => START + HOUR });
    expect(await open.provider.checkAccess({ total: queryOf(BASE) }, signal)).toEqual({
      ok: true,
      detail:
        'nobody (no credentials on loopback) may read logging.googleapis.com/user/requests in shop-prod (DELTA INT64, 1 series in the last hour)',
    });
  });

  test.each(['monitoring.timeSeries.list', 'monitoring.metricDescriptors.get'])(
    'without %s names it, whom it lacks and what to do',
    async (permission) => {
      open = await openEmulated(modelOf(metricOf()));
      open.emulator.fault = { kind: 'permission-denied', permission };
      expect(await open.provider.checkAccess({ total: queryOf(BASE) }, signal)).toMatchObject({
        ok: false,
        problem: expect.stringMatching(new RegExp(`nobody .* lacks the permission ${permission}`)) as string,
        remedy: 'Grant roles/monitoring.viewer in shop-prod to it.',
      });
    },
  );

  test('to a metric that is not there says so', async () => {
    open = await openEmulated(modelOf());
    expect(await open.provider.checkAccess({ total: queryOf(BASE) }, signal)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/Could not find descriptor/) as string,
    });
  });
});
