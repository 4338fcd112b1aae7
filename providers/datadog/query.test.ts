import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/core/counts.ts';
import { parseDatadogQuery } from './query.ts';

const valueOf = (spec: unknown, role: Role = 'bad'): unknown => {
  const parsed = parseDatadogQuery(spec, role);
  return parsed.ok ? parsed.value : parsed.issues;
};
const pathsOf = (spec: unknown, role: Role = 'bad'): string[] => {
  const parsed = parseDatadogQuery(spec, role);
  return parsed.ok ? [] : parsed.issues.map(({ path }) => path);
};

describe('a query', () => {
  test('of metrics has lower-cased, sorted filters and the tags of the agent', () => {
    expect(
      valueOf({ metric: 'shop.requests', filter: { service: 'Checkout', code: [503, 500, 500] } }),
    ).toEqual({
      kind: 'metrics',
      metric: 'shop.requests',
      type: 'count',
      filter: { service: ['checkout'], code: ['500', '503'] },
      exclude: {},
      namespaceTag: 'kube_namespace',
      clusterTag: 'kube_cluster_name',
      settlingLag: 120_000,
    });
  });

  test('of trace metrics knows no namespace, and seconds', () => {
    expect(valueOf({ metric: 'trace.http.request', goodBelow: '250ms' }, 'good')).toEqual({
      kind: 'metrics',
      metric: 'trace.http.request',
      type: 'distribution',
      threshold: { below: 0.25, unit: 'second' },
      filter: {},
      exclude: {},
      settlingLag: 120_000,
    });
  });

  test.each(['aws.applicationelb.request_count', 'azure.x.y', 'gcp.loadbalancing.https.request_count'])(
    'of the crawled metric %s settles after fifteen minutes, unless told otherwise',
    (metric) => {
      expect(valueOf({ metric })).toMatchObject({ settlingLag: 900_000 });
      expect(valueOf({ metric, settlingLag: '20m' })).toMatchObject({ settlingLag: 1_200_000 });
      expect(valueOf({ metric })).not.toHaveProperty('namespaceTag');
    },
  );

  test('of APM counts errors as bad and hits as total', () => {
    const spec = { source: 'apm_metrics', service: 'web', filter: { env: 'prod' }, spanKind: 'server' };
    expect(valueOf(spec, 'bad')).toMatchObject({ kind: 'apm_metrics', stat: 'errors', service: 'web' });
    expect(valueOf(spec, 'total')).toMatchObject({ stat: 'hits', spanKind: 'server' });
    expect(valueOf(spec, 'good')).toEqual([
      { path: 'source', given: 'apm_metrics as good', allowed: 'bad and total: APM counts hits and errors' },
    ]);
  });

  test('of logs keeps the case of its values', () => {
    expect(
      valueOf({
        source: 'logs',
        filter: { service: 'Checkout', '@http.url_details.path': '/a "b"' },
        exclude: { '@http.useragent': ['kube-probe/1.30'] },
        range: { '@http.status_code': { gte: 500, lt: 600 } },
        indexes: ['main'],
      }),
    ).toMatchObject({
      kind: 'logs',
      filter: { service: ['Checkout'], '@http.url_details.path': ['/a "b"'] },
      range: { '@http.status_code': { gte: 500, lt: 600 } },
      indexes: ['main'],
    });
  });

  test('of an SLO is its id', () => {
    const slo = '627a3ccd24af50beb8eacbd36c5962f9';
    expect(valueOf({ slo })).toEqual({ kind: 'slo', slo, settlingLag: 900_000 });
  });
});

describe('refused is', () => {
  test.each([
    ['no mapping at all', null, ['']],
    ['an unknown source', { source: 'rum' }, ['source']],
    [
      'everything wrong at once',
      { metric: 'a b', filter: { env: '*' }, settlingLag: 'soon', x: 1 },
      ['settlingLag', 'metric', 'filter.env', 'x'],
    ],
    ['a wildcard', { metric: 'a', filter: { version: '*' } }, ['filter.version']],
    ['a wildcard in a list', { metric: 'a', exclude: { version: ['a', 'b*'] } }, ['exclude.version.1']],
    ['an operator as a value', { metric: 'a', filter: { env: 'OR' } }, ['filter.env']],
    ['a key that is none', { metric: 'a', filter: { 'env:prod,x': 'y' } }, ['filter.env:prod,x']],
    ['an empty list', { metric: 'a', filter: { env: [] } }, ['filter.env']],
    ['a threshold on a count', { metric: 'trace.a', type: 'count', goodBelow: '1s' }, ['type']],
    ['a threshold without a unit', { metric: 'a', goodBelow: '1s' }, ['unit']],
    ['a unit without a threshold', { metric: 'a', unit: 's' }, ['unit']],
    ['a threshold of nothing', { metric: 'trace.a', goodBelow: '0' }, ['goodBelow']],
    ['one value for both sides', { metric: 'a', cohort: { tag: 't', canary: 'x', stable: 'X' } }, ['cohort']],
    ['logs without a filter', { source: 'logs' }, ['filter']],
    ['a range of nothing', { source: 'logs', filter: { a: 1 }, range: { '@d': {} } }, ['range.@d']],
    ['a range of a tag', { source: 'logs', filter: { a: 1 }, range: { d: { gt: 1 } } }, ['range.d']],
    ['a curly quote', { source: 'logs', filter: { a: '“' } }, ['filter.a']],
    ['an id that is none', { slo: '../monitor' }, ['slo']],
    ['a service with a wildcard', { source: 'apm_metrics', service: 'a*' }, ['service']],
    ['a resource with a brace', { source: 'apm_metrics', service: 'a', resource: 'x}' }, ['resource']],
  ] as const)('%s', (_, spec, paths) => {
    expect(pathsOf(spec).toSorted()).toEqual([...paths].toSorted());
  });
});
