import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERY_RELEASE } from '../../src/core/provider.ts';
import { MINUTE } from '../../src/core/units.ts';
import {
  ask,
  CANARY,
  lines,
  LOGS,
  METRICS,
  opened,
  query,
  STABLE,
  START,
  type Opened,
} from './emulator/opened.ts';

let open: Opened;
beforeAll(async () => {
  open = await opened();
});
afterAll(async () => open.close());

const calls = (): number => open.emulator.calls.length;
const { signal } = new AbortController();

describe('metrics', () => {
  test('answer both roles and both sides in one call', async () => {
    const before = calls();
    const fetched = await ask(open.provider, {
      scope: { rollout: 'checkout', namespace: 'shop', cluster: 'eu-1' },
    });
    expect(calls() - before).toBe(1);
    expect(lines(fetched)).toEqual([
      'bad canary 0:2 1:2 2:2',
      'bad stable 0:2 1:2 2:2',
      'total canary 0:20 1:20 2:20',
      'total stable 0:200 1:200 2:200',
    ]);
    expect(fetched.queriesSent).toEqual([
      'datadog timeseries 2026-05-01T12:00:00.000Z..2026-05-01T12:30:00.000Z every 1m: ' +
        'bad = sum:checkout.requests.bad{service:checkout AND kube_cluster_name:eu-1 AND kube_namespace:shop AND kube_replica_set IN (checkout-5f9c8b7d44,checkout-6d4b75cb6d)} by {kube_replica_set}.as_count().rollup(sum, 60); ' +
        'total = sum:checkout.requests{service:checkout AND kube_cluster_name:eu-1 AND kube_namespace:shop AND kube_replica_set IN (checkout-5f9c8b7d44,checkout-6d4b75cb6d)} by {kube_replica_set}.as_count().rollup(sum, 60)',
    ]);
  });

  test('answer groups and pods in the same call', async () => {
    const before = calls();
    const fetched = await ask(open.provider, { groupBy: 'resource_name', podLabel: 'pod_name' });
    expect(calls() - before).toBe(1);
    expect(lines(fetched, 1).filter((line) => line.includes('canary'))).toEqual([
      'bad canary get_/cart 0:1',
      'bad canary post_/orders 0:1',
      'total canary get_/cart 0:10',
      'total canary post_/orders 0:10',
    ]);
    expect(new Set(fetched.podSplit?.map(({ pod }) => pod))).toEqual(new Set([`checkout-${CANARY}-pod-1`]));
    expect(fetched.podSplit).toHaveLength(4);
  });

  test('ask a long window in pieces, which join without a seam', async () => {
    const small = await opened({ BURNGATE_DATADOG_MAX_POINTS: '7' });
    try {
      const pieces = await ask(small.provider);
      expect(small.emulator.calls).toHaveLength(5);
      expect(pieces.series).toEqual((await ask(open.provider)).series);
    } finally {
      await small.close();
    }
  });

  test('without the tag of a breakdown count as "ungrouped"', async () => {
    const { series } = await ask(open.provider, { groupBy: 'region' });
    expect(new Set(series.map(({ group }) => group))).toEqual(new Set(['ungrouped']));
  });

  test('refuse a breakdown that could be syntax', async () => {
    await expect(ask(open.provider, { groupBy: 'a} by {b' })).rejects.toMatchObject({
      code: 'provider-rejected',
    });
  });
});

describe('trace metrics', () => {
  const spec = {
    metric: 'trace.http.request',
    goodBelow: '500ms',
    filter: { service: 'checkout', env: 'prod' },
  };
  const queries = { good: query(spec, 'good'), total: query(spec, 'total') };

  test('split by version and by latency', async () => {
    const fetched = await ask(open.provider, { queries, scope: {} });
    expect(lines(fetched, 1)).toEqual([
      'good canary 0:18',
      'good stable 0:198',
      'total canary 0:20',
      'total stable 0:200',
    ]);
    expect(fetched.queriesSent[0]).toContain(
      'good = count(v: v<0.5):trace.http.request{env:prod AND service:checkout} by {version}.as_count().rollup(sum, 60)',
    );
    expect(fetched.notes).toEqual([]);
  });

  test('cannot be told apart by namespace, unless the SLO names a tag for it', async () => {
    await expect(ask(open.provider, { queries, scope: { namespace: 'shop' } })).rejects.toMatchObject({
      code: 'invalid-scope',
      message: expect.stringContaining(
        'The metric trace.http.request has no tag for the namespace',
      ) as string,
    });
    const named = { total: query({ metric: 'trace.http.request.hits', namespaceTag: 'env' }, 'total') };
    const fetched = await ask(open.provider, { queries: named, scope: { namespace: 'prod' } });
    expect(lines(fetched, 1)).toEqual(['total canary 0:20', 'total stable 0:200']);
  });

  test('are taken to be in seconds where Datadog names no unit, with a note', async () => {
    const other = await opened();
    const metric = other.emulator.store.metrics.get('trace.http.request');
    other.emulator.store.metrics.set('trace.http.request', { unit: null, points: metric?.points ?? [] });
    const { notes } = await ask(other.provider, { queries, scope: {} });
    expect(notes).toEqual([
      'trace.http.request: Datadog names no unit; taken to be in seconds, as trace metrics are',
    ]);
    await other.close();
  });
});

