import { expect, test } from 'vitest';
import { MINUTE } from '../core/units.ts';
import { VerdictRuns } from './verdict-runs.ts';

const PASS = { verdict: 'pass', code: 'no-harm' } as const;
const WORSE = { verdict: 'pass', code: 'worse-within-budget' } as const;
const FAIL = { verdict: 'fail', code: 'harm-proven' } as const;

test('looks in a row with the same verdict and code are one run', () => {
  const runs = new VerdictRuns();
  for (const [minute, answer] of [PASS, PASS, WORSE, FAIL, FAIL, FAIL].entries())
    runs.add(minute * MINUTE, answer);
  expect(runs.runs).toEqual([
    { from: 0, to: MINUTE, looks: 2, ...PASS },
    { from: 2 * MINUTE, to: 2 * MINUTE, looks: 1, ...WORSE },
    { from: 3 * MINUTE, to: 5 * MINUTE, looks: 3, ...FAIL },
  ]);
});

test('without looks there are no runs', () => {
  expect(new VerdictRuns().runs).toEqual([]);
});

test('a verdict that changes all the time keeps its first thousand runs, counts the others, and shows the newest', () => {
  const runs = new VerdictRuns();
  for (let minute = 0; minute < 2500; minute += 1) runs.add(minute, minute % 2 === 0 ? PASS : FAIL);
  expect(runs.runs).toHaveLength(1001);
  expect(runs.runs[999]).toMatchObject({ from: 999, ...FAIL });
  expect(runs.runs.at(-1)).toMatchObject({ from: 2499, ...FAIL });
  expect(runs.more).toBe(2500 - 1001);
});
