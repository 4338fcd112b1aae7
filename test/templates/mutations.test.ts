import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  changedTemplate,
  check,
  LIBRARY,
  loaded,
  rulesIn,
  TEMPLATES,
  type Arg,
  type Metric,
  type Template,
} from './check.ts';

type Change<T> = (manifest: T) => unknown;
type Mutation = readonly [what: string, change: Change<Template>];
type Web = Metric['provider']['web'];

const metric =
  (change: Change<Metric>): Change<Template> =>
  (template) => {
    for (const one of template.spec.metrics) change(one);
  };
const set = (key: string, value: unknown): Mutation => [
  `${key}: ${JSON.stringify(value) ?? 'left out'}`,
  metric((one) => Object.assign(one, { [key]: value })),
];
const web = (what: string, change: Change<Web>): Mutation => [
  `web ${what}`,
  metric((one) => change(one.provider.web)),
];
const body = (key: string, value?: unknown): Mutation =>
  web(`jsonBody.${key}: ${JSON.stringify(value) ?? 'left out'}`, (one) =>
    Object.assign(one.jsonBody ?? {}, { [key]: value }),
  );
const args = (what: string, change: (args: Arg[], template: Template) => unknown): Mutation => [
  `args: ${what}`,
  (template) => change(template.spec.args, template),
];
const hashArg = (list: readonly Arg[]): Arg => named(list, 'canary-hash');

