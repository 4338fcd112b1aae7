import { afterEach, describe, expect, test } from 'vitest';
import type { CohortMatch, Fetched } from '../../src/core/provider.ts';
import { HOUR, MINUTE } from '../../src/core/units.ts';
import type { RawValue } from './emulator/model.ts';
import { metricOf, modelOf } from './emulator/requests-metric.ts';
import { exactly, openEmulated, queryOf, requestFor, type Emulated } from './emulator/open-emulated.ts';
import { write, type TrafficRow, type Written } from './emulator/traffic.ts';

const START = Date.UTC(2024, 4, 1, 12);
const { signal } = new AbortController();
const K8S: Written = {
  resourceType: 'k8s_container',
  resource: { namespace_name: 'shop', cluster_name: 'eu' },
};

let open: Emulated | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** Half an hour of the same value each minute. */
function rowsOf(labels: Record<string, string>, value: RawValue, minutes = 30): TrafficRow[] {
  return Array.from({ length: minutes }, (_, minute) => ({ time: START + minute * MINUTE, labels, value }));
}

const match = (value: string, how: CohortMatch['match'], label?: string): CohortMatch => ({
  hash: value,
  value,
  match: how,
  ...(label !== undefined && { label }),
});

const HASH = 'rollouts_pod_template_hash';
const BASE = { project: 'shop-prod', metric: 'logging.googleapis.com/user/requests' };

/** Sum of one line's points. */
function sumOf({ series }: Fetched, role: string, cohort: string): number | null {
  const lines = series.filter((each) => each.role === role && each.cohort === cohort);
  return lines.length === 0
    ? null
    : lines.flatMap(({ points }) => points).reduce((sum, [, events]) => sum + events, 0);
}

describe('one call', () => {
  test('answers all roles, cohorts and groups of a metric', async () => {
    const metric = metricOf();
    for (const hash of ['aaa', 'bbb', 'ccc'])
      for (const code of ['200', '404', '503'])
        write(metric, rowsOf({ [HASH]: hash, code, endpoint: '/cart' }, 2), K8S);
    open = await openEmulated(modelOf(metric));
    const split = (values: object): object => ({ ...BASE, split: { label: 'code', ...values } });
    const answer = await open.provider.fetchCounts(
      requestFor(
        {
          bad: queryOf(split({ values: ['5xx'] }), 'bad'),
          // Requests that were the caller's own fault are no valid events.
          total: queryOf(split({ not: ['4xx'] })),
        },
        START,
        { groupBy: 'endpoint', scope: { namespace: 'shop', cluster: 'eu' } },
      ),
      signal,
    );
    expect(sumOf(answer, 'bad', 'canary')).toBe(60);
    expect(sumOf(answer, 'total', 'stable')).toBe(120);
    expect(new Set(answer.series.map(({ group }) => group))).toEqual(new Set(['/cart']));
    expect(open.emulator.counted).toMatchObject({ listTimeSeries: 1, getMetricDescriptor: 1 });
    expect(answer.queriesSent).toEqual([
      'timeSeries.list projects/shop-prod metric.type = "logging.googleapis.com/user/requests" AND resource.type = "k8s_container" AND resource.labels.namespace_name = "shop" AND resource.labels.cluster_name = "eu" AND metric.labels.rollouts_pod_template_hash = one_of("aaa", "bbb") | ALIGN_SUM 60s REDUCE_SUM by (metric.labels.rollouts_pod_template_hash, metric.labels.endpoint, metric.labels.code)',
    ]);
  });

  test('a bad series that is not there stays absent', async () => {
    const metric = metricOf();
    for (const hash of ['aaa', 'bbb']) write(metric, rowsOf({ [HASH]: hash, code: '200' }, 5), K8S);
    open = await openEmulated(modelOf(metric));
    const bad = queryOf({ ...BASE, split: { label: 'code', values: ['5xx'] } }, 'bad');
    const answer = await open.provider.fetchCounts(requestFor({ bad, total: queryOf(BASE) }, START), signal);
    expect(sumOf(answer, 'bad', 'canary')).toBe(null);
    expect(sumOf(answer, 'total', 'canary')).toBe(150);
  });

  test('of more points than a page holds is read page by page, newest first and still in order', async () => {
    const metric = metricOf();
    for (let nth = 0; nth < 30; nth += 1)
      write(metric, rowsOf({ [HASH]: 'aaa', endpoint: `/e${String(nth)}` }, 1, 24 * 60), K8S);
    open = await openEmulated(modelOf(metric));
    const window = { start: START, end: START + 24 * HOUR, bucketMs: MINUTE };
    const answer = await open.provider.fetchCounts(
      requestFor({ total: queryOf(BASE) }, START, { window, groupBy: 'endpoint' }),
      signal,
    );
    expect(answer.complete).toBe(true);
    expect(sumOf(answer, 'total', 'canary')).toBe(30 * 24 * 60);
    expect(open.emulator.counted.listTimeSeries).toBe(3);
    for (const { points } of answer.series)
      expect(points.map(([time]) => time)).toEqual(points.map(([time]) => time).toSorted((a, b) => a - b));
  });

  test('becomes two where the canary is to be told apart by pod', async () => {
    const metric = metricOf();
    for (const hash of ['aaa', 'bbb'])
      for (const pod of ['p1', 'p2']) write(metric, rowsOf({ [HASH]: hash, pod: `${hash}-${pod}` }, 3), K8S);
    open = await openEmulated(modelOf(metric));
    const answer = await open.provider.fetchCounts(
      requestFor({ total: queryOf(BASE) }, START, { podLabel: 'pod' }),
      signal,
    );
    expect(answer.podSplit?.map(({ pod, points }) => [pod, points.length])).toEqual([
      ['aaa-p1', 30],
      ['aaa-p2', 30],
    ]);
    expect(sumOf(answer, 'total', 'canary')).toBe(180);
    expect(sumOf(answer, 'total', 'stable')).toBe(180);
    expect(open.emulator.counted.listTimeSeries).toBe(2);
  });
});

