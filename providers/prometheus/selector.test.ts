import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cohortRules, cohortMatchers } from './cohorts.ts';
import { parsePromql } from './emulator/promql.ts';
import { openQuery } from './emulator/open-for-test.ts';
import { HOSTILE_HASHES } from '../../test/contract/hostile-hashes.ts';
import { labelText, literalPattern, MATCH_OPS, quote, selectorText, type Matcher } from './selector.ts';

/** What UTF-8 can carry: an unpaired surrogate becomes the replacement character. */
const wellFormed = (text: string): string => text.toWellFormed();

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '{', '}', ',', '=', '~', '|', ')', '`', "'", '\n', '\u0000', 'a'),
  }),
  fc.constantFrom(...HOSTILE_HASHES.map((hash) => hash.slice(0, 50))),
);
const label = fc.oneof(
  fc.constantFrom('pod', 'code', '_x'),
  anyText.filter((text) => text !== ''),
);
const matcher: fc.Arbitrary<Matcher> = fc.record({
  label,
  op: fc.constantFrom(...MATCH_OPS),
  value: anyText,
});
// The editor's grammar looks identifiers up in a plain object, where these three are found.
const INHERITED = new Set(['constructor', 'toString', '__proto__']);
const metric = fc.oneof(
  fc.constantFrom('http_requests_total', 'a:b', 'offset', 'NaN', 'sum', 'my.metric'),
  anyText.filter((text) => text !== '' && !INHERITED.has(text)),
);

describe('a selector', () => {
  test('reads back, by the grammar of Prometheus itself, as the very parts it was built of', () => {
    fc.assert(
      fc.property(metric, fc.array(matcher, { maxLength: 4 }), (name, matchers) => {
        expect(parsePromql(selectorText(name, matchers))).toEqual({
          kind: 'selector',
          selector: {
            metric: wellFormed(name),
            matchers: matchers.map((each) => ({
              label: wellFormed(each.label),
              op: each.op,
              value: wellFormed(each.value),
            })),
          },
        });
      }),
      { numRuns: 3000 },
    );
  });

  test('stays one selector inside every expression that is sent', () => {
    fc.assert(
      fc.property(metric, fc.array(matcher, { maxLength: 3 }), label, (name, matchers, group) => {
        const selector = selectorText(name, matchers);
        expect(parsePromql(`last_over_time(${selector}[3600s])`)).toMatchObject({
          argument: { kind: 'range' },
        });
        expect(parsePromql(`sum by (${labelText(group)}) (increase(${selector}[3600s]))`)).toMatchObject({
          by: [wellFormed(group)],
        });
      }),
      { numRuns: 1000 },
    );
  });

  test('has no control or format characters, whatever was given', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(quote(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(quote(text).isWellFormed()).toBe(true);
      }),
    );
  });
});

test('a literal pattern matches its own text and nothing else', () => {
  fc.assert(
    fc.property(anyText, anyText, (text, other) => {
      const pattern = new RegExp(`^(?:${literalPattern(text)})$`, 's');
      expect(pattern.test(text)).toBe(true);
      expect(pattern.test(other)).toBe(other === text);
    }),
  );
});

describe('the cohorts of a request', () => {
  const query = openQuery({ metric: 'm_total' });
  const hash = fc.oneof(anyText, fc.constantFrom('6d4b75cb6d', 'abc'));

  test('are matched by the server as by us, whatever the hash, label, value and match', () => {
    fc.assert(
      fc.property(
        hash,
        fc.constantFrom('exact' as const, 'prefix' as const, 'suffix' as const),
        fc.option(fc.constantFrom('pod', 'version'), { nil: undefined }),
        fc.option(fc.constantFrom('web', 'a.b'), { nil: undefined }),
        anyText,
        (value, match, name, rollout, seen) => {
          const wanted = { hash: value, value, match, ...(name === undefined ? {} : { label: name }) };
          const rules = cohortRules(
            { canary: wanted, stable: null },
            rollout === undefined ? {} : { rollout },
            query,
          );
          const [only, ...more] = cohortMatchers(rules) ?? [];
          expect(more).toEqual([]);
          expect(only === undefined).toBe(value === '');
          const { canary } = rules;
          const accepts = canary.kind === 'label' ? canary.accepts : () => false;
          const pattern = new RegExp(`^(?:${only?.value ?? ''})$`, 's');
          const given = [seen, value, `${value}-x`, `web-${value}-abcde`, `a.b-${value}-x`, `x${value}`];
          expect(given.filter((each) => accepts(each))).toEqual(
            given.filter((each) => only !== undefined && pattern.test(each)),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['web-6d4b75cb6d-x7k2p', true],
    ['web-6d4b75cb6d-', false],
    ['web-6d4b75cb6d-x7k2p-2', false],
    ['api-web-6d4b75cb6d-x7k2p', false],
    ['web-6d4b75cb6d7-x7k2p', false],
    ['web-6d4b75cb6d', false],
  ])('by default are the pods of the ReplicaSet: %s', (pod, isCanary) => {
    const canary = { hash: '6d4b75cb6d', value: '6d4b75cb6d', match: 'exact' } as const;
    const rules = cohortRules({ canary, stable: null }, { rollout: 'web' }, query);
    expect(rules.canary.kind === 'label' && rules.canary.accepts(pod)).toBe(isCanary);
  });
});