function named(list: readonly Arg[], name: string): Arg {
  const found = list.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no arg ${name}`);
  return found;
}

const CONDITIONS: readonly Mutation[] = [
  set('successCondition', undefined),
  set('failureCondition', undefined),
  set('successCondition', 'result.verdict != "fail"'),
  set('failureCondition', 'result.verdict != "pass"'),
  set('successCondition', 'result.verdict == "passed"'),
  set('failureCondition', 'result.verdict == "failed"'),
  set('successCondition', 'result.verdit == "pass"'),
  set('failureCondition', 'result.verdit == "fail"'),
  set('successCondition', 'result == "pass"'),
  set('failureCondition', 'result == "fail"'),
  set('successCondition', 'result.verdict in ["pass", "inconclusive"]'),
  set('successCondition', 'true'),
  set('failureCondition', 'result.burn.canary > 1 || result.verdict == "fail" && false'),
  set('successCondition', 'result.verdict'),
  set('successCondition', 'asFloat(result.burn.canary) < 2'),
  set('successCondition', 'not (result.verdict == "fail")'),
  [
    'conditions swapped',
    metric((one) => {
      [one.successCondition, one.failureCondition] = [one.failureCondition, one.successCondition];
    }),
  ],
];

const REQUEST: readonly Mutation[] = [
  web('jsonPath without braces', (one) => (one.jsonPath = '$')),
  web('jsonPath without braces or dollar', (one) => (one.jsonPath = '$.verdict')),
  web('jsonPath that cuts the reason off', (one) => (one.jsonPath = '{$.verdict}')),
  web('jsonPath to nothing', (one) => (one.jsonPath = '{$.nothing}')),
  web('jsonPath with recursion', (one) => (one.jsonPath = '{$..verdict}')),
  web('timeout below the deadline', (one) => (one.timeoutSeconds = 5)),
  web('timeout of two minutes', (one) => (one.timeoutSeconds = 120)),
  web('timeout as a text', (one) => (one.timeoutSeconds = '10s')),
  web('GET', (one) => (one.method = 'GET')),
  web('no method', (one) => delete one.method),
  web('PATCH', (one) => (one.method = 'PATCH')),
  web('another path', (one) => (one.url = 'http://burngate.burngate.svc:8080/v1/analyses')),
  web('an address outside', (one) => (one.url = 'https://burngate.example.com/v1/analysis')),
  web('insecure', (one) => (one.insecure = true)),
  web('body beside jsonBody', (one) => (one.body = '{}')),
  web('no jsonBody', (one) => delete one.jsonBody),
  web('sigv4, which Argo ignores', (one) => (one.authentication = { sigv4: { region: 'eu' } })),
  web('a misspelt field', (one) => (one.jsonpath = '{$}')),
  body('canary'),
  body('slo'),
  body('namespace'),
  body('rollout'),
  body('mode', 'gat'),
  body('canary', '{{args.stable-hash}}'),
  body('stable', '{{args.canary-hash}}'),
  body('canary', '7d9f8c6b5'),
  body('canary', '{{args.canary-hsah}}'),
  body('canary', '{{canary-hash}}'),
  body('canary', '{{args.canary-hash'),
  body('minWindow', 'two hours'),
  body('at', '2026-01-01T00:00:00Z'),
  body('verbose', 'true'),
  body('policy', { alhpa: '0.01' }),
  body('policy', { alpha: '0.5' }),
];

const ARGS: readonly Mutation[] = [
  args(
    'canary-hash is gone',
    (list, { spec }) => (spec.args = list.filter(({ name }) => name !== 'canary-hash')),
  ),
  args('canary-hash twice', (list) => list.push({ name: 'canary-hash' })),
  args('canary-hash with a default', (list) => (hashArg(list).value = 'abc')),
  args('canary-hash empty by default', (list) => (hashArg(list).value = '')),
  args('a fieldRef', (list) => (named(list, 'slo').valueFrom = { fieldRef: { fieldPath: 'metadata.name' } })),
  args('a default that is a number', (list) => (named(list, 'slo').value = 5)),
  args('a misspelt key', (list) => (named(list, 'slo').defualt = 'x')),
  ['metric names alike', metric((one) => (one.name = 'slo'))],
  ['no metrics', ({ spec }) => (spec.metrics = [])],
];

const COMMON_LIMITS: readonly Mutation[] = [
  set('failureLimit', 1),
  set('failureLimit', -1),
  set('failureLimit', -2),
  set('failureLimit', '{{args.slo}}'),
  set('consecutiveErrorLimit', undefined),
  set('consecutiveErrorLimit', 4),
  set('consecutiveErrorLimit', 170),
  set('consecutiveErrorLimit', 100_000),
  set('consecutiveErrorLimit', 'many'),
];

const TIMES: readonly Mutation[] = [
  set('interval', undefined),
  set('interval', '10m'),
  set('interval', '5s'),
  set('interval', '1d'),
  set('interval', '60'),
  set('initialDelay', undefined),
  set('initialDelay', '3h'),
  set('initialDelay', '5 minutes'),
  set('count', '{{args.slo}}'),
  set('count', 'sixty'),
];

const GATE: readonly Mutation[] = [
  ...TIMES,
  set('count', undefined),
  set('count', 10),
  set('inconclusiveLimit', undefined),
  set('inconclusiveLimit', 5),
  set('inconclusiveLimit', 100_000),
  set('consecutiveSuccessLimit', undefined),
  set('consecutiveSuccessLimit', 0),
  set('consecutiveSuccessLimit', 5),
  body('mode', 'watch'),
  body('mode', 'preflight'),
  body('minWindow', '600m'),
];

const LIMITS: Readonly<Record<string, readonly Mutation[]>> = {
  preflight: [
    ...COMMON_LIMITS,
    set('count', 3),
    set('inconclusiveLimit', 1),
    set('inconclusiveLimit', 60),
    body('mode', 'gate'),
    body('mode', 'watch'),
  ],
  watch: [
    body('stable'),
    ...COMMON_LIMITS,
    ...TIMES,
    set('count', 60),
    set('inconclusiveLimit', undefined),
    set('inconclusiveLimit', 60),
    set('consecutiveSuccessLimit', 5),
    body('mode', 'gate'),
    body('mode', 'preflight'),
  ],
  // Only the absolute policy of blue-green does without stable.
  gate: [...COMMON_LIMITS, ...GATE, body('stable')],
  bake: [...COMMON_LIMITS, ...GATE, body('stable')],
  'blue-green': [...COMMON_LIMITS, ...GATE],
  onboarding: [
    ...TIMES,
    set('count', 60),
    set('failureLimit', undefined),
    set('failureLimit', 0),
    set('inconclusiveLimit', undefined),
    set('consecutiveErrorLimit', undefined),
    set('consecutiveSuccessLimit', 1),
    ['no dryRun', ({ spec }) => delete spec.dryRun],
    ['a dryRun that matches nothing', ({ spec }) => (spec.dryRun = [{ metricName: 'nothing$' }])],
    ['a dryRun that is no pattern', ({ spec }) => (spec.dryRun = [{ metricName: '*' }])],
    [
      'ten thousand measurements',
      ({ spec }) => (spec.measurementRetention = [{ limit: 10_000, metricName: '.*' }]),
    ],
  ],
};

describe.each(Object.entries(LIMITS))('%s, broken in one place at a time', (name, limits) => {
  const path = `${name}.yaml`;

  test('is clean as it is shipped', () => {
    expect(check(readFileSync(join(TEMPLATES, path), 'utf8'))).toEqual([]);
  });

  test.each([...limits, ...CONDITIONS, ...REQUEST, ...ARGS])('%s is found', (_what, change) => {
    const findings = changedTemplate(path, change);
    expect(rulesIn(findings).length).toBeGreaterThan(0);
    for (const { line, given, allowed, why, fix } of findings) {
      expect(line).toBeGreaterThan(0);
      for (const text of [given, allowed, why, fix]) expect(text).not.toBe('');
    }
  });
});

test.each([
  ['interval', '1 minute'],
  ['count', 5],
  ['failureLimit', 'x'],
  ['provider', {}],
])('the Prometheus metric of a mix is held to what Argo asks of any metric: %s', (key, value) => {
  const [, change] = set(key, value);
  expect(check(readFileSync(join(TEMPLATES, 'saturation.yaml'), 'utf8'))).toEqual([]);
  expect(rulesIn(changedTemplate('saturation.yaml', change))).not.toEqual([]);
});

test('every template of the library is in these tests', () => {
  expect([...Object.keys(LIMITS), 'saturation'].toSorted()).toEqual([...LIBRARY].toSorted());
  expect(loaded('gate.yaml')).toMatchObject({ kind: 'ClusterAnalysisTemplate' });
});
