import { describe, expect, test } from 'vitest';
import { BURNGATE, policyOf } from '../../bench/judge/methods/burngate.ts';
import { CUMULATIVE, NO_CAP, designed } from '../../bench/judge/methods/evidence-design.ts';
import { mannWhitney, shiftedZ } from '../../bench/judge/methods/mann-whitney.ts';
import { firstFail, type Method, type Terms } from '../../bench/judge/methods/method.ts';
import { MULTIWINDOW } from '../../bench/judge/methods/multiwindow.ts';
import { POD_CAPPED } from '../../bench/judge/methods/pod-capped.ts';
import {
  ARGO_LAST_POINT,
  FLAGGER_LAST_POINT,
  WINDOW_THRESHOLD,
} from '../../bench/judge/methods/thresholds.ts';
import { Z_TEST } from '../../bench/judge/methods/z-test.ts';
import { randomOf } from '../../bench/judge/random.ts';
import { FAULTS, faultyRelease } from '../../bench/judge/scenes/faults.ts';
import { BASE, groupedBucket, zipfEndpoints } from '../../bench/judge/scenes/groups.ts';
import { timeOf } from '../../bench/judge/scenes/scene.ts';
import type { Bucket } from '../../src/core/counts.ts';
import { Replay } from '../../src/core/trace.ts';
import { MINUTE } from '../../src/core/units.ts';

const TERMS: Terms = { target: 0.995, maxBurnRate: 1, margin: 1, alpha: 0.01, grouped: false };

type Cell = readonly [canaryBad: number, canary: number, stableBad: number, stable: number];

function bucketsOf(cells: readonly Cell[]): Bucket[] {
  return cells.map(([canaryBad, canary, stableBad, stable], index) => ({
    time: timeOf(index),
    canary: { bad: canaryBad, good: canary - canaryBad },
    stable: { bad: stableBad, good: stable - stableBad },
  }));
}

function repeat(count: number, cell: Cell): Cell[] {
  return Array.from({ length: count }, () => cell);
}

const CLEAN: Cell = [0, 300, 3, 2700];
/** 1% bad: twice the budget. */
const OVER: Cell = [3, 300, 3, 2700];
/** 20% bad: forty times the budget. */
const BROKEN: Cell = [60, 300, 3, 2700];
/** The mean rank of ties, counted pair by pair. */
const rankSum = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, a, i) => {
    const below = [...y, ...x.filter((_, j) => j !== i)].map((b) => (b < a ? 1 : b === a ? 0.5 : 0));
    return sum + 1 + below.reduce<number>((all, each) => all + each, 0);
  }, 0);

describe('what others do', () => {
  test.each<readonly [method: Method, what: string, cells: readonly Cell[], failsAt: number | null]>([
    [ARGO_LAST_POINT, 'fails at the first minute over the objective', [CLEAN, OVER, CLEAN], 1],
    [ARGO_LAST_POINT, 'keeps a canary without traffic', [[0, 0, 3, 2700]], null],
    [FLAGGER_LAST_POINT, 'fails at the fifth', [CLEAN, ...repeat(6, OVER)], 5],
    [FLAGGER_LAST_POINT, 'counts them over the release', repeat(5, OVER).flatMap((cell) => [cell, CLEAN]), 8],
    [WINDOW_THRESHOLD, 'fails when the whole window is over the objective', [CLEAN, OVER, OVER, OVER], 2],
    [WINDOW_THRESHOLD, 'waits for 50 events', [...repeat(4, [1, 10, 0, 90]), [1, 10, 0, 90]], 4],
    [MULTIWINDOW, 'fails at 6 in the windows there are', [...repeat(5, CLEAN), ...repeat(9, BROKEN)], 5],
    [
      MULTIWINDOW,
      'forgets a spike that the short window no longer sees',
      [...repeat(60, CLEAN), BROKEN, CLEAN],
      null,
    ],
    [Z_TEST, 'fails a canary that is clearly worse', [OVER], 0],
    [Z_TEST, 'keeps one that is as good', repeat(60, [1, 1000, 9, 9000]), null],
    [mannWhitney(rankSum), 'needs five points', repeat(9, BROKEN), 4],
    [mannWhitney(rankSum), 'keeps what is as good', repeat(60, [1, 1000, 9, 9000]), null],
    [designed(CUMULATIVE), 'finds what is bad from the start', repeat(20, BROKEN), 1],
    [designed(CUMULATIVE), 'is held up by a clean hour', [...repeat(60, CLEAN), ...repeat(20, OVER)], null],
  ])('$name: %s', (method, _, cells, failsAt) => {
    expect(firstFail(method.start(TERMS), bucketsOf(cells))).toBe(failsAt);
  });
});

