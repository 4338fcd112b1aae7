import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../core/units.ts';
import { END, EVEN, hours, MONTH, report, slo } from '../../../test/support/report-hours.ts';
import type { AnalysisRow } from '../history/history-store.ts';

describe('what releases spent', () => {
  const row = (fields: Partial<AnalysisRow> = {}): AnalysisRow => ({
    part: 'p',
    analysis: 'a',
    slo: 'checkout',
    service: 'shop',
    release: { canary: 'c1', stable: 's1' },
    verdict: 'fail',
    code: 'harm-proven',
    reason: '',
    firstAt: END - 5 * HOUR,
    lastAt: END - 4 * HOUR,
    looks: 60,
    counted: {
      start: END - 5 * HOUR,
      end: END - 4 * HOUR,
      canary: { good: 280, bad: 20 },
      stable: { good: 697_300, bad: 2700 },
    },
    ...fields,
  });

  test('by hand: 20 bad events of 1,000,000 at 99.9% are 2% of a budget of 1,000, or 14.4 hours of 30 days', () => {
    const cells = hours(MONTH, (age) => (age < 1000 ? { good: 1_000_000 / MONTH, bad: 0 } : null));
    const [spend] = report(cells, slo(), [row()]).releases;
    expect(spend).toMatchObject({ badEvents: 20, canaryEvents: 300 });
    expect(spend?.budgetRatio).toBeCloseTo(0.02, 12);
    expect((spend?.budgetTime ?? 0) / HOUR).toBeCloseTo(14.4, 9);
    // Stable's share is 2,700 of 700,000; 300 canary events would have had 1.157 of their own.
    expect(spend?.excessBadEvents).toBeCloseTo(20 - (300 * 2700) / 700_000, 12);
  });

  test('what a rollback saved is the excess at all of the traffic', () => {
    const cells = hours(MONTH, () => ({ good: 1000, bad: 0 }));
    const [spend] = report(cells, slo(), [row()]).releases;
    const beyond = 20 / 300 - 2700 / 700_000;
    expect(spend?.saved?.ratioPerHour).toBeCloseTo(beyond / 0.001 / MONTH, 9);
    expect((spend?.saved?.exhaustedIn ?? 0) / HOUR).toBeCloseTo(MONTH / (beyond / 0.001), 6);
    expect(report(cells, slo(), [row({ verdict: 'pass' })]).releases[0]?.saved).toBeNull();
  });

  test('each release counts once, by the analysis that saw most of it', () => {
    const small = row({
      analysis: 'small',
      counted: {
        start: END - 5 * HOUR,
        end: END - 4.5 * HOUR,
        canary: { good: 9, bad: 1 },
        stable: { good: 1, bad: 0 },
      },
    });
    const { releases } = report(
      hours(MONTH, () => EVEN),
      slo(),
      [
        small,
        row(),
        row({
          analysis: 'old',
          counted: { start: END - 40 * DAY, end: END - 39 * DAY, canary: EVEN, stable: EVEN },
        }),
        row({ analysis: 'none', counted: null }),
      ],
    );
    expect(releases.map(({ analysis }) => analysis)).toEqual(['a']);
  });

  test('of an SLO that counts slices has no share of the budget, because events are none of it', () => {
    const own = slo({ budgetingMethod: 'Timeslices', slices: { window: HOUR, target: 0.95 } });
    expect(
      report(
        hours(MONTH, () => EVEN, own),
        own,
        [row()],
      ).releases[0],
    ).toMatchObject({ badEvents: 20, budgetRatio: null, budgetTime: null });
  });
});
