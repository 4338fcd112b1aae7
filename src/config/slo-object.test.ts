import { afterEach, describe, expect, test } from 'vitest';
import { DAY } from '../core/units.ts';
import { CHECKOUT, PROMETHEUS, checkoutWith, slosFolder } from './fixtures/slo-folder.ts';
import { loadSlos, type LoadedSlos } from './load-slos.ts';

const made: (() => void)[] = [];
afterEach(() => made.splice(0).forEach((remove) => remove()));

async function load(text: string): Promise<LoadedSlos> {
  const { dir, remove } = slosFolder({ 'slo.yaml': text });
  made.push(remove);
  return loadSlos(dir, PROMETHEUS);
}

/** `line:column path: given`, or the target of what loaded against expectation. */
async function refusals(text: string): Promise<string[]> {
  const loaded = await load(text);
  if (loaded.ok) return loaded.slos.map((slo) => `loaded with target ${String(slo.target)}`);
  return loaded.problems.map(
    ({ line, column, path, given }) => `${String(line)}:${String(column)} ${path}: ${given}`,
  );
}

async function warningsOf(text: string): Promise<string[]> {
  const loaded = await load(text);
  expect(loaded.ok).toBe(true);
  return loaded.warnings.map(({ line, path, message }) => `${String(line)} ${path}: ${message}`);
}

