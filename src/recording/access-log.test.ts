import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileLogRules, type LogOutcome } from './access-log.ts';
import type { LogRules } from './log-rules.ts';

const RULES: LogRules = {
  layout: { kind: 'combined' },
  bad: { status: [[500, 599]] },
  exclude: [],
  cohort: { kind: 'value', field: 'last', canary: ['c'] },
  group: { kind: 'none' },
};
const JSON_RULES: LogRules = {
  ...RULES,
  layout: { kind: 'json', time: { field: 'ts', unit: 'auto' }, status: 'http.status' },
  cohort: { kind: 'hash', field: 'pod.hash' },
};

const TIME = 1_700_000_000_000;

function line({
  status = '200',
  rest = ' "-" "curl" c',
  request = 'GET /cart/7?x HTTP/1.1',
  time = '14/Nov/2023:22:13:20 +0000',
} = {}): string {
  return `::1 - - [${time}] "${request}" ${status} 5${rest}`;
}

function jsonLine(differs: object = {}): string {
  return JSON.stringify({
    ts: '2023-11-14T22:13:20Z',
    http: { status: 200 },
    pod: { hash: '6d4b' },
    ...differs,
  });
}

const classify = (rules: Partial<LogRules>, text: string, number = 1): LogOutcome =>
  compileLogRules({ ...RULES, ...rules })(text, number);
const classifyJson = (rules: Partial<LogRules>, text: string): LogOutcome =>
  compileLogRules({ ...JSON_RULES, ...rules })(text, 1);

const GOOD = { kind: 'event', row: { time: TIME, cohort: 'canary', good: 1, bad: 0 } };
const BAD = { kind: 'event', row: { time: TIME, cohort: 'canary', good: 0, bad: 1 } };
const dirty = (reason: string): object => ({ kind: 'dirty', reason });

describe('a request is', () => {
  const latency = { field: 'last-1', unit: 's' } as const;
  const slow = { latency, bad: { status: [[500, 599]], latencyOver: 500 } } as const;
  const timed = (seconds: string, status = '200'): string =>
    line({ status, rest: ` "-" "curl" ${seconds} c` });

  test.each<[string, Partial<LogRules>, string, object]>([
    ['good by its status', {}, line(), GOOD],
    ['bad by its status', {}, line({ status: '503' }), BAD],
    ['good where its status is not listed', {}, line({ status: '404' }), GOOD],
    [
      'no event where its status is excluded',
      { exclude: [[400, 499]] },
      line({ status: '404' }),
      { kind: 'excluded', time: TIME },
    ],
    [
      'excluded before it is bad',
      { exclude: [[503, 503]] },
      line({ status: '503' }),
      { kind: 'excluded', time: TIME },
    ],
    ['bad above the latency limit', slow, timed('0.501'), BAD],
    ['good at the latency limit', slow, timed('0.500'), GOOD],
    ['bad by its status without a latency', slow, timed('-', '500'), BAD],
    ['dirty without the latency that would decide', slow, timed('-'), dirty('no-latency')],
    ['dirty with two latencies in one field', slow, timed('0.1,'), dirty('no-latency')],
    [
      'excluded without a latency',
      { ...slow, exclude: [[400, 499]] },
      timed('-', '404'),
      { kind: 'excluded', time: TIME },
    ],
  ])('%s', (_, rules, text, outcome) => {
    expect(classify(rules, text)).toEqual(outcome);
  });

  test.each([
    ['s', '0.069', 69],
    ['s', '1.001', 1001],
    ['ms', '69', 69],
    ['us', '69000', 69],
    ['ns', '69000000', 69],
    ['duration', '69ms', 69],
    ['duration', '0.069s', 69],
  ] as const)('not slower than its limit in %s: %s', (unit, text, limit) => {
    const rules = (latencyOver: number): Partial<LogRules> => ({
      latency: { field: 'last-1', unit },
      bad: { status: [], latencyOver },
    });
    expect(classify(rules(limit), timed(text))).toEqual(GOOD);
    expect(classify(rules(limit - 1), timed(text))).toEqual(BAD);
  });
});

describe('a line is dirty', () => {
  test.each<[string, Partial<LogRules>, string, string]>([
    ['that has another form', {}, '2023/11/14 [error] open() failed', 'unreadable'],
    ['whose time is none', {}, line({ time: '32/Nov/2023:22:13:20 +0000' }), 'no-time'],
    ['whose status is 000', {}, line({ status: '000' }), 'no-status'],
    ['whose status is -', {}, line({ status: '-' }), 'no-status'],
    ['whose cohort field is not there', {}, line({ rest: '' }), 'no-cohort'],
    ['whose cohort is -', {}, line({ rest: ' "-" "curl" -' }), 'no-cohort'],
    [
      'whose cohort is in neither list',
      { cohort: { kind: 'value', field: 'last', canary: ['x'], stable: ['y'] } },
      line(),
      'unknown-cohort',
    ],
    ['without a hash', { cohort: { kind: 'hash', field: 'last' } }, line({ rest: '' }), 'no-cohort'],
  ])('%s', (_, rules, text, reason) => {
    expect(classify(rules, text)).toEqual(dirty(reason));
  });

  test.each<[string, string, string]>([
    ['that is no JSON', 'x', 'unreadable'],
    ['that is no object', '[]', 'unreadable'],
    ['without a time', jsonLine({ ts: null }), 'no-time'],
    ['whose time could be two things', jsonLine({ ts: 12 }), 'no-time'],
    ['without a status', jsonLine({ http: {} }), 'no-status'],
    ['whose status is 0', jsonLine({ http: { status: 0 } }), 'no-status'],
    ['without a cohort', jsonLine({ pod: {} }), 'no-cohort'],
  ])('%s (JSON)', (_, text, reason) => {
    expect(classifyJson({}, text)).toEqual(dirty(reason));
  });

  test('never because it is blank', () => {
    expect(classify({}, ' ')).toEqual({ kind: 'blank' });
    expect(classifyJson({}, '')).toEqual({ kind: 'blank' });
  });
});

