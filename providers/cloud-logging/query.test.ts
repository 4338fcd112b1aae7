import { describe, expect, test } from 'vitest';
import { cloudLogging } from './index.ts';

const parse = (raw: unknown, role: 'good' | 'bad' | 'total' = 'bad') =>
  cloudLogging.parseQuery(raw, { role, baseDir: '/' });

describe('a query', () => {
  test('has the usual fields of GKE by default', () => {
    expect(parse({ project: 'shop-prod', status: '5xx' })).toEqual({
      ok: true,
      value: {
        source: {
          resourceNames: ['projects/shop-prod'],
          resource: 'k8s_container',
          log: null,
          filter: null,
          group: null,
          pod: ['resource', 'labels', 'pod_name'],
          podLabels: { at: ['labels'], prefix: 'k8s-pod/', dots: 'underscores' },
          namespace: ['resource', 'labels', 'namespace_name'],
          cluster: ['resource', 'labels', 'cluster_name'],
        },
        rule: { needs: 'any', status: { field: ['httpRequest', 'status'], ranges: [[500, 599]] } },
        settlingLag: 120_000,
      },
    });
  });

  test.each([
    { projects: ['shop-prod', 'shop-eu'], severity: 'ERROR' },
    { resourceNames: ['projects/shop-prod/locations/global/buckets/b/views/v'], status: 500 },
    {
      project: 'shop-prod',
      resource: 'any',
      latencyOver: '1s',
      latency: { field: 'jsonPayload.ms', unit: 'ms' },
    },
    { project: 'shop-prod', filter: 'jsonPayload.failed="yes"', settlingLag: '5m' },
    { project: 'shop-prod', status: ['5xx', 429], group: ['httpRequest.requestMethod', 'jsonPayload.route'] },
  ])('may be %j', (raw) => {
    expect(parse(raw)).toMatchObject({ ok: true });
  });

  test('of equal meaning compares equal, so that bad and total are read together', () => {
    const [one, other] = [
      parse({ project: 'shop-prod', filter: 'severity>=INFO  -- all', status: '5xx' }),
      parse({ projects: ['shop-prod'], filter: '(severity>=INFO)' }, 'total'),
    ];
    if (!one.ok || !other.ok) throw new Error('not understood');
    expect(one.value.source).toEqual(other.value.source);
  });

  test('tells everything that is wrong at once', () => {
    const parsed = parse({
      project: 'Shop',
      projects: ['shop-prod'],
      resource: 'k8s container',
      log: 'std out',
      filter: 'timestamp>"2020"',
      status: '6x',
      severity: 'BAD',
      severityBelow: 'ERROR',
      latencyOver: 'long',
      latency: { field: 'x', unit: 'h' },
      group: ['nope'],
      settlingLag: -1,
      unheardOf: 1,
    });
    if (parsed.ok) throw new Error('taken');
    expect(new Set(parsed.issues.map(({ path }) => path))).toEqual(
      new Set([
        'project',
        'resource',
        'log',
        'filter',
        'status',
        'severity',
        'latencyOver',
        'latency.field',
        'latency.unit',
        'group',
        'settlingLag',
        'unheardOf',
      ]),
    );
    for (const { given, allowed } of parsed.issues)
      expect([given, allowed].every((text) => text.length > 0)).toBe(true);
  });

  test.each([
    [{ project: 'shop-prod' }, 'bad', 'nothing that tells bad entries from others'],
    [{ project: 'shop-prod' }, 'good', 'nothing that tells good entries from others'],
    [{ status: '5xx' }, 'bad', 'no place to read from'],
    [
      { project: 'shop-prod', severity: 'ERROR', severityBelow: 'ERROR' },
      'bad',
      'severity and severityBelow',
    ],
    [{ project: 'shop-prod', latencyOver: '1s', latencyUpTo: '1s' }, 'bad', 'latencyOver and latencyUpTo'],
    [{ resourceNames: ['projects/shop-prod/logs/x'], status: 500 }, 'bad', 'projects/shop-prod/logs/x'],
    [
      { projects: Array.from({ length: 101 }, (_, nth) => `shop-${String(nth)}-prod`), status: 500 },
      'bad',
      '101',
    ],
    [null, 'bad', 'null'],
    ['x', 'bad', '"x"'],
  ] as const)('%j as %s is refused', (raw, role, given) => {
    const parsed = parse(raw, role);
    expect(parsed).toMatchObject({ ok: false });
    expect(JSON.stringify(parsed)).toContain(JSON.stringify(given).slice(1, -1));
  });
});

describe('settings', () => {
  test('have defaults that leave a third of the quota to people', () => {
    expect(cloudLogging.parseSettings({})).toEqual({
      ok: true,
      value: {
        google: {},
        callsPerMinute: 60,
        reserve: 20,
        callsPerAnalysis: 6,
        pagesPerLook: 6,
        pageSize: 1000,
      },
    });
  });

  test('are refused with their names', () => {
    const parsed = cloudLogging.parseSettings({
      BURNGATE_CLOUD_LOGGING_ENDPOINT: 'http://logging.example.com:80',
      BURNGATE_CLOUD_LOGGING_RESERVE: '60',
      BURNGATE_CLOUD_LOGGING_PAGE_SIZE: '1001',
    });
    expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path)).toEqual([
      'BURNGATE_CLOUD_LOGGING_ENDPOINT',
      'BURNGATE_CLOUD_LOGGING_PAGE_SIZE',
      'BURNGATE_CLOUD_LOGGING_RESERVE',
    ]);
  });

  test('are each in the help', () => {
    expect(
      cloudLogging.settings.every(({ env, meaning }) => env.startsWith('BURNGATE_') && meaning !== ''),
    ).toBe(true);
  });
});
