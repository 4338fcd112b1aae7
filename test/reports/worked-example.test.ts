import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startService } from '../serve-process.ts';
import { ask } from '../support/ask.ts';
import { tempFolder } from '../support/temp-file.ts';

const ROOT = join(import.meta.dirname, '../..');
const from = Date.parse('2015-05-17T10:20:00Z') / 1000;
const last = Date.parse('2015-05-17T11:58:00Z') / 1000;
const until = Date.parse('2015-05-17T12:00:00Z') / 1000;

/** Sums of the recording, read here by the plainest of means. */
function sums() {
  const all = { good: 0, bad: 0, canaryBad: 0, canary: 0, stableBad: 0, stable: 0 };
  for (const line of readFileSync(join(ROOT, 'examples/releases/late.csv'), 'utf8').split('\n')) {
    const [time = '', cohort, goodText, badText] = line.split(',');
    if (!/^\d/.test(time)) continue;
    const at = /^\d+$/.test(time) ? Number(time) : Date.parse(time) / 1000;
    if (!(at < until)) continue;
    const [good, bad] = [Number(goodText), Number(badText)];
    all.good += good;
    all.bad += bad;
    if (at < from || at >= last) continue;
    if (cohort === 'canary') {
      all.canary += good + bad;
      all.canaryBad += bad;
    } else {
      all.stable += good + bad;
      all.stableBad += bad;
    }
  }
  return all;
}

test('the worked example of docs/reports.md: the service, the recording and the text agree', async () => {
  const service = await startService({
    slos: join(ROOT, 'examples/releases/slos'),
    flags: ['--data', await tempFolder()],
  });
  await ask(service, { slo: 'late', at: '2015-05-17T12:00:00Z' });
  const response = await fetch(`${service.url}/v1/slos/late?at=2015-05-17T12:02:00Z`);
  const report = (await response.json()) as {
    events: object;
    sli: number;
    budget: { ratio: { remaining: number } };
    releases: {
      badEvents: number;
      canaryEvents: number;
      excessBadEvents: number;
      budgetRatio: number;
      budgetSeconds: number;
      saved: { ratioPerHour: number };
    }[];
  };
  await service.stop();
  const { good, bad, canary, canaryBad, stable, stableBad } = sums();
  const allowed = 0.03 * (good + bad);
  expect(report.events).toEqual({ good, bad });
  expect(report.sli).toBeCloseTo(good / (good + bad), 12);
  expect(report.budget.ratio.remaining).toBeCloseTo(1 - bad / allowed, 9);
  const [spend] = report.releases;
  expect(spend).toMatchObject({ badEvents: canaryBad, canaryEvents: canary });
  expect(spend?.budgetRatio).toBeCloseTo(canaryBad / allowed, 9);
  expect(spend?.budgetSeconds).toBeCloseTo((28 * 86_400 * canaryBad) / allowed, 3);
  expect(spend?.excessBadEvents).toBeCloseTo(canaryBad - (canary * stableBad) / stable, 6);
  const beyond = canaryBad / canary - stableBad / stable;
  expect(spend?.saved.ratioPerHour).toBeCloseTo(beyond / 0.03 / (28 * 24), 12);
  const text = readFileSync(join(ROOT, 'docs/reports.md'), 'utf8').replace(/\s+/g, ' ');
  const shown = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  for (const value of [good, bad, good + bad, canary, canaryBad, stable, stableBad])
    expect(text).toContain(shown(value));
  expect(text).toContain(`${(100 * (1 - bad / allowed)).toFixed(1).replace('-', '−')}%`);
  expect(text).toContain(`${((100 * canaryBad) / allowed).toFixed(1)}% of the budget`);
});
