import { join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { HistoryWriter } from '../../src/reports/history/history-writer.ts';
import { measured } from '../../test/support/measured.ts';
import { startService } from '../../test/serve-process.ts';
import { SHOP } from '../../test/support/shop.ts';
import { shown, timed, type Times } from './timing.ts';

const RUNS = 600;
const WARM = 100;

interface VerdictFigures {
  /** What `record` itself takes, in microseconds. */
  readonly recordUs: number;
  readonly memory: Times;
  readonly sqlite: Times;
}

/** The same verdict over HTTP with the history in memory and in SQLite. */
export async function verdictSection(folder: string, say: (line: string) => void): Promise<VerdictFigures> {
  const slos = join(folder, 'slos');
  await mkdir(slos, { recursive: true });
  for (const [name, content] of Object.entries(SHOP)) await writeFile(join(slos, name), content);
  const recordUs = recordTime();
  const memory = await answers(slos, []);
  const sqlite = await answers(slos, ['--data', join(folder, 'verdicts')]);
  say(`verdict, one hour of one SLO over HTTP, history in memory:  ${shown(memory)}`);
  say(`verdict, the same with the history in SQLite:               ${shown(sqlite)}`);
  say(`of which taking note of it (HistoryWriter.record): ${recordUs.toFixed(1)} µs`);
  return { recordUs, memory, sqlite };
}

/** A verdict waits for nothing else; encoding and writing come after its answer. */
function recordTime(): number {
  const writer = new HistoryWriter({
    open: async () => new Promise(() => undefined),
    serviceOf: () => '',
    onEvent: () => undefined,
    retention: { maxAge: 1, maxBytes: 1 },
    clock: Date.now,
  });
  const measurement = measured({ minutes: 120, groups: 100 });
  const begin = performance.now();
  for (let run = 0; run < RUNS; run += 1) writer.record(measurement);
  return ((performance.now() - begin) / RUNS) * 1000;
}

async function answers(slos: string, flags: readonly string[]): Promise<Times> {
  const service = await startService({ slos, flags: [...flags, '--log-level', 'error'] });
  const ask = async (run: number): Promise<void> => {
    const minute = String(10 + (run % 50)).padStart(2, '0');
    const body = JSON.stringify({
      slo: 'endpoints',
      canary: 'canary',
      stable: 'stable',
      at: `2024-03-01T11:02:${minute}Z`,
      revision: String(run % 20),
    });
    const response = await fetch(`${service.url}/v1/analysis`, { method: 'POST', body });
    await response.text();
  };
  try {
    await timed(WARM, ask);
    return await timed(RUNS, ask);
  } finally {
    await service.stop();
  }
}
