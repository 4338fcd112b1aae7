import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logPasses, parseLogQuery } from './emulator/log-query.ts';
import { parseMetricQuery, parseTagFilter, passes } from './emulator/metric-query.ts';
import { logText } from './log-text.ts';
import { filterText, metricText } from './metric-text.ts';
import type { Tags } from './query-model.ts';
import { isFacet, isHash, isMetricName, isTagKey, quoted, tagValue } from './tag-text.ts';

/** Text that is syntax somewhere, whole and in pieces, beside any text at all. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '*',
        '}',
        '{',
        ',',
        '!',
        '(',
        ')',
        ' ',
        'AND',
        'or',
        'NOT',
        ' IN ',
        ':',
        'a',
        '"',
        '\\',
        '\n',
        '”',
        '?',
        '-',
        'x',
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'version:*',
    '*',
    'and',
    'OR',
    'Not',
    'IN',
    'a*',
    '$x',
    '@x',
    '\u212A',
    'ſ',
    '',
    '__proto__',
  ),
);
const key = hostile.map((text) => text.toLowerCase()).filter(isTagKey);
const goodKey = fc.stringMatching(/^[a-z][a-z0-9_.]{0,12}$/).filter(isTagKey);
const value = fc
  .oneof(fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,20}$/), hostile)
  .map((text) => tagValue(text))
  .filter((text) => text !== null);
const tags: fc.Arbitrary<Tags> = fc.dictionary(
  fc.oneof(goodKey, key),
  fc.uniqueArray(value, { minLength: 1, maxLength: 4 }),
  { maxKeys: 4, noNullPrototype: true },
);

/** What the filter has to mean, said without any text. */
function means(include: readonly Tags[], exclude: Tags, labels: Readonly<Record<string, string>>): boolean {
  const has = ([name, values]: readonly [string, readonly string[]]): boolean =>
    values.some((each) => each === labels[name]);
  return (
    include.every((each) => Object.entries(each).every((entry) => has(entry))) &&
    !Object.entries(exclude).some((entry) => has(entry))
  );
}

/** Labels that come near the filter's own. */
const labelsOf = (all: readonly Tags[]): fc.Arbitrary<Record<string, string>> =>
  fc
    .tuple(
      ...[...new Set(all.flatMap((each) => Object.keys(each)))].map((name) =>
        fc
          .constantFrom(...all.flatMap((each) => each[name] ?? []), 'other', '')
          .map((text): [string, string] => [name, text]),
      ),
    )
    .map((entries) => Object.fromEntries(entries.filter(([, text]) => text !== '')));

/** What came of it, or what kind of error. */
function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof TypeError ? TypeError : error;
  }
}

describe('a metric query', () => {
  test('parses back to what was meant, whatever the values', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(tags, tags, tags)
          .chain(([a, b, c]) => fc.tuple(fc.constant([a, b, c] as const), labelsOf([a, b, c]))),
        fc.uniqueArray(goodKey, { maxLength: 3 }),
        fc.integer({ min: 1, max: 1440 }),
        ([[filter, scope, exclude], labels], by, minutes) => {
          const text = metricText({
            metric: 'a.b',
            aggregate: { kind: 'sum' },
            filter: [filter, scope],
            exclude,
            by,
            bucketMs: minutes * 60_000,
          });
          const ast = parseMetricQuery(text);
          expect(ast).toMatchObject({ aggregate: 'sum', metric: 'a.b', by, asCount: true, condition: null });
          expect(ast.rollup).toEqual({ method: 'sum', seconds: minutes * 60 });
          expect(passes(ast.filter, labels)).toBe(means([filter, scope], exclude, labels));
          expect(passes(parseTagFilter(filterText([filter, scope], exclude)), labels)).toBe(
            passes(ast.filter, labels),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test('says a threshold as it is, without an exponent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), fc.boolean(), (nanos, isBelow) => {
        const below = nanos / 1e9;
        const aggregate = { kind: isBelow ? 'below' : 'from', threshold: { below, unit: 'second' } } as const;
        const text = metricText({
          metric: 'm',
          aggregate,
          filter: [],
          exclude: {},
          by: [],
          bucketMs: 60_000,
        });
        expect(parseMetricQuery(text).condition).toEqual({ operator: isBelow ? '<' : '>=', limit: below });
      }),
    );
  });

  test('cannot be built from what was not checked', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const isSafe = tagValue(text) === text;
        const expected = { kind: 'in', key: 'env', values: [text] };
        expect(outcome(() => parseTagFilter(filterText([{ env: [text] }], {})))).toEqual(
          isSafe ? expected : TypeError,
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a log search', () => {
  const logTags = fc.dictionary(
    fc.oneof(
      goodKey,
      goodKey.map((text) => `@${text}`),
    ),
    fc.uniqueArray(
      hostile.filter((text) => quoted(text) !== null),
      { minLength: 1, maxLength: 4 },
    ),
    { maxKeys: 4, noNullPrototype: true },
  );

  test('parses back to what was meant, whatever the values', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(logTags, logTags)
          .chain(([a, b]) => fc.tuple(fc.constant([a, b] as const), labelsOf([a, b]))),
        ([[filter, exclude], labels]) => {
          const terms = parseLogQuery(logText({ filter: [filter], exclude, range: {} }));
          expect(logPasses(terms, labels)).toBe(means([filter], exclude, labels));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('keeps its ranges', () => {
    const limit = fc.integer({ min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(limit, limit, (gte, lt) => {
        const terms = parseLogQuery(logText({ filter: [], exclude: {}, range: { '@d': { gte, lt } } }));
        expect(terms).toEqual([
          { kind: 'compare', key: '@d', operator: '>=', limit: gte },
          { kind: 'compare', key: '@d', operator: '<', limit: lt },
        ]);
      }),
    );
  });

  test('cannot be built from what was not checked', () => {
    for (const text of ['a\nb', '“', 'x'.repeat(501), '']) {
      expect(() => logText({ filter: [{ service: [text] }], exclude: {}, range: {} })).toThrow(TypeError);
    }
    expect(() => logText({ filter: [{ 'a b': ['x'] }], exclude: {}, range: {} })).toThrow(TypeError);
    expect(() => logText({ filter: [], exclude: {}, range: { '@d': { gt: Infinity } } })).toThrow(TypeError);
  });
});

describe('refused are', () => {
  test('wildcards, operators and everything that is syntax', () => {
    for (const text of [
      '*',
      'a*',
      'version:*',
      'a,b',
      '!a',
      '{a}',
      'a b',
      '(a)',
      'and',
      'OR',
      'Not',
      'iN',
      '',
      'ü',
      'a"',
      '\u212A8s',
    ]) {
      expect([text, tagValue(text)]).toEqual([text, null]);
    }
    expect(tagValue('GET_/Cart:v1.2-3')).toBe('get_/cart:v1.2-3');
  });

  test('hashes that no pod-template-hash can be', () => {
    for (const text of ['6D4B75CB6D', '', '-a', 'a-', 'x'.repeat(64), 'in', 'a b', '*', '__proto__']) {
      expect([text, isHash(text)]).toEqual([text, false]);
    }
    expect(isHash('6d4b75cb6d')).toBe(true);
  });

  test('names that are no names', () => {
    expect(['a b', 'a{', '1a', 'a-b', 'in', ''].filter(isMetricName)).toEqual([]);
    expect(['A', 'a b', '@a', 'or', ''].filter(isTagKey)).toEqual([]);
    expect(['a b', '@', 'a"', '@@a', 'not'].filter(isFacet)).toEqual([]);
  });
});
