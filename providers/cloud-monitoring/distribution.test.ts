import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distributionCount, splitAt } from './distribution.ts';

const explicit = (bounds: readonly number[], counts: readonly number[]): unknown => ({
  value: 'distributionValue',
  distributionValue: {
    count: String(counts.reduce((sum, each) => sum + each, 0)),
    bucketCounts: counts.map(String),
    bucketOptions: { explicitBuckets: { bounds } },
  },
});
const withOptions = (bucketOptions: object, counts: readonly number[]): unknown => ({
  value: 'distributionValue',
  distributionValue: {
    count: String(counts.reduce((sum, each) => sum + each, 0)),
    bucketCounts: counts.map(String),
    bucketOptions,
  },
});

describe('a histogram splits at a threshold', () => {
  test('exactly, where that is an edge', () => {
    expect(splitAt(explicit([0.1, 0.5, 1], [1, 2, 4, 8]), 0.5)).toEqual({
      count: 15,
      below: 3,
      unsure: 0,
      edges: null,
    });
  });

  test('with bounds and the edges beside it, where it is not', () => {
    const split = splitAt(explicit([0.1, 0.5, 1], [1, 2, 4, 8]), 0.7);
    expect(split).toEqual({ count: 15, below: 3, unsure: 4, edges: [0.5, 1] });
  });

  test('in the first and in the last bucket, which are open', () => {
    expect(splitAt(explicit([0.1, 1], [1, 2, 4]), 0.05)).toEqual({
      count: 7,
      below: 0,
      unsure: 1,
      edges: [-Infinity, 0.1],
    });
    expect(splitAt(explicit([0.1, 1], [1, 2, 4]), 30)).toEqual({
      count: 7,
      below: 3,
      unsure: 4,
      edges: [1, Infinity],
    });
  });

  test('with buckets left out at the end, which are empty', () => {
    expect(splitAt(explicit([0.1, 0.5, 1], [1, 2]), 0.7)).toEqual({
      count: 3,
      below: 3,
      unsure: 0,
      edges: null,
    });
  });

  test('with exponential buckets, whose computed edges are not quite round', () => {
    // Upper bounds 1, 2, 4, ..., and 0.1 * 3 that is not 0.3.
    const doubling = { exponentialBuckets: { numFiniteBuckets: 4, growthFactor: 2, scale: 1 } };
    expect(splitAt(withOptions(doubling, [1, 1, 1, 1]), 4)).toEqual({
      count: 4,
      below: 3,
      unsure: 0,
      edges: null,
    });
    const tripling = { exponentialBuckets: { numFiniteBuckets: 2, growthFactor: 3, scale: 0.1 } };
    expect(splitAt(withOptions(tripling, [5, 5]), 0.3)).toMatchObject({ below: 10, unsure: 0 });
  });

  test('with linear buckets', () => {
    const linear = { linearBuckets: { numFiniteBuckets: 3, width: 100, offset: 50 } };
    expect(splitAt(withOptions(linear, [1, 2, 3, 4, 5]), 250)).toEqual({
      count: 15,
      below: 6,
      unsure: 0,
      edges: null,
    });
    expect(splitAt(withOptions(linear, [1, 2, 3, 4, 5]), 200)).toEqual({
      count: 15,
      below: 3,
      unsure: 3,
      edges: [150, 250],
    });
  });

  test('of no events into none', () => {
    expect(splitAt({ value: 'distributionValue', distributionValue: { count: '0' } }, 1)).toMatchObject({
      count: 0,
      below: 0,
    });
  });
});

test('the bounds hold the truth for any values and threshold', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.double({ min: 0, max: 1200, noNaN: true }), { maxLength: 60 }),
      fc.double({ min: 0.5, max: 1100, noNaN: true }),
      (edges, values, threshold) => {
        const bounds = edges.toSorted((a, b) => a - b);
        const counts = Array.from({ length: bounds.length + 1 }, () => 0);
        for (const value of values) {
          const index = bounds.findIndex((bound) => value < bound);
          const at = index === -1 ? bounds.length : index;
          counts[at] = (counts[at] ?? 0) + 1;
        }
        const { below, unsure, count } = splitAt(explicit(bounds, counts), threshold);
        const truth = values.filter((value) => value < threshold).length;
        expect(count).toBe(values.length);
        expect(truth).toBeGreaterThanOrEqual(below);
        expect(truth).toBeLessThanOrEqual(below + unsure);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  [
    'more values than buckets hold',
    { count: '5', bucketCounts: ['1'], bucketOptions: { explicitBuckets: { bounds: [1] } } },
    'provider-garbled',
  ],
  [
    'more buckets than edges',
    { count: '3', bucketCounts: ['1', '1', '1'], bucketOptions: { explicitBuckets: { bounds: [1] } } },
    'provider-garbled',
  ],
  [
    'a count beyond 2^53',
    { count: '9007199254740993', bucketCounts: [], bucketOptions: {} },
    'provider-garbled',
  ],
  ['a negative count', { count: '-1' }, 'provider-garbled'],
  ['no histogram', { count: '5', bucketCounts: [], bucketOptions: {} }, 'provider-rejected'],
])('%s is refused', (_, distributionValue, code) => {
  expect(() => splitAt({ value: 'distributionValue', distributionValue }, 1)).toThrow(
    expect.objectContaining({ code }) as Error,
  );
});

test('a number is no distribution', () => {
  expect(() => distributionCount({ value: 'int64Value', int64Value: '3' })).toThrow(
    /distribution was expected/,
  );
});
