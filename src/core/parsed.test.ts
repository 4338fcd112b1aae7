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

  const anyCodePoint = fc.integer({ min: 0, max: 0x10_ffff }).map((code) => String.fromCodePoint(code));

  test('cannot forge a line or an escape sequence, and stays short', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCodePoint, maxLength: 300 }), (text) => {
        const line = shown(text);
        return line.length <= 80 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line);
      }),
      { seed: 1 },
    );
  });

  test.each([
    ['a line\nand\u001b[31m more', '"a line?and?[31m more"'],
    ['say "no"', '"say "no""'],
    ['x'.repeat(78), `"${'x'.repeat(78)}"`],
    ['x'.repeat(79), `"${'x'.repeat(78)}…`],
  ])('%j reads %s', (text, line) => {
    expect(shown(text)).toBe(line);
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
