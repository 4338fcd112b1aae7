import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Measurement } from '../../src/core/recorder.ts';
import { encodeMeasurement, partOf } from '../../src/reports/history/encode-measurement.ts';
import type { Filed } from '../../src/reports/history/history-store.ts';
import { Packer } from '../../src/reports/history/packed.ts';
import { openStore, type StorePlace } from '../../src/reports/store/open-store.ts';
import type { Prepared } from '../../src/reports/store/rows.ts';
import type { SqlHistory } from '../../src/reports/store/sql-history.ts';
import { measured, MINUTE, T0 } from '../../test/support/measured.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { shown, timed, type Times } from './timing.ts';

const MIB = 1024 * 1024;
const RUNS = 100;
/** Groups of a release as the bench has it: an SLO with a breakdown of ten endpoints. */
const GROUPS = 10;

interface Size {
  readonly analyses: number;
  readonly looks: number;
}

interface StoreFigures {
  readonly measurements: number;
  readonly writtenPerSecond: number;
  readonly bytes: number;
  readonly mibPer1000Analyses: number;
  readonly list: Times;
  readonly filtered: Times;
  readonly deepPage: Times;
  readonly analysis: Times;
}

/** Fills a store with releases of one look a minute, and asks what pages ask. */
export async function storeSection(
  kind: 'sqlite' | 'postgres',
  size: Size,
  folder: string,
  say: (line: string) => void,
): Promise<StoreFigures> {
  const server = kind === 'postgres' ? await startPostgres() : null;
  const place: StorePlace =
    server === null
      ? { kind: 'sqlite', folder: join(folder, 'store') }
      : { kind: 'postgres', url: await server.url('bench') };
  const store = await openStore(place);
  try {
    await fill(store, size);
    const bytes = place.kind === 'sqlite' ? await folderBytes(place.folder) : await databaseBytes(place.url);
    const measurements = size.analyses * size.looks;
    const figures: StoreFigures = {
      measurements,
      writtenPerSecond: await writeRate(store, size),
      bytes,
      mibPer1000Analyses: (bytes / MIB / size.analyses) * 1000,
      ...(await readTimes(store, size)),
    };
    print(kind, figures, say);
    return figures;
  } finally {
    await store.close();
    await server?.end();
  }
}

function print(kind: string, figures: StoreFigures, say: (line: string) => void): void {
  const { measurements, writtenPerSecond, bytes, mibPer1000Analyses } = figures;
  say(
    `${kind}: ${String(measurements)} measurements, ${(bytes / MIB).toFixed(0)} MiB (${mibPer1000Analyses.toFixed(1)} MiB per 1,000 analyses, ${(bytes / measurements).toFixed(0)} bytes a look), ${writtenPerSecond.toFixed(0)} written a second`,
  );
  say(`  list page      ${shown(figures.list)}`);
  say(`  filtered       ${shown(figures.filtered)}`);
  say(`  deep page      ${shown(figures.deepPage)}`);
  say(`  one analysis   ${shown(figures.analysis)}`);
}

const idOf = (analysis: number): string => String(analysis).padStart(20, '0');

/** Releases like the first one: what differs is name and time, so it is judged and encoded once. */
async function fill(store: SqlHistory, { analyses, looks }: Size): Promise<void> {
  const packer = new Packer();
  const template: Prepared[] = [];
  for (let look = 0; look < looks; look += 1) {
    const measurement = measured({ minutes: look + 1, groups: GROUPS });
    template.push({ filed: filedOf(measurement, 0), encoded: await encodeMeasurement(measurement, packer) });
  }
  for (let analysis = 0; analysis < analyses; analysis += 1) {
    const part = partOf(idOf(analysis), sloOf(analysis));
    await store.appendPrepared(
      template.map(({ filed, encoded }) => ({
        filed: filedOf(filed.measurement, analysis),
        encoded: { ...encoded, part },
      })),
    );
  }
}

function sloOf(analysis: number): string {
  return `slo-${String(analysis % 50)}`;
}

function filedOf(measurement: Measurement, analysis: number): Filed {
  const at = measurement.at + analysis * 30 * MINUTE;
  return {
    measurement: { ...measurement, analysis: idOf(analysis), slo: sloOf(analysis), at },
    service: `service-${String(analysis % 10)}`,
    recordedAt: at,
  };
}

/** Looks encoded and written as the service does it, in batches of 32, each in a transaction of its own. */
async function writeRate(store: SqlHistory, { looks }: Size): Promise<number> {
  const batch = Array.from({ length: looks }, (_, look) =>
    filedOf(measured({ minutes: look + 1, groups: GROUPS }), 9_999_999),
  );
  const begin = performance.now();
  for (let start = 0; start < batch.length; start += 32) await store.append(batch.slice(start, start + 32));
  return (looks / (performance.now() - begin)) * 1000;
}

async function readTimes(
  store: SqlHistory,
  { analyses }: Size,
): Promise<Pick<StoreFigures, 'list' | 'filtered' | 'deepPage' | 'analysis'>> {
  const middle = { lastAt: T0 + analyses * 15 * MINUTE, part: '' };
  return {
    list: await timed(RUNS, async () => store.analyses({ limit: 50 })),
    filtered: await timed(RUNS, async (run) =>
      store.analyses({ slo: `slo-${String(run % 50)}`, verdict: 'pass', limit: 50 }),
    ),
    deepPage: await timed(RUNS, async () => store.analyses({ limit: 50, after: middle })),
    analysis: await timed(RUNS, async (run) => store.analysis(idOf((run * 37) % analyses), 500)),
  };
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function databaseBytes(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ bytes: string }>(
    'select pg_database_size(current_database()) as bytes',
  );
  await client.end();
  return Number(rows[0]?.bytes);
}
