/**
 * The history and the reports: sizes and times on SQLite and PostgreSQL, what a verdict pays for being recorded, and
 * how long reports over 90 days take.
 *
 *   node bench/reports.ts [--analyses 5000] [--looks 200] [--store sqlite,postgres] [--only store,verdict,report]
 *
 * The size is --analyses 5000 --looks 200: a million measurements.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { storeSection } from './reports/store-section.ts';
import { verdictSection } from './reports/verdict-section.ts';
import { reportSection } from './reports/report-section.ts';

const { values } = parseArgs({
  options: {
    analyses: { type: 'string', default: '500' },
    looks: { type: 'string', default: '200' },
    store: { type: 'string', default: 'sqlite,postgres' },
    only: { type: 'string', default: 'store,verdict,report' },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'burngate-bench-'));
const results: Record<string, unknown> = {};
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
try {
  const only = values.only.split(',');
  if (only.includes('store'))
    for (const kind of values.store.split(',')) {
      const size = { analyses: Number(values.analyses), looks: Number(values.looks) };
      results[kind] = await storeSection(kind === 'postgres' ? 'postgres' : 'sqlite', size, folder, say);
    }
  if (only.includes('verdict')) results['verdict'] = await verdictSection(folder, say);
  if (only.includes('report')) results['report'] = await reportSection(folder, say);
} finally {
  await rm(folder, { recursive: true, force: true });
}
const out = join(import.meta.dirname, 'out');
await mkdir(out, { recursive: true });
await writeFile(join(out, 'reports.json'), `${JSON.stringify(results, null, 2)}\n`);
