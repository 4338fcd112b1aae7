import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  changedRollout,
  check,
  EXAMPLES,
  rulesIn,
  TEMPLATES,
  type Analysis,
  type Arg,
  type BlueGreen,
  type Rollout,
  type Step,
} from './check.ts';

/** The canary of the example, with what a test may take for granted. */
interface Canary {
  steps: Step[];
  analysis?: Analysis;
  trafficRouting?: object;
}
type Change = (canary: Canary, rollout: Rollout) => unknown;

const slos = { names: ['checkout-availability'], services: ['checkout'] };
const text = (name: string): string => readFileSync(join(TEMPLATES, `examples/${name}/rollout.yaml`), 'utf8');

function backgroundOf({ analysis }: Canary): Analysis {
  if (analysis === undefined) throw new Error('no background analysis');
  return analysis;
}

function stepAnalysis({ steps }: Canary, index: number): Analysis {
  const analysis = steps[index]?.analysis;
  if (analysis === undefined) throw new Error(`step ${String(index)} is no analysis`);
  return analysis;
}

/** Changes one arg of the background analysis. */
const arg =
  (name: string, change: (arg: Arg, args: Arg[]) => unknown): Change =>
  (canary) => {
    const { args } = backgroundOf(canary);
    const found = args.find((one) => one.name === name);
    if (found !== undefined) change(found, args);
  };
const moreArgs =
  (...more: Arg[]): Change =>
  (canary) =>
    backgroundOf(canary).args.push(...more);
const reference = (analysis: Analysis, templateName: string): unknown =>
  (analysis.templates = [{ templateName, clusterScope: true }]);
const insert =
  (index: number, step: Step): Change =>
  ({ steps }) =>
    steps.splice(index, 0, step);

const CHANGES: readonly (readonly [what: string, rule: string, change: Change])[] = [
  [
    'hashes swapped',
    'hash-swapped',
    arg('canary-hash', (one) => (one.valueFrom = { podTemplateHashValue: 'Stable' })),
  ],
  [
    'stable as Latest',
    'hash-swapped',
    arg('stable-hash', (one) => (one.valueFrom = { podTemplateHashValue: 'Latest' })),
  ],
  [
    'a written hash',
    'hash-fixed',
    arg('canary-hash', (one) => {
      delete one.valueFrom;
      one.value = 'abc';
    }),
  ],
  ['an empty SLO', 'slo-missing', arg('slo', (one) => (one.value = ''))],
  ['an unknown SLO', 'slo-unknown', arg('slo', (one) => (one.value = 'chekout-availability'))],
  [
    'an unknown SLO beside a known',
    'slo-unknown',
    arg('slo', (one) => (one.value = 'checkout-availability,x')),
  ],
  ['an unknown service', 'slo-unknown', arg('slo', (one) => (one.value = 'service:chekout'))],
  ['an arg twice', 'arg-duplicate', moreArgs({ name: 'canary-hash', value: '' })],
  ['a misspelt arg', 'arg-dropped', arg('revision', (one) => (one.name = 'revison'))],
  ['a missing arg', 'arg-missing', arg('namespace', (one, args) => args.splice(args.indexOf(one), 1))],
  ['a delay of a day', 'delay-long', moreArgs({ name: 'initial-delay', value: '24h' })],
  ['a delay in days', 'duration-invalid', moreArgs({ name: 'initial-delay', value: '1d' })],
  ['another address', 'request-url', moreArgs({ name: 'url', value: 'http://burngate/' })],
  ['no preflight', 'no-preflight', ({ steps }) => steps.shift()],
  [
    'the preflight with traffic',
    'preflight-late',
    ({ steps }) => steps.splice(0, 2, ...steps.slice(0, 2).toReversed()),
  ],
  ['no watch', 'no-watch', (canary) => delete canary.analysis],
  ['a late watch', 'watch-late', (canary) => (backgroundOf(canary).startingStep = 5)],
  [
    'a gate in the background',
    'background-holds',
    (canary) => reference(backgroundOf(canary), 'burngate-gate'),
  ],
  ['a watch as a step', 'step-endless', (canary) => reference(stepAnalysis(canary, 2), 'burngate-watch')],
  [
    'a gate at full weight',
    'gate-at-full-weight',
    ({ steps }) => steps.push({ setWeight: 100 }, ...steps.slice(2, 3)),
  ],
  ['no first gate', 'weight-without-gate', ({ steps }) => steps.splice(2, 1)],
  ['no last gate', 'promotion-without-gate', ({ steps }) => steps.pop()],
  [
    'a preflight as a gate',
    'weight-without-gate',
    (canary) => reference(stepAnalysis(canary, 2), 'burngate-preflight'),
  ],
  ['a timed pause', 'timed-pause', insert(2, { pause: { duration: '10m' } })],
  ['a pause for a person', 'open-pause', insert(4, { pause: {} })],
  [
    'a template twice',
    'template-twice',
    (canary) => {
      const { templates } = backgroundOf(canary);
      templates.push(...templates);
    },
  ],
  [
    'a misspelt template',
    'template-unknown',
    (canary) => reference(stepAnalysis(canary, 0), 'burngate-preflght'),
  ],
  ['a misspelt step', 'schema', insert(1, { setweight: 5 })],
  ['a weight of 500', 'step-weight', insert(9, { setWeight: 500 })],
  ['two things in a step', 'step-kind', insert(9, { setWeight: 60, pause: {} })],
  [
    'two pods without routing',
    'weight-rounded',
    (canary, { spec }) => {
      delete canary.trafficRouting;
      spec.replicas = 2;
    },
  ],
  [
    'a scale without routing',
    'scale-without-routing',
    (canary) => {
      delete canary.trafficRouting;
      canary.steps.splice(1, 0, { setCanaryScale: { replicas: 1 } });
    },
  ],
  [
    'a bake that cannot end',
    'gate-below-window',
    (canary) => {
      const bake = stepAnalysis(canary, 8);
      bake.args = [...bake.args, { name: 'min-window', value: '300m' }];
    },
  ],
];

