import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { budgetReport } from '../../core/burn.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../core/units.ts';
import { END, EVEN, hours, MONTH, report, slo } from '../../../test/support/report-hours.ts';
import { cellOf } from './cell.ts';
import { sloReport } from './slo-report.ts';

describe('the budget of a report', () => {
  test('spends exactly all of it at a burn of 1', () => {
    const { budget, burns } = report(hours(MONTH, () => EVEN));
    expect(budget.consumedRatio).toBeCloseTo(1, 12);
    expect(budget.remainingMinutes).toBeCloseTo(0, 9);
    expect(burns.map(({ burn }) => burn?.toFixed(9))).toEqual(Array(7).fill('1.000000000'));
  });

  test('is what burngate budget prints for the sums', () => {
    const cells = hours(MONTH, (age) => ({ good: 1000 + age, bad: age % 7 }));
    const good = cells.reduce((sum, { events }) => sum + events.good, 0);
    const bad = cells.reduce((sum, { events }) => sum + events.bad, 0);
    expect(report(cells).budget).toEqual(budgetReport({ good, bad }, 0.999, 30 * DAY, 30 * DAY));
  });

  test('agrees with slo-generator on its published and computed figures', () => {
    const file = join(import.meta.dirname, '../../core/fixtures/slo-generator.jsonl');
    let compared = 0;
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
      const row = JSON.parse(line) as {
        goal: number;
        good: number;
        bad: number;
        windowSeconds: number;
        report: Record<string, number> | null;
      };
      if (row.report === null || row.goal >= 1) continue;
      const duration = row.windowSeconds * SECOND;
      const own = slo({ target: row.goal, timeWindow: { kind: 'rolling', duration } });
      const cell = cellOf({ time: END - duration, canary: null, stable: row }, duration, undefined);
      const { budget } = report([cell], own);
      // It rounds the SLI to six digits before it goes on, so minutes agree to what that leaves.
      expect(budget.sli).toBeCloseTo(row.report['sli'] ?? Number.NaN, 5);
      expect(Math.abs((budget.burnRate ?? 0) - (row.report['burnRate'] ?? Number.NaN))).toBeLessThanOrEqual(
        0.0501 + 1e-6 / (1 - row.goal),
      );
      expect(
        Math.abs((budget.badMinutes ?? 0) - (row.report['badMinutes'] ?? Number.NaN)),
      ).toBeLessThanOrEqual((duration / MINUTE) * 1e-6);
      expect(
        Math.abs((budget.remainingMinutes ?? 0) - (row.report['remainingMinutes'] ?? Number.NaN)),
      ).toBeLessThanOrEqual((duration / MINUTE) * 1e-6);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(100);
  });

  test('is negative when overspent, and the burn-down ends at the same figure', () => {
    const { budget, state, burnDown, exhaustion } = report(hours(MONTH, () => ({ good: 90, bad: 10 })));
    expect(budget.remainingRatio).toBeCloseTo(-99, 9);
    expect(burnDown.at(-1)?.[1]).toBeCloseTo(-99, 9);
    expect(state).toBe('page');
    expect(exhaustion).toEqual({ kind: 'exhausted' });
  });

  test('says nothing without any data, and counts a day without traffic for nothing', () => {
    const none = report(hours(MONTH, () => null));
    expect(none).toMatchObject({ state: 'no-data', coverage: 0, exhaustion: { kind: 'unknown' } });
    expect(none.budget).toMatchObject({ sli: null, remainingRatio: null });
    const quiet = report(hours(MONTH, (age) => (age >= 48 && age < 72 ? { good: 0, bad: 0 } : EVEN)));
    expect(quiet.coverage).toBe(1);
    expect(quiet.budget.sli).toBe(0.999);
    const hole = report(hours(MONTH, (age) => (age >= 48 && age < 72 ? null : EVEN)));
    expect(hole.coverage).toBeCloseTo(29 / 30, 12);
    expect(hole.burnDown.some(([, left]) => left === null)).toBe(true);
    expect(quiet.burnDown.some(([, left]) => left === null)).toBe(false);
    expect(hole.budget.sli).toBe(0.999);
  });

  test('holds for an objective of 0', () => {
    const { budget, state } = report(
      hours(MONTH, () => ({ good: 1, bad: 3 })),
      slo({ target: 0 }),
    );
    expect(budget).toMatchObject({ errorBudget: 1, burnRate: 0.75, remainingRatio: 0.25 });
    expect(state).not.toBe('no-data');
  });

  test('tells of buckets that contradict themselves', () => {
    const flawed = cellOf(
      { time: END - HOUR, canary: null, stable: null, flaw: '51 good of 50 total' },
      HOUR,
      undefined,
    );
    const { flaws, budget } = report([...hours(MONTH, () => EVEN).slice(0, -1), flawed]);
    expect(flaws).toEqual({ count: 1, first: '51 good of 50 total' });
    expect(budget.totalEvents).toBe(1000 * (MONTH - 1));
  });

  test('leaves maintenance out of the time that passed and of the period', () => {
    const maintenance = [{ start: END - 10 * HOUR, end: END - 4 * HOUR }];
    const own = slo({ maintenance });
    const cells = hours(MONTH, () => EVEN).filter(
      ({ time }) => time < END - 10 * HOUR || time >= END - 4 * HOUR,
    );
    const { budget, coverage, maintenance: out } = report(cells, own);
    expect(out).toBe(6 * HOUR);
    expect(coverage).toBe(1);
    expect(budget.consumedRatio).toBeCloseTo(1, 12);
    expect(budget.budgetMinutes).toBeCloseTo((MONTH - 6) * 60 * 0.001, 9);
  });

  test('of a calendar period that has half passed has spent half at a burn of 1', () => {
    const own = slo();
    const period = { kind: 'calendar' as const, start: END - 15 * DAY, end: END + 15 * DAY };
    const made = sloReport({ slo: own, period, asOf: END, cells: hours(MONTH, () => EVEN), analyses: [] });
    expect(made.budget.consumedRatio).toBeCloseTo(0.5, 12);
    expect(made.budget.totalEvents).toBe(15 * 24 * 1000);
  });

  test('the burn-down falls by what was spent, whatever the counts', () => {
    const events = fc.record({ good: fc.nat(1000), bad: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 60 }), (each) => {
        const { budget, burnDown } = report(hours(each.length, (age) => each[age] ?? null));
        const left = burnDown.findLast(([, last]) => last !== null)?.[1] ?? Number.NaN;
        const told = budget.remainingRatio ?? 1;
        expect(Math.abs(left - told)).toBeLessThan(1e-9 * (1 + Math.abs(left)));
      }),
    );
  });
});

