/**
 * Reads a generated access log (220 MB) plain and packed, and a million rows of counts, each in a process of its
 * own, and prints rows per second and the highest resident memory.
 *
 *   node bench/recording.ts [--json]
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { LogRules } from '../src/recording/log-rules.ts';
import { readCounts } from '../src/recording/read-counts.ts';
import { readTable } from '../src/recording/read-table.ts';

const MIB = 1024 * 1024;
const START_S = 1_700_000_000;
const ROWS = 1_000_000;
const LOG_BYTES = 220_000_000;

const RULES: LogRules = {
  layout: { kind: 'combined' },
  bad: { status: [[500, 599]], latencyOver: 900 },
  latency: { field: 'last', unit: 's' },
  exclude: [[400, 499]],
  cohort: { kind: 'share', share: 0.1, seed: 7 },
  group: { kind: 'endpoint', method: 'method', path: 'path' },
};

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly maxRssMib: number;
}

type Input = 'log' | 'log.gz' | 'csv' | 'csv-table';

async function measure(kind: Input, path: string): Promise<Measured> {
  const begin = performance.now();
  const rows = await readAll(kind, path);
  const seconds = (performance.now() - begin) / 1000;
  return { rows, seconds, maxRssMib: process.resourceUsage().maxRSS / 1024 };
}

async function readAll(kind: Input, path: string): Promise<number> {
  switch (kind) {
    case 'log':
    case 'log.gz':
      return (await readTable(path, { kind: 'log', rules: RULES }, 60_000)).lines.read;
    case 'csv-table':
      return (await readTable(path, { kind: 'counts', format: 'csv' }, 60_000)).lines.read;
    case 'csv':
      return (await readCounts(path, 'csv', { cohorts: ['canary', 'stable'] }, () => undefined)).rows;
  }
}

const two = (value: number): string => String(value).padStart(2, '0');

function logLine(index: number): string {
  const second = Math.floor(index / 200) % 86_400;
  const clock = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  const status = index % 97 === 0 ? 503 : index % 31 === 0 ? 404 : 200;
  const path = `/api/v1/resource${String(index % 120)}/${String((index * 7919) % 1_000_003)}?page=${String(index % 9)}`;
  const agent =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36';
  const latency = `0.${String((index * 131) % 1000).padStart(3, '0')}`;
  return `10.0.${String(index % 256)}.7 - - [14/Nov/2023:${clock} +0000] "GET ${path} HTTP/1.1" ${String(status)} ${String(index % 5000)} "-" "${agent}" ${latency}\n`;
}

function csvLine(index: number): string {
  if (index === 0) return 'time,cohort,good,bad\n';
  const row = index - 1;
  const cohort = row % 2 === 0 ? 'canary' : 'stable';
  return `${String(START_S + Math.floor(row / 2) * 60)},${cohort},${String(100 + (row % 17))},${String(row % 3)}\n`;
}

/** Text in pieces of 1000 lines, until a number of bytes or lines is reached. */
function* generate(
  line: (index: number) => string,
  enough: { bytes: number; lines: number },
): Generator<string> {
  let written = 0;
  for (let index = 0; written < enough.bytes && index < enough.lines;) {
    let piece = '';
    for (let end = Math.min(index + 1000, enough.lines); index < end; index += 1) piece += line(index);
    written += piece.length;
    yield piece;
  }
}

function inOwnProcess(kind: Input, path: string): Measured {
  const child = spawnSync(process.execPath, [import.meta.filename, '--measure', kind, path], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`measuring ${kind} failed: ${child.stderr}`);
  // The other end is this very file.
  return JSON.parse(child.stdout) as Measured;
}

async function main(json: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'burngate-bench-'));
  try {
    const log = join(folder, 'access.log');
    const csv = join(folder, 'counts.csv');
    await pipeline(
      Readable.from(generate(logLine, { bytes: LOG_BYTES, lines: Infinity })),
      createWriteStream(log),
    );
    await pipeline(
      Readable.from(generate(logLine, { bytes: LOG_BYTES, lines: Infinity })),
      createGzip({ level: 1 }),
      createWriteStream(`${log}.gz`),
    );
    await pipeline(
      Readable.from(generate(csvLine, { bytes: Infinity, lines: ROWS + 1 })),
      createWriteStream(csv),
    );
    const inputs = [
      ['log', log],
      ['log.gz', `${log}.gz`],
      ['csv', csv],
      ['csv-table', csv],
    ] as const;
    for (const [kind, path] of inputs) await report(kind, path, json);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function report(kind: Input, path: string, json: boolean): Promise<void> {
  const inputMib = (await stat(path)).size / MIB;
  const { rows, seconds, maxRssMib } = inOwnProcess(kind, path);
  const rowsPerSecond = Math.round(rows / seconds);
  if (json)
    return console.log(JSON.stringify({ input: kind, inputMib, rows, seconds, rowsPerSecond, maxRssMib }));
  const figures = [
    `${rows.toLocaleString('en-US')} rows in ${seconds.toFixed(2)} s`,
    `${rowsPerSecond.toLocaleString('en-US')} rows/s`,
  ];
  console.log(
    `${kind.padEnd(10)} ${inputMib.toFixed(0).padStart(4)} MiB  ${figures.join('  ')}  max RSS ${maxRssMib.toFixed(0)} MiB`,
  );
}

const [flag, kind, path] = process.argv.slice(2);
if (flag === '--measure') console.log(JSON.stringify(await measure(kind as Input, path ?? '')));
else await main(flag === '--json');
