import { describe, expect, test } from 'vitest';
import { buckets, HEALTHY, HOLE, IDLE, rows, type Row } from '../../test/statistics/scenes.ts';
import { intervalsOf } from './intervals.ts';
import { badFractionInterval } from './stats/interval.ts';
import { RatioInterval } from './stats/ratio-interval.ts';
import { MINUTE } from './units.ts';

const TARGET = 0.995;
const BURNING: Row = { canary: [3, 100], stable: [5, 900] };
const STABLE_ONLY: Row = { canary: null, stable: [90, 900] };

function intervals(given: readonly Row[], warmup = 0) {
  return intervalsOf(buckets(given), TARGET, warmup);
}

/** Interval of the burn of so many bad of so many events. */
function burns(bad: number, all: number) {
  return badFractionInterval(bad, all, 0.05)?.map((end): unknown => expect.closeTo(end / (1 - TARGET), 9));
}

describe('the intervals are of the buckets that are judged', () => {
  test('both cohorts since the canary’s first event', () => {
    const { canary, stable } = intervals([...rows(9, STABLE_ONLY), ...rows(20, BURNING)]);
    expect(canary).toEqual(burns(60, 2000));
    expect(stable).toEqual(burns(100, 18_000));
  });

  test('a warm-up counts from the canary’s first event too', () => {
    const { canary, stable } = intervals([...rows(9, STABLE_ONLY), ...rows(20, BURNING)], 5 * MINUTE);
    expect(canary).toEqual(burns(45, 1500));
    expect(stable).toEqual(burns(75, 13_500));
  });

  test('holes and idle minutes change nothing', () => {
    const pauses = [...rows(10, HEALTHY), HOLE, IDLE, ...rows(10, BURNING)];
    expect(intervals(pauses)).toEqual(intervals([...rows(10, HEALTHY), ...rows(10, BURNING)]));
  });

  test('the ratio is that of the minutes in which both can be compared', () => {
    const ratio = new RatioInterval();
    for (let minute = 0; minute < 20; minute += 1) ratio.absorb(3, 8, 0.1);
    // A draining stable is no baseline.
    const draining: Row = { canary: [50, 990], stable: [0, 10] };
    const given = [
      ...rows(20, BURNING),
      ...rows(5, draining),
      ...rows(5, { canary: [50, 100], stable: null }),
    ];
    expect(intervals(given).ratio).toEqual(ratio.bounds(0.05));
    expect(intervals(given).canary).toEqual(burns(60 + 500, 2000 + 5 * 990 + 500));
  });
});
