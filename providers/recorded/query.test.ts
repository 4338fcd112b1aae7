import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRecordedQuery } from './query.ts';

const issuesOf = (raw: unknown): string[] => {
  const parsed = parseRecordedQuery(raw, '/slos');
  return parsed.ok
    ? []
    : parsed.issues.map(({ path, given, allowed }) => `${path}: given ${given}, allowed ${allowed}`);
};

describe('a query for counts', () => {
  test.each([
    [{ path: 'checkout.csv' }, 'csv', 0],
    [{ path: 'data/checkout.csv.gz', settlingLag: '0s' }, 'csv', 0],
    [{ path: 'checkout.jsonl', settlingLag: '2m' }, 'jsonl', 120_000],
    [{ path: 'checkout.ndjson.gz', settlingLag: 0 }, 'jsonl', 0],
    [{ path: 'counts', format: 'csv' }, 'csv', 0],
    [{ path: 'counts.csv', format: 'jsonl' }, 'jsonl', 0],
  ])('%j', (raw, format, settlingLag) => {
    expect(parseRecordedQuery(raw, '/slos')).toEqual({
      ok: true,
      value: { path: raw.path, file: `/slos/${raw.path}`, source: { kind: 'counts', format }, settlingLag },
    });
  });

  test('finds an absolute path and one above the folder where they say', () => {
    expect(parseRecordedQuery({ path: '/data/x.csv' }, '/slos')).toMatchObject({
      value: { file: '/data/x.csv' },
    });
    expect(parseRecordedQuery({ path: '../x.csv' }, '/slos/shop')).toMatchObject({
      value: { file: '/slos/x.csv' },
    });
  });

  const PATH = 'the name of a file, relative to the folder of the SLO file (not - for standard input)';
  test.each<[unknown, string[]]>([
    [{}, [`path: given nothing, allowed ${PATH}`]],
    [{ path: 7 }, [`path: given 7, allowed ${PATH}`]],
    [{ path: '', format: 'csv' }, [`path: given "", allowed ${PATH}`]],
    [{ path: '-', format: 'csv' }, [`path: given "-", allowed ${PATH}`]],
    [{ path: 'a\u0000.csv' }, [`path: given "a?.csv", allowed ${PATH}`]],
    [
      null,
      ['given null, allowed a mapping with the keys path, settlingLag, format'].map((text) => `: ${text}`),
    ],
    ['x.csv', [': given "x.csv", allowed a mapping with the keys path, settlingLag, format']],
    [
      { path: 'access.log' },
      [
        'format: given nothing, and "access.log" does not end with .csv, .jsonl or .ndjson (nor .gz behind these), allowed one of csv, jsonl, combined, json-log',
      ],
    ],
    [
      { path: 'x.csv', format: 'xml' },
      ['format: given "xml", allowed one of csv, jsonl, combined, json-log'],
    ],
    [
      { path: 'x.csv', format: '__proto__' },
      ['format: given "__proto__", allowed one of csv, jsonl, combined, json-log'],
    ],
    [
      { path: 'x.csv', settlingLag: '5 minutes', lag: 1, canary: {} },
      [
        'settlingLag: given "5 minutes", allowed a duration such as 30s, 5m, 1h30m, 28d or 4w',
        'lag: given the unknown key "lag", allowed the keys path, settlingLag, format',
        'canary: given the unknown key "canary", allowed the keys path, settlingLag, format',
      ],
    ],
  ])('is refused with all that is wrong: %j', (raw, issues) => {
    expect(issuesOf(raw)).toEqual(issues);
  });

  test('never throws, whatever a file holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.record({
            path: fc.string(),
            format: fc.constantFrom('csv', 'combined', 'json-log'),
            canary: fc.jsonValue(),
            bad: fc.jsonValue(),
          }),
        ),
        (raw) => {
          expect(issuesOf(raw).every((issue) => issue.length > 10)).toBe(true);
        },
      ),
      { seed: 16 },
    );
  });
});

