import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/core/counts.ts';
import { openQuery } from './emulator/open-for-test.ts';
import { parsePrometheusQuery } from './query.ts';

describe('a query', () => {
  test('has defaults for all but the metric', () => {
    expect(openQuery({ metric: 'http_requests_total' })).toEqual({
      metric: 'http_requests_total',
      matchers: [],
      namespaceLabel: 'namespace',
      clusterLabel: 'cluster',
      podLabel: 'pod',
    });
  });

  test('is the same from a selector as from its parts', () => {
    const parts = { metric: 'm', matchers: [{ label: 'code', op: '=~', value: '5..' }] };
    expect(openQuery({ selector: 'm{code=~"5.."}' })).toEqual(openQuery(parts));
  });

  test.each([
    ['500ms', 0.5],
    [0.5, 0.5],
    ['0.25', 0.25],
    ['2s', 2],
  ])('has a threshold of %j', (threshold, seconds) => {
    expect(openQuery({ metric: 'm', histogram: 'classic', threshold }, 'bad').histogram).toEqual({
      kind: 'classic',
      threshold: seconds,
    });
  });

  test.each<[string, unknown, Role, readonly string[]]>([
    ['nothing', undefined, 'bad', ['']],
    ['no metric', {}, 'bad', ['metric']],
    ['an unknown key', { metric: 'm', querry: 'x' }, 'bad', ['querry']],
    ['PromQL with a function', { selector: 'rate(m[5m])' }, 'bad', ['selector']],
    ['two ways at once', { metric: 'm', selector: 'm' }, 'bad', ['selector']],
    [
      'several flaws at once',
      { metric: '', matchers: [{ label: '', op: '==', value: 5 }] },
      'bad',
      ['metric', 'matchers.0.label', 'matchers.0.op', 'matchers.0.value'],
    ],
    [
      'the metric as a label',
      { metric: 'm', matchers: [{ label: '__name__', value: 'n' }] },
      'bad',
      ['matchers.0.label'],
    ],
    ['a threshold without a histogram', { metric: 'm', threshold: 1 }, 'bad', ['histogram']],
    ['a histogram without a threshold', { metric: 'm', histogram: 'native' }, 'good', ['threshold']],
    [
      'a threshold that is none',
      { metric: 'm', histogram: 'native', threshold: '-1s' },
      'good',
      ['threshold'],
    ],
    ['a scrape interval that is none', { metric: 'm', scrapeInterval: '0s' }, 'bad', ['scrapeInterval']],
    ['a control character', { metric: 'm\u001B[2J' }, 'bad', ['metric']],
  ])('with %s is refused at its place', (_, raw, role, paths) => {
    const parsed = parsePrometheusQuery(raw, role);
    expect(!parsed.ok && parsed.issues.map(({ path }) => path)).toEqual(paths);
    expect(!parsed.ok && parsed.issues.every(({ given, allowed }) => given !== '' && allowed !== '')).toBe(
      true,
    );
  });

  test('of a total needs no threshold', () => {
    expect(openQuery({ metric: 'm', histogram: 'classic' }, 'total').histogram).toEqual({ kind: 'classic' });
  });
});
