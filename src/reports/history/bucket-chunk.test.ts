import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bucket } from '../../core/counts.ts';
import { chunksOf, decodeChunk, encodeChunk } from './bucket-chunk.ts';
import { pack, unpack } from './packed.ts';
import { fromTaggedJson, toTaggedJson } from './tagged-json.ts';

const events = fc.record({ good: fc.nat(), bad: fc.double({ min: 0, max: 1e9, noNaN: true }) });
const pair = fc.record({
  canary: fc.option(events, { nil: null }),
  stable: fc.option(events, { nil: null }),
});
const bucket: fc.Arbitrary<Bucket> = fc
  .record(
    {
      time: fc.nat(1e6).map((minute) => minute * 60_000),
      pair,
      groups: fc.dictionary(fc.string(), pair),
      flaw: fc.string(),
      pods: fc.dictionary(fc.string(), events),
    },
    { requiredKeys: ['time', 'pair'] },
  )
  .map(({ time, pair: both, groups, flaw, pods }) => ({
    time,
    ...both,
    ...(groups === undefined ? {} : { groups: new Map(Object.entries(groups)) }),
    ...(flaw === undefined ? {} : { flaw }),
    ...(pods === undefined ? {} : { pods: new Map(Object.entries(pods)) }),
  }));

describe('a chunk of buckets', () => {
  test('comes back as it was, with groups, pods, flaws and names of any kind', () => {
    fc.assert(
      fc.property(fc.array(bucket, { maxLength: 20 }), (buckets) => {
        expect(decodeChunk(unpack(pack(encodeChunk(buckets))))).toEqual(buckets);
      }),
    );
  });

  test('of a later look is the same where its buckets are: only the newest differs', () => {
    const minute = (at: number): Bucket => ({
      time: at * 60_000,
      canary: { good: at, bad: 0 },
      stable: null,
    });
    const look = (from: number, to: number) =>
      chunksOf(
        Array.from({ length: to - from }, (_, index) => minute(from + index)),
        60_000,
      ).map((chunk) => encodeChunk(chunk));
    const [one, later] = [look(100, 200), look(100, 201)];
    expect(later.slice(0, -1)).toEqual(one.slice(0, later.length - 1));
    expect(look(103, 200).slice(1)).toEqual(one.slice(1));
  });
});

describe('JSON with what JSON lacks', () => {
  test.each([
    [-Infinity],
    [Infinity],
    [{ log: -Infinity, groups: [1, null, { of: new Map([['a', new Map([['b', 0.1]])]]) }] }],
    [{ undefinedIsLeftOut: 1, nothing: null, text: '$map', $other: [] }],
  ])('%o comes back', (value) => {
    expect(fromTaggedJson(toTaggedJson(value))).toEqual(value);
  });
  test('NaN comes back as what it is', () => {
    expect(fromTaggedJson(toTaggedJson([Number.NaN]))).toEqual([Number.NaN]);
  });
});
