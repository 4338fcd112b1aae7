import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLabelKey, isQuotable, labelField, quote } from './quote.ts';

/** Reads a literal as a lexer does: from the opening quote to the first one that is not escaped. */
function readLiteral(text: string): { value: string; rest: string } | null {
  if (!text.startsWith('"')) return null;
  let value = '';
  for (let index = 1; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '"') return { value, rest: text.slice(index + 1) };
    if (character === '\\') index += 1;
    value += text.charAt(index);
  }
  return null;
}

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('"', '\\', '(', ')', ' ', 'OR', '\n', "'", '*', 'a'), maxLength: 30 }),
);

test('a literal reads back as what was quoted, whatever stands behind it', () => {
  fc.assert(
    fc.property(hostile.filter(isQuotable), fc.string(), (value, behind) => {
      expect(readLiteral(quote(value) + behind)).toEqual({ value, rest: behind });
    }),
    { numRuns: 5000 },
  );
});

test.each(['a\nb', 'a\u0000', '\u001B[2J', '\u202Eabc', '\uD800', '\u2028', 'x'.repeat(1025)])(
  'what could forge a line or is too long is refused: %j',
  (value) => {
    expect(isQuotable(value)).toBe(false);
    expect(() => quote(value)).toThrow(/cannot stand in a filter/);
  },
);

test('label keys are letters, digits and _ . / - only', () => {
  fc.assert(
    fc.property(hostile, (key) => {
      const field = (): string => labelField('metric.labels', key);
      const isSafe = (): boolean => /^metric\.labels\."?[\w./-]+"?$/.test(field());
      expect(isLabelKey(key) ? isSafe() : throws(field)).toBe(true);
    }),
  );
});

test.each([
  ['response_code', 'metric.labels.response_code'],
  ['app.kubernetes.io/name', 'metric.labels."app.kubernetes.io/name"'],
  ['rollouts-pod-template-hash', 'metric.labels."rollouts-pod-template-hash"'],
])('the label %s is the field %s', (key, field) => {
  expect(labelField('metric.labels', key)).toBe(field);
});