test('pods that not every series names are not told apart, and the reader is told', async () => {
  const metric = metricOf();
  write(metric, rowsOf({ [HASH]: 'aaa', pod: 'p1' }, 3), K8S);
  write(metric, rowsOf({ [HASH]: 'aaa' }, 4), K8S);
  open = await openEmulated(modelOf(metric));
  const answer = await open.provider.fetchCounts(
    requestFor({ total: queryOf(BASE) }, START, { podLabel: 'pod' }),
    signal,
  );
  expect(answer.podSplit).toEqual([]);
  expect(sumOf(answer, 'total', 'canary')).toBe(210);
  expect(answer.notes).toEqual([
    'some series have no value for burngate.io/pod-label, so pods are not told apart',
  ]);
});

describe('cohorts', () => {
  test('are matched by the beginning or the end of a label, in the filter and again in the answer', async () => {
    const metric = metricOf();
    for (const pod of ['web-aaa-1', 'web-aaa-2', 'web-aaab-1', 'web-bbb-1'])
      write(metric, rowsOf({ pod }, 1), K8S);
    open = await openEmulated(modelOf(metric));
    const cohorts = {
      canary: match('web-aaa-', 'prefix', 'metric.labels.pod'),
      stable: match('bbb-1', 'suffix', 'pod'),
    };
    const answer = await open.provider.fetchCounts(
      requestFor({ total: queryOf(BASE) }, START, { cohorts }),
      signal,
    );
    expect(sumOf(answer, 'total', 'canary')).toBe(60);
    expect(sumOf(answer, 'total', 'stable')).toBe(30);
    expect(open.emulator.filters[0]).toContain(
      '(metric.labels.pod = starts_with("web-aaa-") OR metric.labels.pod = ends_with("bbb-1"))',
    );
  });

  test('that overlap are refused', async () => {
    const metric = metricOf();
    write(metric, rowsOf({ pod: 'web-aaa-1' }, 1), K8S);
    open = await openEmulated(modelOf(metric));
    const cohorts = { canary: match('web-aaa', 'prefix', 'pod'), stable: match('web-a', 'prefix', 'pod') };
    await expect(
      open.provider.fetchCounts(requestFor({ total: queryOf(BASE) }, START, { cohorts }), signal),
    ).rejects.toThrow(/matches both canary and stable/);
  });

  test('are looked for in the pod labels of Kubernetes metrics', async () => {
    const metric = metricOf({ type: 'kubernetes.io/container/requests' });
    write(metric, rowsOf({}, 4), { ...K8S, user: { 'rollouts-pod-template-hash': 'aaa' } });
    open = await openEmulated(modelOf(metric));
    const total = queryOf({ ...BASE, metric: metric.type });
    const answer = await open.provider.fetchCounts(requestFor({ total }, START), signal);
    expect(sumOf(answer, 'total', 'canary')).toBe(120);
    expect(open.emulator.filters[0]).toContain('metadata.user_labels."rollouts-pod-template-hash" = one_of(');
  });

  test('have to be named where no label is known to hold the hash', async () => {
    const metric = metricOf({ type: 'loadbalancing.googleapis.com/https/request_count' });
    open = await openEmulated(modelOf(metric));
    const total = queryOf({ ...BASE, metric: metric.type });
    await expect(open.provider.fetchCounts(requestFor({ total }, START), signal)).rejects.toMatchObject({
      code: 'provider-rejected',
      remedy: 'Annotate the SLO with burngate.io/cohort: {label, value, match}.',
    });
  });

  test('may be named by the query, where no label holds a hash', async () => {
    const metric = metricOf({ type: 'loadbalancing.googleapis.com/https/request_count' });
    for (const backend of ['web-canary', 'web-stable', 'other'])
      write(metric, rowsOf({}, 1), { resourceType: 'https_lb_rule', resource: { backend } });
    open = await openEmulated(modelOf(metric));
    const cohort = { label: 'resource.labels.backend', canary: 'web-canary', stable: 'web-stable' };
    const total = queryOf({ ...BASE, metric: metric.type, cohort });
    const answer = await open.provider.fetchCounts(requestFor({ total }, START), signal);
    expect(sumOf(answer, 'total', 'canary')).toBe(30);
    expect(sumOf(answer, 'total', 'stable')).toBe(30);
  });

  test('are left out of the question for the whole service', async () => {
    const metric = metricOf();
    for (const hash of ['aaa', 'bbb', 'ccc']) write(metric, rowsOf({ [HASH]: hash }, 1), K8S);
    open = await openEmulated(modelOf(metric));
    const cohorts = { canary: null, stable: match('', 'any') };
    const answer = await open.provider.fetchCounts(
      requestFor({ total: queryOf(BASE) }, START, {
        cohorts,
        window: { start: START, end: START + HOUR, bucketMs: HOUR },
      }),
      signal,
    );
    expect(answer.series).toEqual([{ role: 'total', cohort: 'stable', points: [[START, 90]] }]);
    expect(open.emulator.filters[0]).not.toContain(HASH);
  });
});