describe('the cohort is', () => {
  const cohortOf = (cohort: LogRules['cohort'], last: string): string => {
    const outcome = classify({ cohort }, line({ rest: ` "-" "curl" ${last}` }));
    return outcome.kind === 'event' ? outcome.row.cohort : outcome.kind;
  };

  test.each<[string, LogRules['cohort'], string, string]>([
    ['the value itself', { kind: 'hash', field: 'last' }, '6d4b', '6d4b'],
    ['canary for one of its values', { kind: 'value', field: 'last', canary: ['x', 'y'] }, 'y', 'canary'],
    ['stable for any other', { kind: 'value', field: 'last', canary: ['x'] }, 'z', 'stable'],
    ['stable for its values', { kind: 'value', field: 'last', canary: ['x'], stable: ['z'] }, 'z', 'stable'],
    [
      'stable for no value, where that is said',
      { kind: 'value', field: 'last', canary: ['x'], stable: ['-'] },
      '-',
      'stable',
    ],
    [
      'canary for no value, where that is said',
      { kind: 'value', field: 'last', canary: ['-'] },
      '-',
      'canary',
    ],
  ])('%s', (_, cohort, last, expected) => {
    expect(cohortOf(cohort, last)).toBe(expected);
  });

  test('by share a matter of line number and seed alone', () => {
    const rules: Partial<LogRules> = { cohort: { kind: 'share', share: 0.5, seed: 7 } };
    const sides = (text: string): unknown[] =>
      Array.from({ length: 50 }, (_, index) => {
        const outcome = classify(rules, text, index + 1);
        return outcome.kind === 'event' ? outcome.row.cohort : outcome;
      });
    expect(new Set(sides(line()))).toEqual(new Set(['canary', 'stable']));
    expect(sides(line({ status: '500', rest: '' }))).toEqual(sides(line()));
  });
});

describe('the group is', () => {
  const group = (source: LogRules['group'], text: string): unknown => {
    const outcome = classify({ group: source }, text);
    return outcome.kind === 'event' ? outcome.row.group : outcome;
  };

  test.each<[string, LogRules['group'], string, string | undefined]>([
    ['none', { kind: 'none' }, line(), undefined],
    ['the endpoint', { kind: 'endpoint', method: 'method', path: 'path' }, line(), 'GET /cart/{id}'],
    [
      'one for all garbage',
      { kind: 'endpoint', method: 'method', path: 'path' },
      line({ request: '\\x16\\x03' }),
      'unreadable request',
    ],
    ['a field', { kind: 'field', field: 'userAgent' }, line(), 'curl'],
    ['"ungrouped" without the field', { kind: 'field', field: 'referer' }, line(), 'ungrouped'],
  ])('%s', (_, source, text, expected) => {
    expect(group(source, text)).toBe(expected);
  });

  test('in JSON from the fields named', () => {
    const outcome = classifyJson(
      {
        group: { kind: 'endpoint', method: 'req.verb', path: 'req.url' },
        namespace: 'k8s.ns',
        cluster: 'k8s.cluster',
      },
      jsonLine({ req: { verb: 'POST', url: 'https://shop/orders/9' }, k8s: { ns: 'shop' } }),
    );
    expect(outcome).toEqual({
      kind: 'event',
      row: { time: TIME, cohort: '6d4b', good: 1, bad: 0, group: 'POST /orders/{id}', namespace: 'shop' },
    });
  });
});

test('no text is anything but an event of one count, excluded, blank or dirty', () => {
  const pieces = fc.constantFrom(
    '"',
    '[',
    ']',
    '{',
    '}',
    ' ',
    '200',
    '-',
    'GET /',
    TIME,
    ':',
    '14/Nov/2023:22:13:20 +0000',
    '\\',
  );
  const text = fc.oneof(
    fc.array(pieces).map((all) => all.join('')),
    fc.json(),
    fc.string(),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(RULES, JSON_RULES), (raw, rules) => {
      const outcome = compileLogRules(rules)(raw, 1);
      const count = outcome.kind === 'event' ? outcome.row.good + outcome.row.bad : outcome.kind;
      expect([1, 'excluded', 'blank', 'dirty']).toContain(count);
    }),
    { seed: 14 },
  );
});