describe('a query for an access log', () => {
  test('has server errors as bad and no groups, unless it says otherwise', () => {
    expect(
      parseRecordedQuery({ path: 'access.log', format: 'combined', canary: { field: 'last' } }, '/slos'),
    ).toEqual({
      ok: true,
      value: {
        path: 'access.log',
        file: '/slos/access.log',
        settlingLag: 0,
        source: {
          kind: 'log',
          rules: {
            layout: { kind: 'combined' },
            bad: { status: [[500, 599]] },
            exclude: [],
            cohort: { kind: 'hash', field: 'last' },
            group: { kind: 'none' },
          },
        },
      },
    });
  });

  test('may set every rule', () => {
    const raw = {
      path: 'app.log.gz',
      format: 'json-log',
      settlingLag: '30s',
      time: { field: 'ts', unit: 'ms' },
      status: 'res.status',
      latency: { field: 'res.ms', unit: 'ms' },
      bad: { status: ['5xx', 429], latencyOver: '1s' },
      exclude: '404,<200',
      canary: { field: 'upstream', value: 'new', stable: ['old', '-'] },
      group: { method: 'req.method', path: 'req.path' },
      namespace: 'k8s.ns',
      cluster: 'k8s.cluster',
    };
    expect(parseRecordedQuery(raw, '/slos')).toMatchObject({
      ok: true,
      value: {
        settlingLag: 30_000,
        source: {
          rules: {
            layout: { kind: 'json', time: { field: 'ts', unit: 'ms' }, status: 'res.status' },
            bad: {
              status: [
                [500, 599],
                [429, 429],
              ],
              latencyOver: 1000,
            },
            latency: { field: 'res.ms', unit: 'ms' },
            exclude: [
              [404, 404],
              [100, 199],
            ],
            cohort: { kind: 'value', field: 'upstream', canary: ['new'], stable: ['old', '-'] },
            group: { kind: 'endpoint', method: 'req.method', path: 'req.path' },
            namespace: 'k8s.ns',
            cluster: 'k8s.cluster',
          },
        },
      },
    });
  });

  const LOG = { path: 'access.log', format: 'combined', canary: { share: 0.1, seed: 7 } };
  const JSON_LOG = { ...LOG, format: 'json-log', time: 'ts', status: 'status' };

  test.each<[object, object]>([
    [LOG, { cohort: { kind: 'share', share: 0.1, seed: 7 } }],
    [{ ...LOG, group: 'none' }, { group: { kind: 'none' } }],
    [{ ...LOG, group: 'endpoint' }, { group: { kind: 'endpoint', method: 'method', path: 'path' } }],
    [{ ...LOG, group: { field: 'host' } }, { group: { kind: 'field', field: 'host' } }],
    [{ ...LOG, bad: { status: 500 } }, { bad: { status: [[500, 500]] } }],
    [
      { ...LOG, bad: { latencyOver: '1s' }, latency: { field: 'last', unit: 's' } },
      { bad: { status: [], latencyOver: 1000 } },
    ],
    [JSON_LOG, { layout: { kind: 'json', time: { field: 'ts', unit: 'auto' }, status: 'status' } }],
    [
      { ...JSON_LOG, time: { field: 'ts' } },
      { layout: { kind: 'json', time: { field: 'ts', unit: 'auto' }, status: 'status' } },
    ],
  ])('%j is read', (raw, rules) => {
    expect(parseRecordedQuery(raw, '/slos')).toMatchObject({ ok: true, value: { source: { rules } } });
  });

  test.each<[object, string]>([
    [{ ...LOG, canary: undefined }, 'canary: given nothing, allowed {field} whose value is the hash'],
    [{ ...LOG, canary: 'x' }, 'canary: given "x", allowed {field} whose value is the hash'],
    [{ ...LOG, canary: { share: 0, seed: 1 } }, 'canary: given {"share":0,"seed":1}, allowed'],
    [{ ...LOG, canary: { share: 1, seed: 1 } }, 'canary'],
    [{ ...LOG, canary: { share: 0.5, seed: 1.5 } }, 'canary'],
    [{ ...LOG, canary: { share: 0.5 } }, 'canary'],
    [{ ...LOG, canary: { field: 'x', value: [] } }, 'canary'],
    [{ ...LOG, canary: { field: '' } }, 'canary'],
    [{ ...LOG, canary: { field: 'x', hash: 'y' } }, 'canary'],
    [{ ...LOG, bad: {} }, 'bad: given {}, allowed status (such as 5xx), latencyOver (such as 500ms) or both'],
    [{ ...LOG, bad: { status: 'five' } }, 'bad.status: given "five", allowed status codes such as 5xx'],
    [
      { ...LOG, bad: { statuses: '5xx' } },
      'bad.statuses: given the unknown key "statuses", allowed the keys status, latencyOver',
    ],
    [{ ...LOG, bad: { latencyOver: '1s' } }, 'latency: given nothing, allowed {field, unit}'],
    [
      { ...LOG, latency: { field: 'last', unit: 'minutes' } },
      'latency.unit: given "minutes", allowed a unit of s, ms, us, ns, duration',
    ],
    [{ ...LOG, exclude: 'all' }, 'exclude: given "all", allowed status codes'],
    [{ ...LOG, group: 'path' }, 'group: given "path", allowed none, endpoint'],
    [
      { ...JSON_LOG, group: 'endpoint' },
      'group: given "endpoint", allowed none, endpoint (in a JSON log {method, path}',
    ],
    [
      { ...LOG, time: 'ts' },
      'time: given the unknown key "time", allowed the keys path, settlingLag, format, latency',
    ],
    [{ ...JSON_LOG, time: undefined }, 'time: given nothing, allowed the name of a field, or {field, unit}'],
    [{ ...JSON_LOG, time: { field: 'ts', unit: 'h' } }, 'time'],
    [{ ...JSON_LOG, status: undefined }, 'status: given nothing, allowed the name of a field such as status'],
    [
      { ...LOG, namespace: '' },
      'namespace: given "", allowed the name of a field such as kubernetes.namespace',
    ],
  ])('%j is refused by its key', (raw, issue) => {
    expect(issuesOf(JSON.parse(JSON.stringify(raw)))).toContainEqual(expect.stringContaining(issue));
  });
});
