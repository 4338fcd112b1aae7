import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ContractHarness, ContractSession } from '../../test/contract/harness.ts';
import { describeProviderContract } from '../../test/contract/provider-contract.ts';
import type { TruthRow } from '../../test/contract/truth.ts';
import { providerDeps } from '../../test/support/provider-deps.ts';
import { recorded } from './index.ts';

/** A provider over one file with this content, or over none. */
async function openOver(
  content: string | Buffer | null,
  spec: Readonly<Record<string, string>>,
): Promise<ContractSession> {
  const folder = await mkdtemp(join(tmpdir(), 'burngate-contract-'));
  if (content !== null) await writeFile(join(folder, 'counts'), content);
  const query = recorded.parseQuery({ path: 'counts', ...spec }, { role: 'bad', baseDir: folder });
  if (!query.ok) throw new Error(JSON.stringify(query.issues));
  const provider = await recorded.open({}, providerDeps());
  return {
    provider,
    queries: { good: query.value, bad: query.value, total: query.value },
    cohort: (hash) => ({ hash, value: hash, match: 'exact' }),
    scope: { namespace: 'shop' },
    groupBy: 'group',
    ...(spec['format'] === 'csv' ? { podLabel: 'pod' } : {}),
    release: async () => rm(folder, { recursive: true, force: true }),
  };
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function csvOf(truth: readonly TruthRow[]): string {
  const rows = truth.flatMap(({ time, hash, group, good, bad }) => [
    `${String(time / 1000)},${hash},${quoted(group)},${String(good)},${String(bad)},pod-1,shop`,
    // The same names in another namespace, and a second pod without events: neither may show.
    `${String(time / 1000)},${hash},${quoted(group)},1000,1000,pod-1,staging`,
    `${String(time / 1000)},${hash},${quoted(group)},0,0,pod-2,shop`,
  ]);
  return ['time,cohort,group,good,bad,pod,namespace', ...rows].join('\n');
}

function jsonlOf(truth: readonly TruthRow[]): string {
  const rows = truth.map(({ time, hash, ...counts }) =>
    JSON.stringify({ time: new Date(time).toISOString(), cohort: hash, namespace: 'shop', ...counts }),
  );
  return rows.join('\r\n');
}

/** Logs are not here: without requests they have no line, so they cannot hold a zero that was measured. */
const harness = (
  name: string,
  format: Readonly<Record<string, string>>,
  render: (truth: readonly TruthRow[]) => string | Buffer,
): ContractHarness => ({
  name,
  open: async (truth) => openOver(render(truth), format),
  openBroken: async () => openOver(null, format),
});

describeProviderContract(harness('recorded, on a CSV', { format: 'csv' }, csvOf));
describeProviderContract(
  harness('recorded, on packed JSON lines', { format: 'jsonl' }, (truth) => gzipSync(jsonlOf(truth))),
);
