import { join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { openStore } from '../../src/reports/store/open-store.ts';
import { startService } from '../../test/serve-process.ts';
import { measured, MINUTE } from '../../test/support/measured.ts';
import { shown, timed, type Times } from './timing.ts';

const DAY = 24 * 60 * MINUTE;
const DAYS = 90;
const RUNS = 100;
const RELEASES = 400;

interface ReportFigures {
  readonly coldMs: number;
  readonly nextMinute: Times;
  readonly fresh: Times;
  readonly page: Times;
}

/** Reports of an SLO over 90 days, from a recording of each minute and a history of 400 releases. */
export async function reportSection(folder: string, say: (line: string) => void): Promise<ReportFigures> {
  const slos = join(folder, 'quarter');
  const data = join(folder, 'quarter-data');
  const end = Math.floor(Date.now() / DAY) * DAY;
  await mkdir(slos, { recursive: true });
  await writeFile(join(slos, 'slo.yaml'), SLO);
  await writeFile(join(slos, 'counts.csv'), recording(end));
  await releases(data, end);
  const service = await startService({ slos, flags: ['--data', data, '--log-level', 'error'] });
  const at = (minutes: number): string => new Date(end - minutes * MINUTE).toISOString();
  const get = async (path: string): Promise<void> => {
    const response = await fetch(`${service.url}${path}`);
    if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
    await response.text();
  };
  try {
    const cold = await timed(1, async () => get(`/v1/slos/quarter?at=${at(RUNS * 5 + 10)}`));
    // Each asks as of five minutes later, which is what a page that stays open asks.
    const nextMinute = await timed(RUNS, async (run) => get(`/v1/slos/quarter?at=${at((RUNS - run) * 5)}`));
    const fresh = await timed(RUNS, async () => get(`/v1/slos/quarter?at=${at(5)}`));
    const page = await timed(RUNS, async () => get(`/slos/quarter?at=${at(5)}`));
    const figures = { coldMs: cold.medianMs, nextMinute, fresh, page };
    say(`report over ${String(DAYS)} days, first (reads the recording):  ${cold.medianMs.toFixed(0)} ms`);
    say(`report as of five minutes later, settled hours kept:  ${shown(nextMinute)}`);
    say(`report asked again within half a minute:              ${shown(fresh)}`);
    say(`page of the same:                                     ${shown(page)}`);
    return figures;
  } finally {
    await service.stop();
  }
}

function recording(end: number): string {
  const lines = ['time,cohort,good,bad'];
  for (let time = end - DAYS * DAY; time < end; time += MINUTE)
    lines.push(
      `${String(time / 1000)},stable,${String(990 + ((time / MINUTE) % 10))},${String((time / MINUTE) % 3)}`,
    );
  return `${lines.join('\n')}\n`;
}

async function releases(folder: string, end: number): Promise<void> {
  const store = await openStore({ kind: 'sqlite', folder });
  const batch = Array.from({ length: RELEASES }, (_, release) => {
    const start = end - Math.round(((release + 1) * 80 * DAY) / RELEASES / MINUTE) * MINUTE;
    const measurement = measured({
      analysis: String(release).padStart(20, '0'),
      slo: 'quarter',
      start,
      release: { canary: `hash-${String(release)}` },
    });
    return { measurement, service: 'shop', recordedAt: Date.now() };
  });
  await store.append(batch);
  await store.close();
}

const SLO = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: quarter
  annotations: { burngate.io/scope: global }
spec:
  service: shop
  indicator:
    metadata: { name: quarter }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: recorded, spec: { path: counts.csv, settlingLag: 2m } } }
        total: { metricSource: { type: recorded, spec: { path: counts.csv, settlingLag: 2m } } }
  timeWindow: [{ duration: 90d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.995 }]
`;