describe('time slices', () => {
  const sliced = slo({ budgetingMethod: 'Timeslices', slices: { window: HOUR, target: 0.95 }, target: 0.9 });
  test('count slices at or above their target, and no slice without events', () => {
    const cells = hours(
      10,
      (age) => [{ good: 95, bad: 5 }, { good: 94, bad: 6 }, { good: 0, bad: 0 }, null][age] ?? EVEN,
      sliced,
    );
    const { budget, events } = report(cells, sliced);
    expect(budget).toMatchObject({ goodEvents: 8, badEvents: 1, sli: 8 / 9 });
    expect(budget.burnRate).toBeCloseTo(1 / 9 / 0.1, 12);
    expect(events.bad).toBe(5 + 6 + 7);
  });

  test('of RatioTimeslices average the slices, busy or not', () => {
    const own = slo({ budgetingMethod: 'RatioTimeslices', slices: { window: HOUR }, target: 0.9 });
    const cells = hours(2, (age) => (age === 0 ? { good: 1, bad: 1 } : { good: 10_000, bad: 0 }), own);
    expect(report(cells, own).budget.sli).toBe(0.75);
  });
});

describe('the multiwindow table', () => {
  test('has the burn rates of the SRE workbook for 30 days: 14.4, 6, 3 and 1', () => {
    const { alerts } = report(hours(MONTH, () => EVEN));
    expect(alerts.map(({ threshold }) => threshold)).toEqual(
      [14.4, 6, 3, 1].map((each) => expect.closeTo(each, 12) as number),
    );
    expect(alerts.map(({ severity }) => severity)).toEqual(['page', 'page', 'ticket', 'ticket']);
  });

  test('for 28 days 2% of the budget in an hour is a burn of 13.44', () => {
    const own = slo({ timeWindow: { kind: 'rolling', duration: 28 * DAY } });
    expect(
      report(
        hours(28 * 24, () => EVEN),
        own,
      ).alerts[0]?.threshold,
    ).toBeCloseTo(13.44, 12);
  });

  test('fires where both windows burn, and not on an incident that is over', () => {
    const burning = report(hours(MONTH, (age) => (age < 1 ? { good: 980, bad: 20 } : EVEN)));
    expect(burning.alerts[0]).toMatchObject({ state: 'firing', severity: 'page' });
    expect(burning.state).toBe('page');
    const over = report(hours(MONTH, (age) => (age >= 1 && age < 3 ? { good: 900, bad: 100 } : EVEN)));
    expect(over.alerts[0]).toMatchObject({ state: 'quiet' });
  });

  test('is unknown without events', () => {
    expect(report(hours(MONTH, (age) => (age < 80 ? null : EVEN))).alerts.map(({ state }) => state)).toEqual(
      Array(4).fill('unknown'),
    );
  });
});

describe('time to exhaustion', () => {
  test('is the rest of the budget over the burn where nothing leaves the period before', () => {
    // Spent: half in the newest 15 days at a burn of 1; a burn of 10 then spends the other half in 36 hours.
    const cells = hours(MONTH, (age) =>
      age < 6 ? { good: 990, bad: 10 } : age < 15 * 24 ? EVEN : { good: 1000, bad: 0 },
    );
    const { exhaustion, budget } = report(cells);
    const rest = (budget.remainingRatio ?? 0) * 30 * DAY;
    expect(exhaustion.kind === 'in' && exhaustion.duration / HOUR).toBeCloseTo(rest / 10 / HOUR, 6);
  });

  test('counts what leaves a rolling period: at a steady burn of 0.9 the budget outlasts', () => {
    const { exhaustion } = report(hours(MONTH, () => ({ good: 9991, bad: 9 })));
    expect(exhaustion).toEqual({ kind: 'outlasts' });
  });

  test('of a calendar period that ends before is none', () => {
    const period = { kind: 'calendar' as const, start: END - 20 * DAY, end: END + 10 * DAY };
    const cells = hours(20 * 24, () => ({ good: 9995, bad: 5 }));
    expect(sloReport({ slo: slo(), period, asOf: END, cells, analyses: [] }).exhaustion).toEqual({
      kind: 'outlasts',
    });
  });
});
