import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { badRatio, budgetReport, burnRate } from './burn.ts';
import { DAY, HOUR, MINUTE, SECOND } from './units.ts';

interface SloGeneratorRow {
  readonly source: string;
  readonly goal: number;
  readonly good: number;
  readonly bad: number;
  readonly windowSeconds: number;
  readonly report: {
    readonly sli: number;
    readonly events: number;
    readonly gap: number;
    readonly budget: number;
    readonly spent: number;
    readonly burnRate: number;
    readonly budgetMinutes: number;
    readonly badMinutes: number;
    readonly remainingMinutes: number;
    readonly consumedPercent: number;
  } | null;
}

const FIXTURE = readFileSync(new URL('fixtures/slo-generator.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as SloGeneratorRow);

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

describe('the budget report gives what slo-generator reports', () => {
  test('in all its rows, once its rounding is applied: the SLI to six digits before all else, the burn rate to one', () => {
    let compared = 0;
    for (const { good, bad, goal, windowSeconds, report } of FIXTURE) {
      if (report === null) continue;
      const window = windowSeconds * SECOND;
      const ours = budgetReport({ good, bad }, goal, window, window);
      const sli = round(ours.sli ?? NaN, 6);
      // Its other figures follow from the rounded SLI, so ours are asked again for a service of that SLI.
      const rounded = budgetReport({ good: sli, bad: 1 - sli }, goal, window, window);
      expect({
        sli,
        events: ours.totalEvents,
        gap: sli - ours.objective,
        budget: ours.errorBudget,
        spent: 1 - sli,
        burnRate: round(rounded.burnRate ?? NaN, 1),
        budgetMinutes: ours.budgetMinutes,
        badMinutes: rounded.badMinutes,
        remainingMinutes: rounded.remainingMinutes,
        consumedPercent: (rounded.consumedRatio ?? NaN) * 100,
      }).toEqual(
        Object.fromEntries(
          Object.entries(report).map(([name, value]) => [
            name,
            expect.closeTo(value, value > 1000 ? 6 : 9) as number,
          ]),
        ),
      );
      compared += 1;
    }
    expect(compared).toBe(112);
  });

  test('and says nothing, rather than -1 or 0, where there are no events', () => {
    const silent = FIXTURE.filter(({ report, good, bad }) => report === null && good + bad === 0);
    expect(silent).toHaveLength(12);
    for (const { good, bad, goal, windowSeconds } of silent) {
      const window = windowSeconds * SECOND;
      const report = budgetReport({ good, bad }, goal, window, window);
      expect(report).toMatchObject({
        sli: null,
        burnRate: null,
        consumedRatio: null,
        remainingRatio: null,
        badMinutes: null,
        remainingMinutes: null,
        totalEvents: 0,
      });
      expect(report.budgetMinutes).toBeGreaterThan(0);
    }
  });
});

describe('the budget report', () => {
  test('spends a share of the period’s budget: two hours at a burn rate of 14.4 spend 2% of 60 days', () => {
    const report = budgetReport({ good: 9856, bad: 144 }, 0.999, 2 * HOUR, 60 * DAY);
    expect(report.burnRate).toBeCloseTo(14.4, 9);
    expect(report.consumedRatio).toBeCloseTo(0.02, 9);
    expect(report.remainingRatio).toBeCloseTo(0.98, 9);
    expect(report.budgetMinutes).toBeCloseTo(86.4, 9);
  });

  test('shows an overspent budget as negative, never clamped', () => {
    const report = budgetReport({ good: 90, bad: 10 }, 0.99, DAY, DAY);
    expect(report.remainingRatio).toBeCloseTo(-9, 9);
    expect(report.remainingMinutes).toBeCloseTo(-0.9 * 144, 9);
  });

  test('holds for an objective of 0, where everything may fail', () => {
    const report = budgetReport({ good: 1, bad: 3 }, 0, MINUTE, MINUTE);
    expect(report).toMatchObject({ burnRate: 0.75, consumedRatio: 0.75, remainingRatio: 0.25 });
  });
});

describe('a burn rate', () => {
  test('is the bad fraction over the budget', () => {
    expect(burnRate({ good: 99, bad: 1 }, 0.005)).toBeCloseTo(2, 9);
  });

  test('cannot be said without events', () => {
    expect(burnRate({ good: 0, bad: 0 }, 0.005)).toBeNull();
  });
});

describe('the ratio of bad fractions', () => {
  test('compares fractions, not counts', () => {
    expect(badRatio({ good: 90, bad: 10 }, { good: 980, bad: 20 })).toBeCloseTo(5, 9);
  });

  test.each([
    ['the canary has no events', { good: 0, bad: 0 }, { good: 9, bad: 1 }],
    ['stable has no events', { good: 9, bad: 1 }, { good: 0, bad: 0 }],
    ['stable has no bad events', { good: 9, bad: 1 }, { good: 9, bad: 0 }],
  ])('cannot be said where %s', (_, canary, stable) => {
    expect(badRatio(canary, stable)).toBeNull();
  });
});
