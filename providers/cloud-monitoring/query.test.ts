import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/core/counts.ts';
import { cloudMonitoring } from './index.ts';

const BASE = { project: 'shop-prod', metric: 'logging.googleapis.com/user/requests' };

function parse(spec: unknown, role: Role = 'bad'): ReturnType<typeof cloudMonitoring.parseQuery> {
  return cloudMonitoring.parseQuery(spec, { role, baseDir: '/' });
}

describe('a query is read with', () => {
  test('the usual resource of its metric', () => {
    const resourceOf = (metric: string): unknown => {
      const parsed = parse({ ...BASE, metric });
      return parsed.ok ? Reflect.get(parsed.value, 'resource') : parsed.issues;
    };
    expect(resourceOf('logging.googleapis.com/user/x')).toBe('k8s_container');
    expect(resourceOf('prometheus.googleapis.com/x_total/counter')).toBe('prometheus_target');
    expect(resourceOf('loadbalancing.googleapis.com/https/request_count')).toBe('https_lb_rule');
    expect(resourceOf('custom.googleapis.com/x')).toMatchObject([{ path: 'resource' }]);
  });

  test('labels wherever they are, in any spelling', () => {
    const parsed = parse({
      ...BASE,
      where: {
        'metric.label.code': 200,
        'metadata.user_labels."app.kubernetes.io/name"': ['a', 'b', 'a'],
        namespace_name: { prefix: 'shop-' },
        'some/pod-label': { not: 'x' },
      },
    });
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        where: [
          {
            field: { place: 'metadata.user_labels', key: 'app.kubernetes.io/name' },
            match: 'exact',
            texts: ['a', 'b'],
          },
          { field: { place: 'metadata.user_labels', key: 'some/pod-label' }, match: 'not', texts: ['x'] },
          { field: { place: 'metric.labels', key: 'code' }, match: 'exact', texts: ['200'] },
          { field: { place: 'resource.labels', key: 'namespace_name' }, match: 'prefix', texts: ['shop-'] },
        ],
      },
    });
  });

  test('thresholds down to fractions of a millisecond', () => {
    const thresholdOf = (threshold: string): unknown => {
      const parsed = parse({ ...BASE, threshold });
      return parsed.ok ? Reflect.get(parsed.value, 'threshold') : parsed.issues;
    };
    expect(thresholdOf('500ms')).toBe(500);
    expect(thresholdOf('0.25s')).toBe(250);
    expect(thresholdOf('2s')).toBe(2000);
    expect(thresholdOf('500')).toMatchObject([{ path: 'threshold', given: '"500"' }]);
  });

  test('an SLO of Cloud Monitoring and its project', () => {
    const slo = 'projects/shop-prod/services/cart/serviceLevelObjectives/availability';
    expect(parse({ slo })).toEqual({ ok: true, value: { kind: 'slo', project: 'shop-prod', slo } });
  });

  test('equal text, whatever the order of its keys', () => {
    const one = parse({ ...BASE, where: { a: '1', b: ['y', 'x'] } });
    const other = parse({ where: { b: ['x', 'y'], a: '1' }, metric: BASE.metric, project: BASE.project });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });
});

test.each([
  [{}, 'project'],
  [{ ...BASE, project: 'Shop' }, 'project'],
  [{ ...BASE, project: 'shop-prod/../x' }, 'project'],
  [{ ...BASE, metric: 'a b' }, 'metric'],
  [{ ...BASE, metric: 'x"y/z' }, 'metric'],
  [{ ...BASE, where: { 'a"b': 'x' } }, 'where.a"b'],
  [{ ...BASE, where: { a: 'x\ny' } }, 'where.a'],
  [{ ...BASE, where: { a: { prefix: '' } } }, 'where.a'],
  [{ ...BASE, where: { a: { regex: '.*' } } }, 'where.a'],
  [{ ...BASE, split: { label: 'code' } }, 'split'],
  [{ ...BASE, split: { label: 'code', values: '599-500' } }, 'split.values'],
  [{ ...BASE, unit: 'min' }, 'unit'],
  [{ ...BASE, presence: 'maybe' }, 'presence'],
  [{ ...BASE, filter: 'metric.type = "x"' }, 'filter'],
  [{ slo: 'projects/shop-prod/services/a") OR x=("/serviceLevelObjectives/b' }, 'slo'],
  [{ slo: 'projects/shop-prod/services/a/serviceLevelObjectives/b', project: 'x' }, 'project'],
])('%j is refused at %s', (spec, path) => {
  const parsed = parse(spec);
  expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.path)).toContain(path);
});

test('a total has no threshold', () => {
  expect(parse({ ...BASE, threshold: '1s' }, 'total')).toMatchObject({
    ok: false,
    issues: [{ path: 'threshold' }],
  });
});

test('everything wrong is told at once', () => {
  const parsed = parse({ project: 'X', metric: '', unit: 'h', extra: 1 });
  expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path).toSorted()).toEqual([
    'extra',
    'metric',
    'project',
    'unit',
  ]);
});

test('settings: calls a minute are a whole number', () => {
  const calls = (text: string): unknown =>
    cloudMonitoring.parseSettings({ BURNGATE_CLOUD_MONITORING_CALLS_PER_MINUTE: text });
  expect(calls('120')).toMatchObject({ ok: true, value: { callsPerMinute: 120 } });
  expect(calls('0')).toMatchObject({ ok: false });
  expect(calls('a lot')).toMatchObject({ ok: false, issues: [{ given: '"a lot"' }] });
});
