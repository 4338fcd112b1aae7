import fc from 'fast-check';
import { dirname, join, relative } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { CHECKOUT, PROMETHEUS, checkoutWith, slosFolder } from './fixtures/slo-folder.ts';
import { loadSlos, type LoadedSlos } from './load-slos.ts';
import { formatProblems } from './problem.ts';

const made: (() => void)[] = [];
afterEach(() => made.splice(0).forEach((remove) => remove()));

function folder(files: Readonly<Record<string, string>>): string {
  const { dir, remove } = slosFolder(files);
  made.push(remove);
  return dir;
}

async function load(files: Readonly<Record<string, string>>): Promise<LoadedSlos> {
  return loadSlos(folder(files), PROMETHEUS);
}

async function refusals(files: Readonly<Record<string, string>>): Promise<string[]> {
  const dir = folder(files);
  const loaded = await loadSlos(dir, PROMETHEUS);
  if (loaded.ok) return loaded.slos.map(({ name }) => `loaded ${name}`);
  return formatProblems(loaded.problems)
    .split('\n')
    .map((line) => relative(dir, line));
}

const INDICATOR = CHECKOUT.slice(CHECKOUT.indexOf('  indicator:'), CHECKOUT.indexOf('  timeWindow:'));
const BY_REFERENCE = checkoutWith(INDICATOR, '  indicatorRef: orders\n');
const SLI = `apiVersion: openslo/v1
kind: SLI
metadata: {name: orders}
spec:
  ratioMetric:
    good: {metricSource: {metricSourceRef: metrics, spec: {query: good}}}
    total: {metricSource: {metricSourceRef: metrics, type: PROMETHEUS, spec: {query: total}}}
`;
const SOURCE = `apiVersion: openslo/v1
kind: DataSource
metadata: {name: metrics}
spec: {type: Prometheus, connectionDetails: {url: http://prometheus, password: hunter22}}
`;
const SERVICE = `apiVersion: openslo/v1
kind: Service
metadata: {name: checkout, displayName: The checkout}
spec: {description: Where orders are paid}
`;

