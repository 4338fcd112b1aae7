import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, countsKey } from './canonical.ts';
import { requestOf } from './fixtures/source.ts';

describe('the canonical text of a value', () => {
  test('does not depend on the order in which keys were written', () => {
    expect(canonical({ a: 1, b: { c: 2, d: [3] } })).toBe(canonical({ b: { d: [3], c: 2 }, a: 1 }));
  });

  test('is the same for equal values, and no other', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(canonical(structuredClone(one))).toBe(canonical(one));
        expect(canonical(one) === canonical(other)).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });

  test.each([
    [NaN, null],
    [Infinity, null],
    [-0, 0],
    ['1', 1],
    [undefined, null],
    [1n, 1],
    [/a/g, /a/],
    [new Map([['a', 1]]), { a: 1 }],
    [new Set(['a']), ['a']],
    [new Date(5), 5],
    [['a,b'], ['a', 'b']],
    [
      [['a'], 'b'],
      ['a', ['b']],
    ],
    [{ a: undefined }, {}],
  ])('tells %o from %o', (one, other) => {
    expect(canonical(one)).not.toBeNull();
    expect(canonical(one)).not.toBe(canonical(other));
  });

  test('does not exist where a value cannot be told from another', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    class Query {
      readonly #hidden = 1;
      get hidden(): number {
        return this.#hidden;
      }
    }
    for (const value of [() => 1, Symbol('s'), new Query(), circle, { deep: [new Query()] }])
      expect(canonical(value)).toBeNull();
  });
});

describe('the key of a request', () => {
  test('is the same for all spans of time', () => {
    expect(countsKey('p', requestOf(0, 60_000))).toBe(countsKey('p', requestOf(60_000, 180_000, 5)));
  });

  test('differs by provider and by the width of buckets', () => {
    const request = requestOf(0, 60_000);
    expect(countsKey('p', request)).not.toBe(countsKey('q', request));
    const window = { ...request.window, bucketMs: 30_000 };
    expect(countsKey('p', request)).not.toBe(countsKey('p', { ...request, window }));
  });
});
