import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePromql } from './emulator/promql.ts';
import { MATCH_OPS, selectorText } from './selector.ts';
import { parseSelectorText } from './selector-text.ts';

const part = fc.string({
  unit: fc.constantFrom('"', '\\', '{', '}', ',', ' ', '`', "'", '\n', 'a', '5', '.', 'é'),
});

describe('a selector in an SLO file', () => {
  test.each([
    ['http_requests_total', 'http_requests_total', []],
    [' m { code =~ "5.." , job != \'x\' ,} ', 'm', ['code=~5..', 'job!=x']],
    ['{__name__="m",a="b"}', 'm', ['a=b']],
    ['{"my.metric","x.y"!~"z"}', 'my.metric', ['x.y!~z']],
    ['m{a="\\"\\\\\\n\\u00e9\\x41\\101"}', 'm', ['a="\\\néAA']],
    ['m{a=`\\d`}', 'm', ['a=\\d']],
    ['job:m:rate5m{}', 'job:m:rate5m', []],
  ])('%j is understood', (text, metric, matchers) => {
    const parsed = parseSelectorText(text);
    expect(parsed.ok && parsed.value.metric).toBe(metric);
    expect(parsed.ok && parsed.value.matchers.map(({ label, op, value }) => label + op + value)).toEqual(
      matchers,
    );
  });

  test.each([
    '',
    '{}',
    '{a="b"}',
    'm{',
    'm{a=b}',
    'm{a="b"',
    'm{a="b"}}',
    'm{a="b" c="d"}',
    'm[5m]',
    'm offset 5m',
    'm @ 1',
    'rate(m[5m])',
    'sum(m)',
    'm or n',
    'm > 0',
    'm{a="${cohort}"} or m',
    'm # comment',
    'm{__name__="n"}',
    '{__name__=~"m|n"}',
    '{"m","n"}',
    'm{a="\\q"}',
    'm{a="\\ud800"}',
    'm{a}',
    '1m',
  ])('%j is refused with what is allowed', (text) => {
    const parsed = parseSelectorText(text, 'selector');
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.issues[0]?.path).toBe('selector');
    expect(!parsed.ok && parsed.issues[0]?.allowed).toMatch(/instant-vector selector/);
  });

  test('means what the grammar of Prometheus takes it for, when built anew from what was read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('m', 'a:b', 'my.metric'),
        fc.array(
          fc.record({ label: fc.constantFrom('a', 'x.y'), op: fc.constantFrom(...MATCH_OPS), value: part }),
        ),
        (metric, matchers) => {
          const parsed = parseSelectorText(selectorText(metric, matchers));
          expect(parsed).toEqual({ ok: true, value: { metric, matchers } });
        },
      ),
    );
  });

  test('is never taken where the grammar of Prometheus sees anything but a selector', () => {
    const text = fc.string({
      unit: fc.constantFrom('m', '{', '}', '"', '=', '~', '!', ',', 'a', ' ', '(', '[', '5', '\\', 'or'),
      maxLength: 14,
    });
    fc.assert(
      fc.property(text, (given) => {
        const parsed = parseSelectorText(given);
        expect(parsed.ok ? parsePromql(given).kind : 'selector').toBe('selector');
      }),
      { numRuns: 5000 },
    );
  });
});
