import { describe, expect, test } from 'vitest';
import { START } from '../../test/statistics/scenes.ts';
import { assemble, type AssembleOptions } from './assemble.ts';
import type { Role } from './counts.ts';
import type { PodSeries, Series } from './provider.ts';
import { MINUTE } from './units.ts';

const WINDOW = { start: START, end: START + 2 * MINUTE, bucketMs: MINUTE };
const OPTIONS: AssembleOptions = { grouped: false, exclude: [], counted: 'bad' };
const points = (counts: readonly number[]): [number, number][] =>
  counts.map((count, index) => [START + index * MINUTE, count]);
const canary = (role: Role, counts: readonly number[], group?: string): Series => ({
  role,
  cohort: 'canary',
  points: points(counts),
  ...(group === undefined ? {} : { group }),
});
const pod = (name: string, role: Role, counts: readonly number[], group?: string): PodSeries => ({
  role,
  pod: name,
  points: points(counts),
  ...(group === undefined ? {} : { group }),
});

const WHOLE = [canary('total', [10, 20]), canary('bad', [3, 1])];

function podsOf(
  series: readonly Series[],
  podSplit: readonly PodSeries[],
  options: Partial<AssembleOptions> = {},
) {
  const { buckets, notes } = assemble(WINDOW, series, { ...OPTIONS, ...options, podSplit });
  return { pods: buckets.map((bucket) => (bucket.pods ? Object.fromEntries(bucket.pods) : null)), notes };
}

describe('the pods of the canary', () => {
  test('come into the buckets whose counts they sum to; a pod without a bad series had none bad', () => {
    const split = [pod('a', 'total', [4, 15]), pod('a', 'bad', [3, 1]), pod('b', 'total', [6, 5])];
    expect(podsOf(WHOLE, split)).toEqual({
      pods: [
        { a: { good: 1, bad: 3 }, b: { good: 6, bad: 0 } },
        { a: { good: 14, bad: 1 }, b: { good: 5, bad: 0 } },
      ],
      notes: [],
    });
  });

  test('are left out, and a note says so, where they do not sum to the canary', () => {
    const { pods, notes } = podsOf(WHOLE, [pod('a', 'total', [10, 19]), pod('a', 'bad', [3, 1])]);
    expect(pods).toEqual([{ a: { good: 7, bad: 3 } }, null]);
    expect(notes).toEqual(['the pods do not sum to the canary in 1 buckets, which are judged without them']);
  });

  test('are left out where only the bad events of the pods are others than the canary’s', () => {
    const split = [pod('a', 'total', [12, 20]), pod('a', 'bad', [5, 1])];
    const { buckets } = assemble(WINDOW, WHOLE, { ...OPTIONS, podSplit: split });
    expect(buckets.map((bucket) => 'pods' in bucket)).toEqual([false, true]);
  });

  test('may differ from the canary by the rounding of many fractional counts, and by no event', () => {
    const many = [canary('total', [1e9, 1e9])];
    expect(podsOf(many, [pod('a', 'total', [1e9 + 100, 1e9 + 2000])]).pods).toEqual([
      { a: { good: 1e9 + 100, bad: 0 } },
      null,
    ]);
    const few = [canary('total', [0.5, 0.5])];
    expect(podsOf(few, [pod('a', 'total', [0.5000008, 0.6])]).pods).toEqual([
      { a: { good: 0.5000008, bad: 0 } },
      null,
    ]);
  });

  test('without a total, and without bad events, are none', () => {
    const split = [pod('a', 'total', [10, 20]), pod('a', 'bad', [3, 1]), pod('gone', 'bad', [0, 0])];
    expect(podsOf(WHOLE, split).pods[0]).toEqual({ a: { good: 7, bad: 3 } });
  });

  test('are not asked of a bucket without data', () => {
    expect(podsOf([canary('total', [10])], [pod('a', 'total', [10, 5])]).pods).toEqual([
      { a: { good: 10, bad: 0 } },
      null,
    ]);
  });

  test('are left out where a pod contradicts itself', () => {
    expect(podsOf(WHOLE, [pod('a', 'total', [10, 20]), pod('a', 'bad', [11, 1])]).pods[0]).toBeNull();
  });

  test('do not count the groups that are left out', () => {
    const series = [canary('total', [10, 20], 'GET /a'), canary('total', [5, 5], 'GET /healthz')];
    const split = [pod('a', 'total', [10, 20], 'GET /a'), pod('a', 'total', [5, 5], 'GET /healthz')];
    expect(podsOf(series, split, { grouped: true, exclude: ['/healthz'] }).pods).toEqual([
      { a: { good: 10, bad: 0 } },
      { a: { good: 20, bad: 0 } },
    ]);
  });

  test('sum over the groups of a breakdown', () => {
    const series = [canary('total', [10, 20], 'a'), canary('total', [5, 5], 'b'), canary('bad', [2, 0], 'b')];
    const split = [
      pod('p', 'total', [10, 20], 'a'),
      pod('p', 'total', [1, 5], 'b'),
      pod('q', 'total', [4, 0], 'b'),
      pod('q', 'bad', [2, 0], 'b'),
    ];
    expect(podsOf(series, split, { grouped: true }).pods[0]).toEqual({
      p: { good: 11, bad: 0 },
      q: { good: 2, bad: 2 },
    });
  });

  test('are not asked of a bucket without canary events', () => {
    expect(podsOf([canary('total', [0, 0])], [])).toEqual({ pods: [null, null], notes: [] });
  });
});