describe('an SLO document', () => {
  test('becomes an SLO with the defaults of Burngate', async () => {
    const loaded = await load(CHECKOUT);
    expect(loaded.ok && loaded.slos).toMatchObject([
      {
        name: 'checkout-availability',
        displayName: 'Checkout availability',
        description: 'Orders that did not fail',
        service: 'checkout',
        target: 0.999,
        timeWindow: { kind: 'rolling', duration: 28 * DAY },
        budgetingMethod: 'Occurrences',
        indicator: {
          kind: 'bad-total',
          bad: { provider: 'prometheus', query: { role: 'bad', raw: { query: 'sum(bad)' } } },
          total: { provider: 'prometheus', query: { role: 'total', raw: { query: 'sum(total)' } } },
        },
        policy: {},
        required: true,
        scope: 'rollout',
        bucketMs: 60_000,
        maintenance: [],
        origin: { line: 1 },
      },
    ]);
    expect(loaded.ok && loaded.services).toEqual([{ name: 'checkout' }]);
    expect(loaded.warnings).toEqual([]);
  });

  test.each([
    ['target: 0.999', 'targetPercent: 99.9', 0.999],
    ['target: 0.999', 'targetPercent: 99.95', 0.9995],
    ['target: 0.999', 'targetPercent: 1.0e-7', 1e-9],
    ['target: 0.999', 'target: 0', 0],
    ['target: 0.999', 'target: 0.5\n      op: gte\n      value: 3', 0.5],
  ])('%s may be written %s', async (part, replacement, target) => {
    const loaded = await load(checkoutWith(part, replacement));
    expect(loaded.ok && loaded.slos.map((slo) => slo.target)).toEqual([target]);
  });

  test.each([
    ['target: 99.9', 'a ratio from 0 to below 1 (99.9% is 0.999)'],
    [
      'target: 1',
      'a ratio from 0 to below 1: it leaves no error budget, so nothing may ever fail, for example 0.999',
    ],
    [
      'targetPercent: 100',
      'a percentage from 0 to below 100: it leaves no error budget, so nothing may ever fail, for example 99.9',
    ],
    [
      'targetPercent: 99.99999999999999999',
      'a percentage from 0 to below 100: it leaves no error budget, so nothing may ever fail, for example 99.9',
    ],
    ['target: -0.1', 'a ratio from 0 to below 1'],
    ['target: .nan', 'a ratio from 0 to below 1'],
    ['target: "0.99"', 'a ratio from 0 to below 1'],
    ['target: [0.99]', 'a ratio from 0 to below 1'],
  ])('%s is refused, and the answer says what to write', async (replacement, allowed) => {
    const loaded = await load(checkoutWith('target: 0.999', replacement));
    expect(loaded.ok ? [] : loaded.problems.map((problem) => problem.allowed)).toEqual([allowed]);
  });

  test.each([
    [
      'target: 0.999',
      'targetPercent: 99.9\n      target: 0.999',
      '36:7 spec.objectives[0].targetPercent: targetPercent beside target',
    ],
    ['      target: 0.999\n', '', '35:7 spec.objectives[0]: no target'],
    [
      '      target: 0.999\n',
      '      target: 0.999\n    - target: 0.9\n',
      '37:7 spec.objectives[1]: a list of 2 objectives',
    ],
    ['    - displayName: Good\n      target: 0.999\n', '    []\n', '35:5 spec.objectives: an empty list'],
    [
      'target: 0.999',
      'target: 0.999\n      indicatorRef: x',
      '37:7 spec.objectives[0].indicatorRef: indicatorRef in an objective (a composite SLO)',
    ],
    ['target: 0.999', 'target: 0.999\n      op: above', '37:11 spec.objectives[0].op: "above"'],
    [
      'target: 0.999',
      'target: 0.999\n      timeSliceTarget: 1.5',
      '37:24 spec.objectives[0].timeSliceTarget: 1.5',
    ],
    [
      'budgetingMethod: Occurrences',
      'budgetingMethod: RatioTimeslices',
      '35:7 spec.objectives[0].timeSliceWindow: nothing',
    ],
    [
      'budgetingMethod: Occurrences',
      'budgetingMethod: occurrences',
      '33:20 spec.budgetingMethod: "occurrences"',
    ],
    ['  budgetingMethod: Occurrences\n', '', '12:3 spec.budgetingMethod: nothing'],
    ['28d', '28 days', '31:17 spec.timeWindow[0].duration: "28 days"'],
    ['isRolling: true', 'isRolling: "true"', '32:18 spec.timeWindow[0].isRolling: "true"'],
    ['      isRolling: true\n', '', '31:7 spec.timeWindow[0]: a time window that is neither'],
    [
      'isRolling: true',
      'isRolling: true\n      calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}',
      '33:7 spec.timeWindow[0].calendar: a calendar beside isRolling: true',
    ],
    [
      'isRolling: true',
      'calendar: {startTime: 2026-02-30 00:00:00, timeZone: UTC}',
      '32:29 spec.timeWindow[0].calendar.startTime: "2026-02-30 00:00:00"',
    ],
    [
      'isRolling: true',
      'calendar: {startTime: 2026-01-01 00:00:00, timeZone: Mars/Base}',
      '32:60 spec.timeWindow[0].calendar.timeZone: "Mars/Base"',
    ],
    [
      'isRolling: true',
      'calendar: {startTime: 2026-01-01 00:00:00, timeZone: "+01:00"}',
      '32:60 spec.timeWindow[0].calendar.timeZone: "+01:00"',
    ],
    ['    - duration: 28d\n      isRolling: true\n', '    []\n', '31:5 spec.timeWindow: an empty list'],
    ['service: checkout', 'service: checkout, cart', '13:12 spec.service: "checkout, cart"'],
    ['service: checkout', 'service:', '13:3 spec.service: nothing'],
    ['service: checkout', 'service: checkout\n  servce: x', '14:3 spec.servce: the unknown key servce'],
    [
      'name: checkout-availability',
      'name: Checkout_Availability',
      '4:9 metadata.name: "Checkout_Availability"',
    ],
    ['team: payments', 'team: 7', '7:11 metadata.labels.team: 7'],
    ['team: payments', '-team: payments', '7:5 metadata.labels["-team"]: this label name'],
    ['kind: SLO', 'kind: Slo', '2:7 kind: "Slo"'],
    ['openslo/v1', 'openslo/v1alpha', '1:13 apiVersion: "openslo/v1alpha"'],
    ['spec:\n', 'status: {}\nspec:\n', '11:1 status: the unknown key status'],
  ])('%j as %j is refused at its place', async (part, replacement, expected) => {
    expect(await refusals(checkoutWith(part, replacement))).toEqual([expected]);
  });

  test('an unknown key is answered with near names and all of them', async () => {
    const loaded = await load(checkoutWith('description: Orders', 'descripton: Orders'));
    expect(loaded.ok ? [] : loaded.problems.map(({ allowed }) => allowed)).toEqual([
      'description? (one of description, service, indicator, indicatorRef, timeWindow, objectives, budgetingMethod, alertPolicies)',
    ]);
  });

  test.each([
    ['bad:', 'good:', 'good-total'],
    ['counter: true', 'counter: false', 'bad-total'],
  ])('%s may be %s', async (part, replacement, kind) => {
    const loaded = await load(checkoutWith(part, replacement));
    expect(loaded.ok && loaded.slos.map((slo) => slo.indicator.kind)).toEqual([kind]);
  });

  test('of good, bad and total, bad and total are counted', async () => {
    const all = checkoutWith(
      '        total:',
      '        good: {metricSource: {type: elsewhere}}\n        total:',
    );
    const loaded = await load(all);
    expect(loaded.ok && loaded.slos.map((slo) => slo.indicator.kind)).toEqual(['bad-total']);
    expect(loaded.warnings.map(({ path }) => path)).toEqual(['spec.indicator.spec.ratioMetric.good']);
  });

  const RATIO = CHECKOUT.slice(CHECKOUT.indexOf('      ratioMetric:'), CHECKOUT.indexOf('  timeWindow:'));
  test.each([
    [
      'good and bad without total',
      '      ratioMetric: {good: {}, bad: {}}\n',
      '18:20 spec.indicator.spec.ratioMetric: good and bad without total',
      'an absent series of bad events cannot be told from zero',
    ],
    [
      'total alone',
      '      ratioMetric: {total: {}}\n',
      '18:20 spec.indicator.spec.ratioMetric: total alone',
      'good or bad beside total',
    ],
    [
      'bad alone',
      '      ratioMetric: {bad: {}}\n',
      '18:20 spec.indicator.spec.ratioMetric: bad alone',
      'good or bad, and total',
    ],
    [
      'raw',
      '      ratioMetric: {rawType: success, raw: {}}\n',
      '18:39 spec.indicator.spec.ratioMetric.raw: raw',
      'how many events stand behind',
    ],
    [
      'thresholdMetric',
      '      thresholdMetric: {}\n',
      '18:7 spec.indicator.spec.thresholdMetric: a thresholdMetric',
      'no provider turns a threshold into event counts yet',
    ],
    [
      'an indicator without a metric',
      '      description: none\n',
      '18:7 spec.indicator.spec: no ratioMetric',
      'ratioMetric with good or bad and total',
    ],
  ])('%s is refused with the reason', async (_, replacement, expected, reason) => {
    const loaded = await load(checkoutWith(RATIO, replacement));
    expect(await refusals(checkoutWith(RATIO, replacement))).toEqual([expected]);
    expect(loaded.ok ? [] : loaded.problems.map(({ allowed }) => allowed)).toEqual([
      expect.stringContaining(reason),
    ]);
  });

  test('an unknown metricSource type is answered with the known ones', async () => {
    const loaded = await load(checkoutWith('type: Prometheus', 'type: Promethus'));
    expect(
      loaded.ok ? [] : loaded.problems.map(({ line, given, allowed }) => [line, given, allowed]),
    ).toEqual([
      [22, 'the unknown metricSource type "Promethus"', 'prometheus? (one of prometheus, recorded)'],
    ]);
  });

  test('what a provider refuses in its query is reported at its place', async () => {
    expect(await refusals(checkoutWith('query: sum(bad)', 'bad: sum(bad)'))).toEqual([
      '24:20 spec.indicator.spec.ratioMetric.bad.metricSource.spec.bad: bad',
    ]);
  });

  test('an SLI is written in the SLO or referred to, not both and not neither', async () => {
    expect(await refusals(checkoutWith('  timeWindow:', '  indicatorRef: other\n  timeWindow:'))).toEqual([
      '30:3 spec.indicatorRef: indicatorRef beside indicator',
    ]);
    const indicator = CHECKOUT.slice(CHECKOUT.indexOf('  indicator:'), CHECKOUT.indexOf('  timeWindow:'));
    expect(await refusals(checkoutWith(indicator, ''))).toEqual([
      '12:3 spec: neither indicator nor indicatorRef',
    ]);
    expect(await refusals(checkoutWith(indicator, '  indicatorRef: [a]\n'))).toEqual([
      '14:17 spec.indicatorRef: a list of 1',
    ]);
  });

  test.each([
    [
      'a month counts as 30 days',
      'duration: 28d',
      'duration: 1M',
      '31 spec.timeWindow[0].duration: counts as 30d: months, quarters and years are 30, 90 and 365 days here',
    ],
    [
      'no time window is 28 days',
      '  timeWindow:\n    - duration: 28d\n      isRolling: true\n',
      '',
      '12 spec.timeWindow: is not given: the error budget is counted over rolling 28 days',
    ],
    [
      'other budgeting methods are judged by events',
      'budgetingMethod: Occurrences\n  objectives:\n    - displayName: Good',
      'budgetingMethod: Timeslices\n  objectives:\n    - timeSliceTarget: 0.9\n      timeSliceWindow: 5',
      '33 spec.budgetingMethod: Timeslices: canaries are judged by the ratio of events, as with Occurrences',
    ],
    [
      'a misspelt prefix would be ignored',
      'openslo.com/service-folder: ./my/directory',
      'burngate.oi/bucket: 5m',
      '10 metadata.annotations["burngate.oi/bucket"]: is ignored: annotations of Burngate begin with burngate.io/',
    ],
  ])('it loads with a warning: %s', async (_, part, replacement, warning) => {
    expect(await warningsOf(checkoutWith(part, replacement))).toEqual([warning]);
  });

  test('a calendar window keeps its start and time zone', async () => {
    const loaded = await load(
      checkoutWith(
        'isRolling: true',
        'isRolling: false\n      calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin}',
      ),
    );
    expect(loaded.ok && loaded.slos.map((slo) => slo.timeWindow)).toEqual([
      {
        kind: 'calendar',
        duration: 28 * DAY,
        count: 28,
        unit: 'd',
        start: '2026-01-01 00:00:00',
        timeZone: 'Europe/Berlin',
      },
    ]);
  });
});
