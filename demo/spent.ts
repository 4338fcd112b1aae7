import { join } from 'node:path';
import { readCounts } from '../src/recording/read-counts.ts';
import { FIRST_WEIGHT } from './releases.ts';

/** What the canary cost until the release was decided. */
export interface Spent {
  /** Bad requests of the canary. */
  readonly bad: number;
  /** Minutes in which the whole service at its usual traffic may have as many: the budget they stand for. */
  readonly budgetMinutes: number;
}

/** @param until end of the release; @param target the objective of the demo's SLOs */
export async function budgetSpent(counts: string, until: Date, target: number): Promise<Spent> {
  let bad = 0;
  let events = 0;
  const minutes = new Set<number>();
  await readCounts(join(import.meta.dirname, `../examples/releases/${counts}.csv`), 'csv', {}, (row) => {
    if (row.time < FIRST_WEIGHT.getTime() || row.time >= until.getTime()) return;
    minutes.add(row.time);
    events += row.good + row.bad;
    if (row.cohort === 'canary') bad += row.bad;
  });
  const allowedPerMinute = (events / Math.max(1, minutes.size)) * (1 - target);
  return { bad, budgetMinutes: allowedPerMinute > 0 ? bad / allowedPerMinute : 0 };
}
