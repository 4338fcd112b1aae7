import { describe, expect, test } from 'vitest';
import { ask, buckets, HEALTHY, HOLE, rows, START, type Row } from '../../test/statistics/scenes.ts';
import type { Bucket } from '../core/counts.ts';
import { DAY, HOUR, MINUTE } from '../core/units.ts';
import { ReleaseReplay, type ReplayTerms } from './replay.ts';

const BAD: Row = { canary: [10, 100], stable: [9, 900] };
const STABLE_ONLY: Row = { canary: null, stable: [9, 900] };
const TERMS: ReplayTerms = {
  slo: 'checkout',
  question: ask(),
  bucketMs: MINUTE,
  lag: 2 * MINUTE,
  period: 28 * DAY,
  from: null,
  to: null,
};

function replay(given: readonly Bucket[], over: Partial<ReplayTerms> = {}) {
  const release = new ReleaseReplay({ ...TERMS, ...over });
  const looks = given.map((bucket) => release.next(bucket));
  return { looks: looks.flatMap((look) => look ?? []), summary: release.summary() };
}

function minutes(time: number | undefined): number {
  return ((time ?? NaN) - START) / MINUTE;
}

describe('the replay of a release', () => {
  const { summary } = replay(buckets([...rows(20, HEALTHY), ...rows(40, BAD)]));

  test('names the first fail with its time, its sentence and the age of the canary', () => {
    const { firstFail } = summary;
    expect(firstFail?.code).toBe('harm-proven');
    // Bad from the 21st minute on, some minutes to prove it, two until it has settled.
    expect(minutes(firstFail?.at)).toBeGreaterThan(22);
    expect(minutes(firstFail?.at)).toBeLessThan(30);
    expect(firstFail?.after).toBe((firstFail?.at ?? 0) - START);
    expect(firstFail?.reason).toMatch(/^checkout: since 10:20 canary burns 20(?:\.0)?x its error budget/);
  });

  test('names the first pass of a gate, though a watch was asked', () => {
    expect(summary.gatePass?.code).toBe('proven-safe');
    expect(summary.gatePass?.reason).toMatch(/^checkout: proven below 2x/);
    expect(minutes(summary.gatePass?.at)).toBeLessThan(20);
  });

  test('runs of verdicts cover every look', () => {
    expect(summary.looks).toBe(60);
    expect(summary.runs.reduce((sum, { looks }) => sum + looks, 0)).toBe(60);
    expect(summary.runs[0]).toMatchObject({
      from: START + 3 * MINUTE,
      verdict: 'pass',
      code: 'no-harm',
    });
    expect(summary.runs.at(-1)).toMatchObject({ to: START + 62 * MINUTE, verdict: 'fail' });
    expect(summary.last).toMatchObject({ verdict: 'fail', code: 'harm-proven' });
  });

  test('a fail is absorbing: whatever comes later, the release stays failed', () => {
    const later = replay(buckets([...rows(10, BAD), ...rows(60, HEALTHY)])).summary;
    expect(later.runs.filter(({ verdict }) => verdict === 'fail')).toHaveLength(1);
    expect(later.last?.verdict).toBe('fail');
  });

  test('prefix law: no look knows what comes after it', () => {
    const all = buckets([...rows(12, HEALTHY), ...rows(3, HOLE), ...rows(9, STABLE_ONLY), ...rows(20, BAD)]);
    const whole = replay(all).looks;
    for (const length of [1, 11, 14, 20, 30]) {
      expect(replay(all.slice(0, length)).looks).toEqual(whole.slice(0, length));
    }
  });
});

describe('what a rollback at the first fail would have saved', () => {
  const all = buckets(rows(60, BAD));
  const { summary } = replay(all);
  const failed = minutes(summary.firstFail?.at);

  test('is the canary’s bad events after it, less those that stable would have had anyway', () => {
    const after = 60 - failed;
    expect(summary.untilFail).toMatchObject({ events: failed * 100, badEvents: failed * 10 });
    expect(summary.untilEnd).toMatchObject({ events: 6000, badEvents: 600 });
    expect(summary.saved).toMatchObject({ events: after * 100 });
    expect(summary.saved?.anyway).toBeCloseTo(after, 9);
    expect(summary.saved?.badEvents).toBeCloseTo(after * 9, 9);
  });

  test('is told in hours of the whole service’s budget, and as a share of the period’s', () => {
    // 1,000 events a minute at 0.5%: five bad ones a minute are the budget.
    const hours = (failed * 10) / 5 / 60;
    expect(summary.untilFail?.budgetHours).toBeCloseTo(hours, 9);
    expect(summary.untilFail?.budgetShare).toBeCloseTo((hours * HOUR) / (28 * DAY), 12);
  });

  test('is nothing where the release ended before, and then there is no fail either', () => {
    const { summary: early } = replay(all, { to: START + 3 * MINUTE });
    expect(early).toMatchObject({ firstFail: null, untilFail: null, saved: null, looks: 1 });
    expect(early.untilEnd.badEvents).toBe(30);
  });

  test('is negative where the canary did better after it than stable, and not hidden', () => {
    const well = rows(40, { canary: [0, 100], stable: [9, 900] });
    const { summary: recovered } = replay(buckets([...rows(failed, BAD), ...well]));
    expect(recovered.firstFail).not.toBeNull();
    expect(recovered.saved?.badEvents).toBeLessThan(0);
  });
});

describe('the span of a replay', () => {
  const all = buckets([...rows(90, STABLE_ONLY), ...rows(30, BAD)]);

  test('what lies before its start is seen but neither looked at nor counted', () => {
    const { summary, looks } = replay(all, { from: START + 100 * MINUTE });
    expect(looks[0]?.at).toBe(START + 103 * MINUTE);
    expect(summary.firstFail?.at).toBe(START + 103 * MINUTE);
    expect(summary.firstFail?.after).toBe(13 * MINUTE);
    expect(summary.untilEnd.events).toBe(2000);
  });

  test('nobody looks after its end, but what was spent until then counts', () => {
    const { summary } = replay(all, { to: START + 100 * MINUTE });
    expect(summary.last?.at).toBe(START + 100 * MINUTE);
    expect(summary.untilEnd.events).toBe(1000);
  });

  test('without counts there is nothing to say', () => {
    expect(replay([]).summary).toEqual({
      looks: 0,
      last: null,
      firstFail: null,
      gatePass: null,
      runs: [],
      moreRuns: 0,
      untilFail: null,
      untilEnd: { events: 0, badEvents: 0, budgetHours: null, budgetShare: null },
      saved: null,
    });
  });

  test('a gate asked for is the verdict itself', () => {
    const { summary } = replay(buckets(rows(30, HEALTHY)), {
      question: ask({ mode: 'gate', minWindow: 20 * MINUTE }),
    });
    expect(summary.runs.map(({ code }) => code)).toEqual(['baking', 'proven-safe']);
    expect(minutes(summary.gatePass?.at)).toBe(22);
  });
});