describe('the standardised rank sum', () => {
  test('is that of the textbook', () => {
    // Hollander & Wolfe (1973), p. 69; W = 35, of mean 25 and variance 66.67.
    const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const y = [1.15, 0.88, 0.9, 0.74, 1.21];
    expect(shiftedZ(rankSum, x, y, 0)).toBeCloseTo(9.5 / Math.sqrt(200 / 3), 12);
  });

  test('is unknown where all values are tied', () => {
    expect(shiftedZ(rankSum, [0, 0], [0, 0, 0], 0)).toBeNull();
  });
});

describe('Burngate in the bench', () => {
  function replayFail(buckets: readonly Bucket[], terms: Terms): number | null {
    const policy = policyOf(terms);
    const question = { ...terms, policy, mode: 'watch' as const, minWindow: 0, weight: null };
    const replay = new Replay(question, MINUTE);
    const at = buckets.findIndex((bucket) => replay.next(bucket).verdict === 'fail');
    return at < 0 ? null : at;
  }

  test.each(FAULTS.map((fault, i) => [i, fault] as const))(
    'fails when the service would: scenario %d',
    (i, fault) => {
      for (let run = 0; run < 4; run += 1) {
        const buckets = faultyRelease(randomOf(`same/${String(i)}`, run), fault, 30);
        const terms = { ...TERMS, target: fault.target, margin: fault.margin };
        const at = firstFail(BURNGATE.start(terms), buckets);
        expect(at).not.toBeNull();
        expect(at).toBe(replayFail(buckets, terms));
      }
    },
  );

  test('fails when the service would: a group that breaks', () => {
    for (let run = 0; run < 4; run += 1) {
      const random = randomOf('same/groups', run);
      const endpoints = zipfEndpoints(random, 20, 0.3).map((endpoint, i) =>
        i === 7
          ? { ...endpoint, from: 0, canaryBad: (index: number) => (index < 30 ? BASE : 0.7) }
          : endpoint,
      );
      const buckets = Array.from({ length: 90 }, (_, index) => groupedBucket(random, index, endpoints));
      const terms = { ...TERMS, grouped: true };
      const at = firstFail(BURNGATE.start(terms), buckets);
      expect(at).not.toBeNull();
      expect(at).toBe(replayFail(buckets, terms));
    }
  });
});

describe('caps', () => {
  /** Two canary pods; one has a burst of twenty errors in one minute. */
  const burst: readonly Bucket[] = Array.from({ length: 30 }, (_, index) => {
    const bad = index === 20 ? 20 : index % 5 === 0 ? 1 : 0;
    const pods = new Map([
      ['a', { bad, good: 150 - bad }],
      ['b', { bad: 0, good: 150 }],
    ]);
    return { time: timeOf(index), canary: { bad, good: 300 - bad }, stable: { bad: 3, good: 2697 }, pods };
  });

  test('keep a burst on one pod from failing a release', () => {
    expect(firstFail(BURNGATE.start(TERMS), burst)).toBeNull();
    expect(firstFail(POD_CAPPED.start(TERMS), burst)).toBeNull();
  });

  test('are what keeps it', () => {
    expect(firstFail(designed(NO_CAP).start(TERMS), burst)).toBe(20);
  });
});