describe('a distribution of our own', () => {
  const ofUnit = (unit: string) => {
    const spec = { metric: 'checkout.latency', goodBelow: '500ms', unit, filter: { service: 'checkout' } };
    return { bad: query(spec, 'bad'), total: query(spec, 'total') };
  };

  test('is cut at the threshold in its own unit', async () => {
    const fetched = await ask(open.provider, { queries: ofUnit('ms') });
    expect(lines(fetched, 1)).toEqual([
      'bad canary 0:2',
      'bad stable 0:2',
      'total canary 0:20',
      'total stable 0:200',
    ]);
  });

  test('whose unit is another than the SLO says is not judged', async () => {
    await expect(ask(open.provider, { queries: ofUnit('s') })).rejects.toMatchObject({
      code: 'provider-rejected',
      message: 'Datadog says that checkout.latency is in milliseconds, the SLO says seconds.',
    });
  });
});

test('APM answers hits and errors', async () => {
  const spec = { source: 'apm_metrics', service: 'checkout', filter: { env: 'prod' } };
  const queries = { bad: query(spec, 'bad'), total: query(spec, 'total') };
  const fetched = await ask(open.provider, { queries, scope: {}, groupBy: 'resource_name' });
  expect(lines(fetched, 1)).toEqual([
    'bad canary get_/cart 0:1',
    'bad canary post_/orders 0:1',
    'bad stable get_/cart 0:1',
    'bad stable post_/orders 0:1',
    'total canary get_/cart 0:10',
    'total canary post_/orders 0:10',
    'total stable get_/cart 0:100',
    'total stable post_/orders 0:100',
  ]);
  expect(fetched.queriesSent[0]).toContain(
    'apm_metrics errors of checkout{env:prod} by {version,resource_name}',
  );
});

describe('logs', () => {
  test('answer a role a call, quoted and by facet', async () => {
    const before = calls();
    const fetched = await ask(open.provider, { queries: LOGS, groupBy: '@resource_name' });
    expect(calls() - before).toBe(2);
    expect(lines(fetched, 1).slice(0, 2)).toEqual([
      'bad canary get_/cart 0:1',
      'bad canary post_/orders 0:1',
    ]);
    expect(fetched.queriesSent[0]).toBe(
      'datadog logs 2026-05-01T12:00:00.000Z..2026-05-01T12:30:00.000Z every 1m: ' +
        'bad = service:"checkout" AND kube_replica_set:("checkout-5f9c8b7d44" OR "checkout-6d4b75cb6d") AND @http.status_code:>=500 by kube_replica_set(2), @resource_name(500)',
    );
  });

  test('whose groups fill the page are incomplete, never cut in silence', async () => {
    const time = START + 5 * MINUTE;
    for (let nth = 0; nth < 600; nth += 1) {
      const labels = { service: 'checkout', kube_replica_set: `checkout-${CANARY}`, '@id': String(nth) };
      open.emulator.store.log({ time, labels, times: 1 });
    }
    const { complete } = await ask(open.provider, { queries: { total: LOGS.total }, groupBy: '@id' });
    expect(complete).toEqual({ missing: '@id has 500 values or more, and only so many fit an answer' });
  });

  test('by version keep to the limit of all facets together', async () => {
    const spec = { source: 'logs', filter: { service: 'checkout' } };
    const match = (hash: string) => ({
      hash,
      label: 'kube_replica_set',
      value: hash,
      match: 'suffix' as const,
    });
    const fetched = await ask(open.provider, {
      queries: { total: query(spec, 'total') },
      cohorts: { canary: match(CANARY), stable: match(STABLE) },
      groupBy: '@resource_name',
      podLabel: 'pod_name',
    });
    const products = fetched.queriesSent.map((sent) =>
      [...sent.matchAll(/\((\d+)\)/g)].reduce((product, [, limit]) => product * Number(limit), 1),
    );
    expect(products).toHaveLength(2);
    expect(Math.max(...products)).toBeLessThanOrEqual(10_000);
    expect(fetched.podSplit?.length).toBeGreaterThan(0);
  });
});

describe('the whole service', () => {
  const cohorts = { canary: null, stable: EVERY_RELEASE };

  test('is asked without a cohort', async () => {
    const fetched = await ask(open.provider, { cohorts, scope: {} });
    expect(lines(fetched, 1)).toEqual(['bad stable 0:4', 'total stable 0:220']);
    expect(fetched.queriesSent[0]).toContain('sum:checkout.requests{service:checkout}.as_count()');
  });
});

describe('access', () => {
  test('is asked for what the queries need', async () => {
    const before = calls();
    expect(await open.provider.checkAccess({ bad: LOGS.bad, total: METRICS.total }, signal)).toEqual({
      ok: true,
      detail: 'datadoghq.eu: may read The log query, The metric checkout.requests',
    });
    expect(calls() - before).toBe(2);
  });

  test('that is missing is named with its remedy', async () => {
    open.emulator.fault = 'denied';
    expect(await open.provider.checkAccess(LOGS, signal)).toEqual({
      ok: false,
      problem:
        'Datadog at datadoghq.eu refuses our keys the logs call (403): the permission logs_read_data is missing, or the keys are of another site.',
      remedy:
        'Give the owner of the application key in DD_APP_KEY logs_read_data; check DD_API_KEY, DD_APP_KEY and DD_SITE.',
    });
    open.emulator.fault = null;
  });
});

test('the keys are in the headers of every call, and in nothing else of it', () => {
  const { apiKey, appKey } = open.emulator;
  for (const { headers, body } of open.emulator.calls) {
    expect([headers['dd-api-key'], headers['dd-application-key']]).toEqual([apiKey, appKey]);
    expect(JSON.stringify(body)).not.toMatch(new RegExp(`${apiKey}|${appKey}`));
  }
});
