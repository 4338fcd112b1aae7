import { createConfiguration } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/configuration.js';
import { BaseServerConfiguration } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/servers.js';
import { ServiceLevelObjectivesApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/ServiceLevelObjectivesApi.js';
import { LogsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/LogsApi.js';
import { MetricsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/MetricsApi.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, LOGS, opened, query, START, type Opened } from '../../providers/datadog/emulator/opened.ts';
import type { SeenCall } from '../../providers/datadog/emulator/server.ts';
import { EVERY_RELEASE } from '../../src/core/provider.ts';
import { HOUR, MINUTE } from '../../src/core/units.ts';

/*
 * The provider uses what Datadog's client sends with, not its operations, which cost 100 MB. So these tests hold it
 * to the operations: the same question has to leave the machine the same way.
 */

let open: Opened;
beforeAll(async () => {
  open = await opened();
  open.emulator.store.slos.set('a'.repeat(32), {
    type: 'metric',
    numerator: 'sum:checkout.requests.good{*}.as_count()',
    denominator: 'sum:checkout.requests{*}.as_count()',
  });
});
beforeEach(() => {
  open.emulator.calls.length = 0;
});
afterAll(async () => open.close());

const configuration = () =>
  createConfiguration({
    authMethods: { apiKeyAuth: open.emulator.apiKey, appKeyAuth: open.emulator.appKey },
    baseServer: new BaseServerConfiguration(open.emulator.url, {}),
    fetch,
  });

/** What the two calls that were seen have in common with what they should. */
function bothCalls(): readonly [SeenCall | undefined, SeenCall | undefined] {
  const [ours, theirs, ...rest] = open.emulator.calls;
  expect(rest).toEqual([]);
  return [ours, theirs];
}

test('a timeseries query leaves as the client itself would send it', async () => {
  const spec = { source: 'apm_metrics', service: 'checkout', operation: 'http.request', spanKind: 'server' };
  await ask(open.provider, {
    queries: {
      bad: query({ ...spec, resource: 'get_/cart', filter: { env: 'prod' } }, 'bad'),
      total: query({ metric: 'trace.http.request.hits' }, 'total'),
    },
    scope: {},
    groupBy: 'resource_name',
  });
  await new MetricsApi(configuration()).queryTimeseriesData({
    body: {
      data: {
        type: 'timeseries_request',
        attributes: {
          from: START,
          to: START + 30 * MINUTE,
          interval: MINUTE,
          formulas: [{ formula: 'bad' }, { formula: 'total' }],
          queries: [
            {
              dataSource: 'apm_metrics',
              name: 'bad',
              stat: 'errors',
              service: 'checkout',
              groupBy: ['version', 'resource_name'],
              queryFilter: 'env:prod',
              operationName: 'http.request',
              resourceName: 'get_/cart',
              spanKind: 'server',
            },
            {
              dataSource: 'metrics',
              name: 'total',
              query: 'sum:trace.http.request.hits{*} by {version,resource_name}.as_count().rollup(sum, 60)',
            },
          ],
        },
      },
    },
  });
  const [ours, theirs] = bothCalls();
  expect(ours).toEqual(theirs);
});

test('a log aggregate too', async () => {
  await ask(open.provider, { queries: { total: LOGS.total }, groupBy: '@resource_name' });
  await new LogsApi(configuration()).aggregateLogs({
    body: {
      compute: [{ aggregation: 'count', type: 'timeseries', interval: '1m' }],
      filter: {
        query: 'service:"checkout" AND kube_replica_set:("checkout-5f9c8b7d44" OR "checkout-6d4b75cb6d")',
        from: String(START),
        to: String(START + 30 * MINUTE),
        indexes: ['*'],
      },
      groupBy: [
        { facet: 'kube_replica_set', limit: 2 },
        { facet: '@resource_name', limit: 500, missing: 'ungrouped' },
      ],
    },
  });
  const [ours, theirs] = bothCalls();
  expect(ours).toEqual(theirs);
});

test('and the history of an SLO', async () => {
  await ask(open.provider, {
    queries: { total: query({ slo: 'a'.repeat(32) }, 'total') },
    cohorts: { canary: null, stable: EVERY_RELEASE },
    scope: {},
    window: { start: START, end: START + HOUR, bucketMs: HOUR },
  });
  await new ServiceLevelObjectivesApi(configuration()).getSLOHistory({
    sloId: 'a'.repeat(32),
    fromTs: START / 1000,
    toTs: (START + HOUR) / 1000,
  });
  const [ours, theirs] = bothCalls();
  expect(ours).toEqual(theirs);
});
