import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderWith } from '../../support/folder.ts';
import { COLUMNS, Stage, type Column } from './play.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

const slo = (name: string, annotations: string) => `apiVersion: openslo/v1
kind: SLO
metadata:
  name: ${name}
  annotations: { ${annotations} }
spec:
  service: checkout
  indicator:
    metadata: { name: ${name} }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: world, spec: {} } }
        total: { metricSource: { type: world, spec: {} } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.995 }]
`;
const stageWith = (annotations: string) =>
  new Stage(
    folderWith({
      'slos.yaml': ['checkout-availability', 'checkout-latency']
        .map((name) => slo(name, annotations))
        .join('---\n'),
    }),
  );
const plain = stageWith('');
const grouped = stageWith('burngate.io/breakdown: endpoint');
beforeAll(async () => Promise.all([plain.start(), grouped.start()]));
afterAll(async () => Promise.all([plain.stop(), grouped.stop()]));

interface Cell {
  readonly outcome: string;
  readonly minute: number | null;
  readonly code: string;
}
const cells = new Map<string, Cell>();
const keyOf = (scenario: Scenario, column: Column): string => `${scenario.name} | ${column.name}`;

/** A healthy release is never aborted, a blind one never promoted, a bad one is aborted. */
function allowed(column: Column, { truth, grouped: isGrouped }: Scenario): readonly string[] {
  if (column.name === 'onboarding') return ['promoted'];
  switch (truth) {
    case 'healthy':
      return ['promoted', 'paused'];
    case 'blind':
      return ['paused'];
    case 'bad':
      // One bad endpoint without a stable one to compare it with is no proof: blue-green holds.
      return column.isBlueGreen && isGrouped === true ? ['paused'] : ['aborted'];
  }
}

describe.each(COLUMNS)('$name', (column) => {
  test.each(SCENARIOS)('$name ($truth)', { timeout: 60_000 }, async (scenario) => {
    const result = await (scenario.grouped === true ? grouped : plain).play(column, scenario);
    const { outcome, minutesSinceFirstWeight: minute, decidedBy } = result;
    const code = decidedBy?.answer?.code ?? decidedBy?.measurement.message ?? '';
    cells.set(keyOf(scenario, column), { outcome, minute, code });
    expect(allowed(column, scenario)).toContain(outcome);
  });
});

test('the table of the documentation is what came out', async () => {
  expect(cells.size).toBe(SCENARIOS.length * COLUMNS.length);
  const shown = ({ outcome, minute, code }: Cell): string =>
    `${outcome}${minute === null ? '' : ` ${String(Math.round(minute))}m`}${outcome === 'promoted' || code === '' ? '' : `, ${code}`}`;
  const rows = SCENARIOS.map((scenario) => {
    const row = COLUMNS.map((column) => cells.get(keyOf(scenario, column)));
    return `| ${scenario.name} | ${scenario.truth} | ${row.map((cell) => (cell === undefined ? '' : shown(cell))).join(' | ')} |`;
  });
  const head = `| what happens | the release is | ${COLUMNS.map(({ name }) => name).join(' | ')} |`;
  const line = `|${'---|'.repeat(COLUMNS.length + 2)}`;
  await expect([head, line, ...rows, ''].join('\n')).toMatchFileSnapshot(
    join(import.meta.dirname, '../../../docs/guides/argo-matrix-table.md'),
  );
});