test('a namespace that no label holds is refused, unless the SLO file names one', async () => {
  const metric = metricOf({ type: 'loadbalancing.googleapis.com/https/request_count' });
  write(metric, rowsOf({ [HASH]: 'aaa' }, 1), {
    resourceType: 'https_lb_rule',
    resource: { backend_scope: 'shop' },
  });
  open = await openEmulated(modelOf(metric));
  const spec = { ...BASE, metric: metric.type };
  const cohorts = { canary: { ...exactly('aaa'), label: HASH }, stable: null };
  const ask = async (total: object): Promise<Fetched> =>
    (open as Emulated).provider.fetchCounts(
      requestFor({ total: queryOf(total) }, START, { cohorts, scope: { namespace: 'shop' } }),
      signal,
    );
  await expect(ask(spec)).rejects.toMatchObject({ code: 'invalid-scope' });
  const answer = await ask({ ...spec, scope: { namespace: 'resource.labels.backend_scope' } });
  expect(sumOf(answer, 'total', 'canary')).toBe(30);
});

test('a threshold inside a bucket gives both bounds and names the edges', async () => {
  const metric = metricOf({ valueType: 'DISTRIBUTION', unit: 'ms' });
  for (const hash of ['aaa', 'bbb'])
    write(metric, rowsOf({ [HASH]: hash }, { bounds: [100, 400, 800], counts: [5, 3, 2, 1] }), K8S);
  open = await openEmulated(modelOf(metric));
  const queries = { good: queryOf({ ...BASE, threshold: '0.5s' }, 'good'), total: queryOf(BASE) };
  const answer = await open.provider.fetchCounts(requestFor(queries, START), signal);
  const good = answer.series.find((each) => each.role === 'good' && each.cohort === 'canary');
  expect(good?.points[0]).toEqual([START, 8]);
  expect(good?.atMost?.[0]).toEqual([START, 10]);
  expect(sumOf(answer, 'total', 'canary')).toBe(330);
  expect(answer.notes).toEqual([
    'the threshold 500ms lies inside a bucket of the histogram: its events are counted both ways; nearest edges 400 ms and 800 ms',
  ]);
});

test.each([
  [{ unit: 'By' }, {}, /measured in "By"/],
  [{ unit: '1' }, {}, /does not say in which unit/],
  [{ unit: 's' }, { unit: 'ms' }, /measured in s, the SLO file says ms/],
  [{ valueType: 'INT64' as const }, {}, /no latency threshold fits/],
  [{ valueType: 'STRING' as const }, {}, /is DELTA STRING, allowed are/],
])('a threshold on %o with %o is refused', async (more, spec, message) => {
  open = await openEmulated(modelOf(metricOf({ valueType: 'DISTRIBUTION', ...more })));
  const good = queryOf({ ...BASE, threshold: '500ms', ...spec }, 'good');
  await expect(open.provider.fetchCounts(requestFor({ good }, START), signal)).rejects.toThrow(message);
});

test('a metric that is written less often than the grid wants says so', async () => {
  const metric = metricOf({ samplePeriodSeconds: 300, ingestDelaySeconds: 60 });
  open = await openEmulated(modelOf(metric));
  const answer = await open.provider.fetchCounts(requestFor({ total: queryOf(BASE) }, START), signal);
  expect(answer.notes).toEqual([
    'logging.googleapis.com/user/requests is written every 5m only: annotate the SLO with burngate.io/bucket: 5m',
  ]);
});
