import { expect, test } from 'vitest';
import { readFile } from 'node:fs/promises';
import { loadSlos } from '../config/load-slos.ts';
import { PROVIDERS } from '../registry.ts';
import { burngate } from '../../test/support/cli.ts';
import { folderWith } from '../../test/support/folder.ts';

const EXAMPLES = 'providers/cloud-logging/examples';

interface Advised {
  readonly slo: string;
  readonly commands: readonly { readonly name: string; readonly text: string }[];
  readonly sloFile: string | null;
  readonly notes: readonly string[];
}

async function advise(...args: readonly string[]): Promise<readonly Advised[]> {
  const { code, stdout, stderr } = await burngate(['advise', ...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return (JSON.parse(stdout) as { advised: Advised[] }).advised;
}

test('the SLO files that are advised load, and read the metrics whose commands are printed', async () => {
  const advised = await advise(EXAMPLES);
  expect(advised.map(({ slo }) => slo).toSorted()).toEqual([
    'basket-latency',
    'checkout-availability',
    'checkout-latency',
    'search-errors',
  ]);
  const folder = folderWith(
    Object.fromEntries(advised.map(({ slo, sloFile }) => [`${slo}.yaml`, sloFile ?? ''])),
  );
  const loaded = await loadSlos(folder, PROVIDERS);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  for (const { slo, commands, sloFile } of advised) {
    const found = loaded.slos.find(({ name }) => name === slo);
    expect(JSON.stringify(found?.indicator)).not.toContain('cloud-logging');
    for (const { name } of commands) expect(sloFile).toContain(`logging.googleapis.com/user/${name}`);
  }
});

test('a command has the filter, the labels and their extractors, and nothing that a shell would touch', async () => {
  const [advised] = await advise(EXAMPLES, '--slo', 'basket-latency');
  const [bad, total] = advised?.commands ?? [];
  expect(bad?.text).toBe(await readFile('src/cli/fixtures/advise-basket-bad.txt', 'utf8'));
  expect(total?.text).toContain('jsonPayload.duration_s:*');
  // Between the quoted EOFs nothing is expanded.
  expect(bad?.text.split('\n')[0]).toMatch(/<<'EOF'$/);
  expect(bad?.text.match(/^EOF$/gm)).toHaveLength(1);
});

test('what the counts depend on stays in the file: comments, policy, the total of another source', async () => {
  const advised = await advise(EXAMPLES);
  const file = (name: string): string => advised.find(({ slo }) => slo === name)?.sloFile ?? '';
  expect(file('checkout-latency')).toContain('burngate.io/policy.warmup: 3m');
  expect(file('search-errors')).toContain('prometheus.googleapis.com/http_requests_total/counter');
  expect(file('search-errors')).toContain('# The bad events from the logs');
});

test('an SLO whose indicator is written elsewhere gets what to put there', async () => {
  const text = await readFile(`${EXAMPLES}/checkout.yaml`, 'utf8');
  const [first = ''] = text.split('\n---\n');
  const indicator = /indicator:\n((?: {4}.*\n)+)/.exec(first)?.[1] ?? '';
  const sli = `apiVersion: openslo/v1\nkind: SLI\n${indicator.replaceAll(/^ {4}/gm, '')}`;
  const slo = first.replace(/ {2}indicator:\n(?: {4}.*\n)+/, '  indicatorRef: checkout-requests\n');
  const folder = folderWith({ 'slo.yaml': slo, 'sli.yaml': sli });
  const { code, stdout } = await burngate(['advise', folder]);
  expect(code).toBe(0);
  expect(stdout).toContain('In the document of the indicator, replace each metricSource');
  expect(stdout).toContain('"metric": "logging.googleapis.com/user/burngate_checkout_availability_bad"');
});

test('where there is nothing to advise it says so', async () => {
  const { code, stdout } = await burngate(['advise', 'examples/releases/slos']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing to advise')]);
});

test('an unknown SLO is a usage error with the known ones, a broken file a configuration error', async () => {
  const unknown = await burngate(['advise', EXAMPLES, '--slo', 'x']);
  expect([unknown.code, unknown.stderr]).toEqual([64, expect.stringContaining('search-errors')]);
  const broken = await burngate(['advise', folderWith({ 'a.yaml': 'kind: SLO\n' })]);
  expect(broken.code).toBe(78);
});
