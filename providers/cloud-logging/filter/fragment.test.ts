import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEntryField, parseFragment } from './fragment.ts';
import { parseFilter } from './parse.ts';
import { allOf, anyOf, type Expression } from './syntax.ts';
import { writeFilter } from './write.ts';

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc
      .tuple(fc.constantFrom('jsonPayload', 'labels'), fc.string({ minLength: 1 }))
      .map((field) => field),
    operator: fc.constantFrom('=', '!=', '>', '>=', '<', '<=', ':', '=~', '!~'),
    value: fc.string({ unit: 'binary', maxLength: 30 }),
    quoted: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('text' as const), value: fc.string() }),
  fc.record({ kind: fc.constant('log-id' as const), value: fc.string() }),
  fc.record({ kind: fc.constant('has' as const), field: fc.constant(['httpRequest', 'status']) }),
);
const expression = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((parts) => allOf(parts)),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((parts) => anyOf(parts)),
    tie('node').map((part): Expression => ({ kind: 'not', part })),
  ),
})).node;

/** The same without what parentheses make equal: a group in a group of its kind. */
function meaning(one: Expression): unknown {
  switch (one.kind) {
    case 'and':
    case 'or':
      return [one.kind, one.parts.map((part) => meaning(part))];
    case 'not':
      return ['not', meaning(one.part)];
    case 'compare':
      return [one.operator, one.field, one.value];
    case 'has':
    case 'text':
    case 'log-id':
      return one;
  }
}

test('what is written is read back as what was meant, whatever the texts hold', () => {
  fc.assert(
    fc.property(expression, (one) => {
      let text: string;
      try {
        text = writeFilter(one);
      } catch {
        // Control characters are refused, never written.
        return;
      }
      expect(text).not.toMatch(/\p{Cc}/u);
      expect(meaning(parseFilter(text))).toEqual(meaning(one));
    }),
    { numRuns: 2000, seed: 5 },
  );
});

describe('a filter by a person', () => {
  test.each([
    'severity>=ERROR',
    'jsonPayload.route="/orders" OR jsonPayload.route="/cart"',
    'NOT httpRequest.userAgent:"GoogleHC"',
    'log_id("stdout") -- the request log',
  ])('%j is taken', (text) => {
    expect(parseFragment(text).ok).toBe(true);
  });

  test.each([
    'severity>=ERROR) OR (severity>=DEBUG',
    'timestamp>="2020-01-01T00:00:00Z"',
    'TIMESTAMP>="2020-01-01T00:00:00Z"',
    'NOT (severity=ERROR AND receiveTimestamp<"2020-01-01T00:00:00Z")',
    'insertId="x"',
    'sample(insertId, 0.5)',
    'httprequest.status=500',
    'status=500',
    '-- nothing',
    'textPayload="\u0007"',
    `textPayload="${'x'.repeat(9000)}"`,
    '',
  ])('%j is refused with a reason', (text) => {
    expect(parseFragment(text)).toMatchObject({ ok: false, issues: [{ path: 'filter' }] });
  });

  test('cannot change what stands beside it', () => {
    const hostile = fc.array(
      fc.constantFrom(
        'severity=ERROR',
        '(',
        ')',
        ' OR ',
        ' AND ',
        ' NOT ',
        '--',
        '\n',
        '"',
        '\\',
        'textPayload',
        ':',
        '*',
        '=',
        'x',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        const fragment = parseFragment(parts.join(''));
        if (!fragment.ok) return;
        const guard: Expression = { kind: 'text', value: 'guard' };
        const whole = parseFilter(
          writeFilter(allOf([guard, anyOf([fragment.value, fragment.value]), guard])),
        );
        expect(whole).toMatchObject({ kind: 'and', parts: [guard, { kind: 'or' }, guard] });
      }),
      { numRuns: 5000, seed: 6 },
    );
  });
});

describe('a field', () => {
  test.each([
    ['httpRequest.status', ['httpRequest', 'status']],
    ['labels."k8s-pod/rollouts-pod-template-hash"', ['labels', 'k8s-pod/rollouts-pod-template-hash']],
    [
      'jsonPayload.kubernetes.labels."app.kubernetes.io/name"',
      ['jsonPayload', 'kubernetes', 'labels', 'app.kubernetes.io/name'],
    ],
    ['severity', ['severity']],
  ])('%j is understood', (text, field) => {
    expect(parseEntryField(text, 'group')).toEqual({ ok: true, value: field });
  });

  test.each([
    '',
    'x',
    'timestamp',
    'labels.',
    'labels.k8s-pod/x',
    'jsonPayload."a',
    'severity=ERROR',
    'jsonPayload."\u0000"',
  ])('%j is refused', (text) => {
    expect(parseEntryField(text, 'group')).toMatchObject({ ok: false, issues: [{ path: 'group' }] });
  });
});
