import { MINUTE } from '../../src/core/units.ts';
import type { ContractSession } from '../../test/contract/harness.ts';
import { describeProviderContract } from '../../test/contract/provider-contract.ts';
import { HASHES, WINDOW, type TruthRow } from '../../test/contract/truth.ts';
import { TrafficEntries, type TrafficRow } from './emulator/entry-store.ts';
import { rowLine } from './emulator/lines.ts';
import type { LogLine } from './emulator/model.ts';
import { LoggingEmulator } from './emulator/logging-emulator.ts';
import { GENEROUS, openAgainst, queryOf } from './emulator/opened.ts';
import { CallQuota } from './emulator/quota.ts';

const PLACE = { project: 'shop-prod', namespace: 'shop', cluster: 'eu' };
const BASE = { project: 'shop-prod', group: 'jsonPayload.route', log: 'stdout' };

async function openOver(truth: readonly TruthRow[] | null): Promise<ContractSession> {
  const emulator = new LoggingEmulator(new CallQuota({ perMinute: Infinity }));
  await emulator.start();
  const rows = (truth ?? []).flatMap((row): TrafficRow[] => [
    { ...row, pod: `web-${row.hash}-a`, good: Math.floor(row.good / 2) },
    { ...row, pod: `web-${row.hash}-b`, good: Math.ceil(row.good / 2), bad: 0 },
  ]);
  const linesOf = (of: readonly TrafficRow[], namespace: string): LogLine[] => {
    const lines = new TrafficEntries(of, rowLine({ ...PLACE, namespace })).between(
      -Infinity,
      Infinity,
      'asc',
    );
    return [...lines].map((line) => ({ ...line, insertId: `${namespace}-${line.insertId}` }));
  };
  // The same names in another namespace of the same project: nothing of it may show.
  const elsewhere = linesOf(rows.slice(0, rows.length / 4), 'staging');
  emulator.hold('projects/shop-prod', [...linesOf(rows, 'shop'), ...elsewhere]);
  if (truth === null) emulator.stop();
  return {
    provider: await openAgainst({
      endpoint: emulator.endpoint,
      env: GENEROUS,
      now: () => WINDOW.end + 10 * MINUTE,
    }),
    queries: {
      good: queryOf({ ...BASE, status: '100-499' }, 'good'),
      bad: queryOf({ ...BASE, status: '5xx' }, 'bad'),
      total: queryOf(BASE, 'total'),
    },
    cohort: (hash) => ({ hash, value: hash, match: 'exact' }),
    scope: { namespace: 'shop', cluster: 'eu' },
    groupBy: 'endpoint',
    podLabel: 'pod',
    keepsZeros: false,
    release: async () => {
      emulator.stop();
    },
  };
}

describeProviderContract({
  name: `cloud-logging (${HASHES.canary} against ${HASHES.stable})`,
  open: async (truth) => openOver(truth),
  openBroken: async () => openOver(null),
});
