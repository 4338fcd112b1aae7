import { describe, expect, test } from 'vitest';
import {
  ask,
  buckets,
  HEALTHY,
  HOLE,
  IDLE,
  observe,
  rows,
  START,
  type Row,
} from '../../test/statistics/scenes.ts';
import { findAttempt } from './attempt.ts';
import type { Bucket } from './counts.ts';
import { Replay, traceOf, tracePoint } from './trace.ts';
import { MINUTE } from './units.ts';
import { decide, type Judgement } from './verdict.ts';

const STABLE_ONLY: Row = { canary: null, stable: [1, 900] };
const BURNING: Row = { canary: [20, 100], stable: [1, 900] };

/** What a service would answer that is asked after every bucket and keeps nothing. */
function asked(list: readonly Bucket[]): Judgement {
  const attempt = findAttempt(list);
  const window = list.slice(attempt?.start ?? 0);
  return decide(
    ask(),
    observe(window, {
      canarySeen: attempt !== null,
      silentExpected: attempt?.silentExpected ?? 0,
      earlierEnded: attempt?.earlierEnded ?? null,
    }),
  );
}

describe('a replay', () => {
  test.each<readonly [string, readonly Row[]]>([
    ['stable alone, then the canary', [...rows(5, STABLE_ONLY), ...rows(10, HEALTHY)]],
    ['a fault after clean traffic', [...rows(20, HEALTHY), ...rows(10, BURNING), ...rows(5, HEALTHY)]],
    ['a second attempt after a gap', [...rows(10, BURNING), ...rows(5, STABLE_ONLY), ...rows(20, HEALTHY)]],
    [
      'holes, idleness and a contradiction',
      [...rows(5, HEALTHY), HOLE, IDLE, { flaw: 'x' }, ...rows(9, HEALTHY), ...rows(20, IDLE)],
    ],
  ])('says after every bucket what a look at all buckets so far would say: %s', (_, given) => {
    const list = buckets(given);
    const replay = new Replay(ask(), MINUTE);
    for (const [index, bucket] of list.entries()) {
      expect(replay.next(bucket)).toEqual(asked(list.slice(0, index + 1)));
    }
  });

  test('counts a gate’s baking from the start of the attempt', () => {
    const question = ask({ mode: 'gate', minWindow: 12 * MINUTE });
    const replay = new Replay(question, MINUTE);
    const codes = buckets([...rows(5, STABLE_ONLY), ...rows(15, HEALTHY)]).map(
      (bucket) => replay.next(bucket).code,
    );
    expect(codes.slice(5)).toEqual([
      ...rows(11, HEALTHY).map(() => 'baking'),
      ...rows(4, HEALTHY).map(() => 'proven-safe'),
    ]);
  });

  test('knows its window and the end of an earlier attempt', () => {
    const replay = new Replay(ask(), MINUTE);
    expect(replay.window).toBeNull();
    expect(replay.earlierEnded).toBeNull();
    for (const bucket of buckets([...rows(10, HEALTHY), ...rows(5, STABLE_ONLY), ...rows(3, HEALTHY)]))
      replay.next(bucket);
    expect(replay.window).toEqual({
      start: START + 15 * MINUTE,
      end: START + 18 * MINUTE,
      bucketMs: MINUTE,
    });
    expect(replay.earlierEnded).toBe(START + 10 * MINUTE);
  });
});

describe('the evidence path of an observation', () => {
  test('has a point for each bucket and ends where the verdict stands', () => {
    const observation = observe(buckets([...rows(20, HEALTHY), ...rows(10, BURNING)]));
    const path = traceOf(ask(), observation);
    expect(path.map(({ time }) => time)).toEqual(observation.buckets.map(({ time }) => time));
    expect(path.at(-1)).toEqual(
      tracePoint(
        observation.buckets[29] ?? { time: 0, canary: null, stable: null },
        decide(ask(), observation),
      ),
    );
  });

  test('does so as well where the window was given and spans a pause of the canary', () => {
    const observation = observe(
      buckets([...rows(10, BURNING), ...rows(5, STABLE_ONLY), ...rows(20, HEALTHY)]),
    );
    const { evidence } = decide(ask(), observation).figures;
    expect(traceOf(ask(), observation).at(-1)).toMatchObject({
      verdict: 'fail',
      logBurn: evidence.logBurn,
      logRelative: evidence.logRelative,
    });
  });
});