describe('a folder of SLO files', () => {
  test('one file may hold all of it: documents, and lists of objects', async () => {
    const asList = `- ${BY_REFERENCE.trim().replaceAll('\n', '\n  ')}\n- ${SERVICE.trim().replaceAll('\n', '\n  ')}\n`;
    const loaded = await load({ 'all.yaml': [SOURCE, asList, SLI].join('---\n') });
    expect(loaded.ok && loaded.slos.map(({ name, origin }) => [name, origin.line])).toEqual([
      ['checkout-availability', 6],
    ]);
  });

  test('alert objects are accepted unread', async () => {
    const alerts = ['AlertPolicy', 'AlertCondition', 'AlertNotificationTarget'].map(
      (kind) => `apiVersion: openslo/v1\nkind: ${kind}\nmetadata: {name: Any Name}\nspec: {anything: [1]}\n`,
    );
    const loaded = await load({
      'slo.yaml': checkoutWith(
        '  timeWindow:',
        '  alertPolicies: [page, {kind: AlertPolicy}]\n  timeWindow:',
      ),
      'alerts.yaml': alerts.join('---\n'),
    });
    expect(loaded.ok).toBe(true);
  });

  test('sixteen mistakes in three files are reported in one go, each with its place', async () => {
    const found = await refusals({
      'a.yaml': checkoutWith('target: 0.999', 'target: 99.9')
        .replace('service: checkout', 'servce: checkout')
        .replace('28d', 'four weeks')
        .replace('type: Prometheus', 'type: Promethus')
        .replace('openslo.com/service-folder: ./my/directory', 'burngate.io/bucket: 7m')
        .replace('team: payments', 'team: 7'),
      'b/sli.yaml': `${SLI.replace('good: {', 'godo: {').replace('kind: SLI', 'kind: SLI\nstatus: {}')}---\nkind: SLO\n`,
      'c.yml': `a: 1\na: 2\n---\n${BY_REFERENCE.replace('indicatorRef: orders', 'indicatorRef: order').replace('checkout-availability', 'Checkout')}`,
    });
    expect(found).toEqual([
      'a.yaml:7:11 metadata.labels.team: given 7, allowed a text, or a list of texts (quote numbers and booleans)',
      'a.yaml:10:25 metadata.annotations["burngate.io/bucket"]: given "7m", allowed a duration of whole seconds that divides an hour, such as 30s, 1m or 5m',
      expect.stringContaining('a.yaml:12:3 spec.service: given nothing, allowed a name of at most 255'),
      'a.yaml:13:3 spec.servce: given the unknown key servce, allowed service? (one of description, service, indicator, indicatorRef, timeWindow, objectives, budgetingMethod, alertPolicies)',
      'a.yaml:22:19 spec.indicator.spec.ratioMetric.bad.metricSource.type: given the unknown metricSource type "Promethus", allowed prometheus? (one of prometheus, recorded)',
      expect.stringContaining(
        'a.yaml:31:17 spec.timeWindow[0].duration: given "four weeks", allowed one whole number and a unit',
      ),
      'a.yaml:36:15 spec.objectives[0].target: given 99.9, allowed a ratio from 0 to below 1 (99.9% is 0.999)',
      'b/sli.yaml:3:1 status: given the unknown key status, allowed one of apiVersion, kind, metadata, spec',
      expect.stringContaining(
        'b/sli.yaml:7:5 spec.ratioMetric.godo: given the unknown key godo, allowed good?',
      ),
      expect.stringContaining('b/sli.yaml:7:5 spec.ratioMetric: given total alone'),
      expect.stringContaining('b/sli.yaml:10:1 apiVersion: given nothing, allowed openslo/v1'),
      'b/sli.yaml:10:1 spec: given nothing, allowed a mapping',
      expect.stringContaining('b/sli.yaml:10:1 metadata: given nothing, allowed a mapping with name'),
      'c.yml:2:1 a: given this key for the second time, allowed each key once a mapping',
      expect.stringContaining('c.yml:7:9 metadata.name: given "Checkout", allowed a name of at most 63'),
      expect.stringContaining(
        'c.yml:17:17 spec.indicatorRef: given "order", which no SLI is called, allowed orders? (one of orders) (it may stand in',
      ),
    ]);
  });

  test('files without an SLO load with a warning, an empty folder does not', async () => {
    const loaded = await load({ 'service.yaml': SERVICE, 'empty.yaml': '# later\n' });
    expect(loaded.ok && loaded.slos).toEqual([]);
    expect(loaded.warnings.map(({ message }) => message)).toEqual([
      'holds no document',
      'holds no SLO: nothing can be judged',
    ]);
    const [only, ...others] = await refusals({});
    expect(only).toContain('given a folder without SLO files, allowed at least one *.yaml or *.yml file');
    expect(others).toEqual([]);
  });

  test.each([
    ['a text', 'just words\n', 'x.yaml:1:1: given "just words", allowed an OpenSLO object'],
    ['a list of texts', '- a\n', 'x.yaml:1:3 [0]: given "a", allowed an OpenSLO object'],
    [
      'an object of something else',
      'apiVersion: v1\nkind: ConfigMap\n',
      'x.yaml:1:13 apiVersion: given "v1", allowed openslo/v1; other files do not belong',
    ],
    [
      'a tab as indentation',
      'a:\n\tb: 1\n',
      'x.yaml:2:1: given text that does not parse (Tabs are not allowed as indentation)',
    ],
  ])('%s instead of an OpenSLO object is refused at its place', async (_, text, expected) => {
    const [first] = await refusals({ 'x.yaml': text });
    expect(first).toContain(expected);
  });

  test('no content makes loading throw, and what is refused has a place', async () => {
    const { dir, remove } = slosFolder({ 'x.yaml': '' });
    made.push(remove);
    const words = fc.constantFrom(
      'SLO',
      'SLI',
      'openslo/v1',
      'checkout',
      '28d',
      'Occurrences',
      '${hash}',
      '{margin: 2}',
      'Prometheus',
    );
    const leaf = fc.oneof(words, fc.string(), fc.double(), fc.boolean(), fc.constant(null));
    const keys = fc.constantFrom(
      'name',
      'annotations',
      'labels',
      'service',
      'indicator',
      'indicatorRef',
      'timeWindow',
      'objectives',
      'target',
      'ratioMetric',
      'good',
      'bad',
      'total',
      'metricSource',
      'type',
      'spec',
      'metadata',
      'duration',
      'calendar',
      'burngate.io/policy',
      'burngate.io/cohort',
      'burngate.io/maintenance',
      'burngate.io/policy.margin',
      'constructor',
      '__proto__',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const object = fc.record({
      apiVersion: fc.constant('openslo/v1'),
      kind: fc.constantFrom('SLO', 'SLI', 'DataSource', 'Service'),
      metadata: value,
      spec: value,
    });
    const { writeFileSync } = await import('node:fs');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          object.map((one) => JSON.stringify(one)),
          fc.string({ unit: 'binary' }),
        ),
        async (text) => {
          writeFileSync(join(dir, 'x.yaml'), text);
          const loaded = await loadSlos(dir, PROMETHEUS);
          const problems = loaded.ok ? [] : loaded.problems;
          expect(
            problems.filter(
              ({ given, allowed, file }) => given === '' || allowed === '' || dirname(file) !== dir,
            ),
          ).toEqual([]);
          expect(problems.every(({ line, column }) => (line ?? 0) > 0 && (column ?? 0) > 0)).toBe(true);
        },
      ),
      { seed: 3, numRuns: 1000 },
    );
  });
});
