import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIssue, shown } from './parsed.ts';

describe('what was given, in an error message', () => {
  test.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['', '""'],
    ['5m', '"5m"'],
    [5, '5'],
    [{ a: 1 }, '{"a":1}'],
    [Symbol('secret'), 'symbol'],
    [10n, 'bigint'],
  ])('%s is shown as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  test('cannot forge a line or an escape sequence, and stays short', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const line = shown(text);
        return line.length <= 80 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line);
      }),
      { seed: 1 },
    );
  });

  test('a value that contains itself is named by its type', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(shown(circle)).toBe('object');
  });
});

test('an issue says where, what was given and what is allowed', () => {
  expect(formatIssue({ path: 'slo', given: '"chekout"', allowed: 'checkout, search' })).toBe(
    'slo: given "chekout", allowed checkout, search',
  );
  expect(formatIssue({ path: '', given: '[]', allowed: 'an object' })).toBe(
    'the input: given [], allowed an object',
  );
});