describe('a Rollout, broken in one place at a time', () => {
  test.each(EXAMPLES)('the example %s is clean as it is', (name) => {
    expect(check(text(name), slos)).toEqual([]);
  });

  test.each(CHANGES)('%s is found as %s', (_what, rule, change) => {
    const findings = changedRollout(
      'examples/checkout/rollout.yaml',
      (rollout) => change(rollout.spec.strategy.canary, rollout),
      slos,
    );
    expect(rulesIn(findings)).toContain(rule);
  });

  test('a template of the wrong scope is found where its manifest is given', () => {
    const gate = readFileSync(join(TEMPLATES, 'namespaced/gate.yaml'), 'utf8');
    expect(rulesIn(check(`${text('checkout')}---\n${gate}`))).toEqual([
      'template-scope',
      'template-scope',
      'template-scope',
    ]);
  });

  test.each([
    ['a gate in dry-run mode', 'gate-dry-run', '.*'],
    ['a dryRun that matches nothing', 'dry-run-rule', 'no-such-metric'],
  ])('%s is found as %s', (_what, rule, metricName) => {
    const findings = changedRollout('examples/checkout/rollout.yaml', ({ spec }) => {
      Object.assign(stepAnalysis(spec.strategy.canary, 2), { dryRun: [{ metricName }] });
    });
    expect(rulesIn(findings)).toContain(rule);
  });

  test('two templates with different defaults for one arg are found', () => {
    const saturation = readFileSync(join(TEMPLATES, 'saturation.yaml'), 'utf8').replace(
      'value: 5m',
      'value: 8m',
    );
    expect(rulesIn(check(`${text('mix')}---\n${saturation}`))).toEqual(['arg-conflict']);
  });

  test.each([
    ['another apiVersion', text('checkout').replace('argoproj.io/v1alpha1', 'argoproj.io/v1')],
    ['a misspelt spec', text('checkout').replace(/^spec:/m, 'specs:')],
    ['no metadata', text('checkout').replace(/^metadata:/m, 'metdata:')],
  ])('%s is found', (_what, rollout) => {
    expect(rulesIn(check(rollout, slos))).toContain('schema');
  });

  test('what Argo fills in when the release begins is not taken for wrong', () => {
    const fieldRef = { fieldRef: { fieldPath: "metadata.annotations['x']" } };
    const findings = changedRollout('examples/checkout/rollout.yaml', ({ spec }) => {
      const { args } = backgroundOf(spec.strategy.canary);
      args.push({ name: 'initial-delay', valueFrom: fieldRef }, { name: 'url', valueFrom: fieldRef });
      for (const one of args.filter(({ name }) => name === 'slo')) {
        delete one.value;
        one.valueFrom = fieldRef;
      }
    });
    expect(findings).toEqual([]);
  });

  test('a mistake in args that are written once is told once', () => {
    const findings = check(text('checkout').replace('value: checkout-availability', 'value: chekout'), slos);
    expect(rulesIn(findings)).toEqual(['slo-unknown']);
  });

  test('an old Argo Rollouts is found where a template needs a newer one', () => {
    expect(rulesIn(check(text('checkout'), slos, [1, 8, 1]))).toContain('argo-version');
    expect(check(text('checkout'), slos, [1, 8, 2])).toEqual([]);
    expect(check(text('checkout'), slos, [1, 10, 0])).toEqual([]);
  });

  test('configuration that canary and stable would share is found, an immutable one is not', () => {
    const rollout = text('checkout').replace(
      '          ports:',
      '          envFrom:\n            - configMapRef: { name: settings }\n          ports:',
    );
    const settings = (more: string) =>
      `${rollout}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n${more}data: { a: b }\n`;
    expect(rulesIn(check(settings('')))).toEqual(['config-shared']);
    expect(check(settings('immutable: true\n'))).toEqual([]);
  });
});

const BLUE_GREEN: readonly (readonly [
  what: string,
  rule: string,
  change: (blueGreen: BlueGreen) => unknown,
])[] = [
  ['a delay before the switch', 'blue-green-cut-short', (one) => (one.autoPromotionSeconds = 600)],
  ['a delay after the switch', 'blue-green-cut-short', (one) => (one.scaleDownDelaySeconds = 600)],
  [
    'a comparing gate after it',
    'blue-green-compares',
    (one) => reference(one.postPromotionAnalysis, 'burngate-gate'),
  ],
  [
    'a gate before the switch',
    'blue-green-preview',
    (one) => reference(one.prePromotionAnalysis, 'burngate-gate'),
  ],
  [
    'a watch after the switch',
    'step-endless',
    (one) => reference(one.postPromotionAnalysis, 'burngate-watch'),
  ],
  ['no active Service', 'schema', (one) => delete one.activeService],
];

test.each(BLUE_GREEN)('blue-green with %s is found as %s', (_what, rule, change) => {
  const findings = changedRollout('examples/blue-green/rollout.yaml', ({ spec }) =>
    change(spec.strategy.blueGreen),
  );
  expect(rulesIn(findings)).toContain(rule);
});
