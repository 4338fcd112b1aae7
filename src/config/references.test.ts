import { join, relative } from 'node:path';
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

describe('references between SLO files', () => {
  test('documents refer to each other across files, and to the folder of their own file', async () => {
    const dir = folder({
      'slo.yaml': BY_REFERENCE,
      'shared/sli.yaml': SLI,
      'z/source.yaml': SOURCE,
      'service.yaml': SERVICE,
    });
    const loaded = await loadSlos(dir, PROMETHEUS);
    expect(loaded).toMatchObject({
      ok: true,
      warnings: [],
      slos: [
        {
          origin: { file: join(dir, 'slo.yaml'), line: 1 },
          indicator: {
            kind: 'good-total',
            good: {
              provider: 'prometheus',
              query: { role: 'good', raw: { query: 'good' }, baseDir: join(dir, 'shared') },
            },
            total: { provider: 'prometheus', query: { role: 'total', baseDir: join(dir, 'shared') } },
          },
        },
      ],
      services: [{ name: 'checkout', displayName: 'The checkout', description: 'Where orders are paid' }],
    });
  });

  test('a name twice is refused with both places', async () => {
    expect(await refusals({ 'a.yaml': CHECKOUT, 'b.yaml': `---\n${CHECKOUT}` })).toEqual([
      expect.stringMatching(
        /^b\.yaml:5:9 metadata\.name: given "checkout-availability" for the second time, allowed a name that no other SLO has; the first is at .*a\.yaml:4:9$/,
      ),
    ]);
  });

  test('one name for objects of different kinds is no conflict, and a Service twice is only pointed out', async () => {
    const loaded = await load({
      'slo.yaml': checkoutWith('name: checkout-availability', 'name: checkout'),
      'a.yaml': SERVICE,
      'b.yaml': SERVICE,
    });
    expect(loaded.ok).toBe(true);
    expect(loaded.warnings.map(({ message }) => message.slice(0, 30))).toEqual([
      'is the name of the Service at ',
    ]);
  });

  test('a reference to a refused object is not reported as well', async () => {
    const found = await refusals({
      'slo.yaml': BY_REFERENCE,
      'sli.yaml': SLI,
      'source.yaml': SOURCE.replace('type: Prometheus, ', ''),
    });
    expect(found).toEqual(['source.yaml:4:7 spec.type: given nothing, allowed a text']);
  });

  test('a DataSource and the type beside its reference have to agree', async () => {
    const found = await refusals({
      'slo.yaml': BY_REFERENCE,
      'sli.yaml': SLI.replace('PROMETHEUS', 'recorded'),
      'source.yaml': SOURCE,
    });
    expect(found).toEqual([
      'sli.yaml:7:60 spec.ratioMetric.total.metricSource.type: given "recorded", allowed "Prometheus", the type of DataSource "metrics", or no type',
    ]);
  });

  test('a reference to no DataSource is refused where no type stands beside it', async () => {
    expect(await refusals({ 'slo.yaml': BY_REFERENCE, 'sli.yaml': SLI })).toEqual([
      'sli.yaml:6:44 spec.ratioMetric.good.metricSource.metricSourceRef: given "metrics", which no DataSource is called, allowed a name that is defined; none is, or a type beside it',
    ]);
  });

  test('credentials of a DataSource appear in no message', async () => {
    const broken = ['{url: x', 'hunter22', '"hunter22" hunter22', '[hunter22, hunter22]'].map(
      (details, index) => [
        `${String(index)}.yaml`,
        SOURCE.replace('{url: http://prometheus, password: hunter22}', details).replace('type:', 'typ:'),
      ],
    );
    const found = await refusals(Object.fromEntries(broken) as Record<string, string>);
    expect(found.length).toBeGreaterThanOrEqual(4);
    expect(found.join('\n')).not.toContain('hunter22');
  });

  test('an annotation of Burngate on anything but an SLO is refused, as nobody would read it', async () => {
    const found = await refusals({
      'slo.yaml': BY_REFERENCE,
      'sli.yaml': SLI.replace('{name: orders}', '{name: orders, annotations: {burngate.io/bucket: 5m}}'),
      'source.yaml': SOURCE,
    });
    expect(found).toEqual([
      'sli.yaml:3:40 metadata.annotations["burngate.io/bucket"]: given burngate.io/bucket on a SLI, allowed annotations of Burngate on the SLO itself',
    ]);
  });

  test('where Services have documents, one without is pointed out', async () => {
    const loaded = await load({
      'slo.yaml': checkoutWith('service: checkout', 'service: chekout'),
      'service.yaml': SERVICE,
    });
    expect(loaded.ok && loaded.services.map(({ name }) => name)).toEqual(['checkout', 'chekout']);
    expect(loaded.warnings.map(({ line, message }) => [line, message])).toEqual([
      [13, '"chekout" has no Service document; checkout?'],
    ]);
  });
});
