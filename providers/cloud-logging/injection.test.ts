import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProviderError } from '../../src/core/errors.ts';
import { ask, bench, CANARY, lines, SPEC, STABLE, traffic, type Bench } from './emulator/fixture.ts';
import { queryOf } from './emulator/opened.ts';
import { parseFilter } from './filter/parse.ts';
import type { Expression } from './filter/syntax.ts';

let open: Bench;
beforeAll(async () => {
  open = await bench({ entries: traffic() });
});
afterAll(async () => open.close());

const SYNTAX = [
  '"',
  '\\',
  '\\"',
  ')',
  '(',
  ' OR ',
  ' AND ',
  ' NOT ',
  '--',
  '\n',
  ':*',
  '=~".*"',
  '*',
  'timestamp>="2000"',
  CANARY,
  STABLE,
  'severity',
  '.',
  '-',
  ' ',
];
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...SYNTAX), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(...SYNTAX).map((part) => `${CANARY}${part}`),
);

/** The comparisons of a filter, by field, wherever they stand. */
function comparisons(expression: Expression): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap((part) => comparisons(part));
    case 'not':
      return comparisons(expression.part);
    case 'compare':
      return [`${expression.field.join('/')} ${expression.operator} ${expression.value}`];
    case 'has':
    case 'text':
    case 'log-id':
      return [expression.kind];
  }
}

const LABEL = 'labels/k8s-pod/rollouts-pod-template-hash';

/** The filter of the last call as the server understands it; its shape is always the same. */
function understood(cohorts: readonly string[], namespace: string): void {
  const call = open.emulator.calls.at(-1);
  const expression = parseFilter(call?.filter ?? '');
  expect(comparisons(expression)).toEqual([
    'resource/type = k8s_container',
    'log-id',
    `resource/labels/namespace_name = ${namespace}`,
    ...cohorts,
    'timestamp >= 2026-01-15T10:00:00.000Z',
    'timestamp < 2026-01-15T10:05:00.000Z',
  ]);
  expect(expression.kind).toBe('and');
  expect(call?.filter).not.toMatch(/\p{Cc}/u);
}

test('hostile hashes, label values and namespaces cannot change what a filter means', async () => {
  const queries = { bad: queryOf({ ...SPEC, status: '5xx' }, 'bad'), total: queryOf(SPEC, 'total') };
  await fc.assert(
    fc.asyncProperty(
      hostile,
      hostile,
      fc.constantFrom('exact', 'prefix', 'suffix'),
      async (evil, namespace, match) => {
        const asked = open.emulator.calls.length;
        const cohorts = {
          canary: { hash: CANARY, value: evil, match },
          stable: { hash: STABLE, value: STABLE, match: 'exact' as const },
        } as const;
        try {
          const { series } = await open.provider.fetchCounts(
            ask({ queries, cohorts, scope: { namespace } }),
            new AbortController().signal,
          );
          // No entry is of that namespace; and entries of another label value are never the canary's.
          expect(series).toEqual([]);
        } catch (error) {
          // Refused as a value that cannot be quoted, or as one that is both cohorts: never sent otherwise.
          if (!(error instanceof ProviderError) || error.code !== 'provider-rejected') throw error;
        }
        if (open.emulator.calls.length === asked) return;
        const isAsked = open.emulator.calls.at(-1)?.filter.includes(`" OR labels`) === true;
        const operator = match === 'exact' ? '=' : ':';
        understood([...(isAsked ? [`${LABEL} ${operator} ${evil}`] : []), `${LABEL} = ${STABLE}`], namespace);
      },
    ),
    { numRuns: 250, seed: 11 },
  );
});

test('a hash that is none is not asked for, and the other side keeps its counts', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (evil) => {
      fc.pre(evil !== CANARY && evil !== STABLE);
      const cohorts = {
        canary: { hash: evil, value: evil, match: 'exact' as const },
        stable: { hash: STABLE, value: STABLE, match: 'exact' as const },
      };
      const { series } = await open.provider.fetchCounts(ask({ cohorts }), new AbortController().signal);
      expect(lines(series)).toEqual([
        'bad stable 0:0 1:0 2:0 3:0 4:0',
        'total stable 0:40 1:40 2:40 3:40 4:40',
      ]);
    }),
    { numRuns: 100, seed: 12 },
  );
});

test.each(['severity=ERROR) OR (severity>=DEBUG', 'timestamp>="2000-01-01T00:00:00Z"'])(
  'a filter by a person that would widen what is read is refused: %j',
  (filter) => {
    expect(() => queryOf({ ...SPEC, filter }, 'bad')).toThrow(/filter/);
  },
);

test('a comment in a filter by a person ends with it', async () => {
  const queries = { bad: queryOf({ ...SPEC, filter: 'severity>=ERROR --' }, 'bad') };
  await open.provider.fetchCounts(ask({ queries }), new AbortController().signal);
  expect(open.emulator.calls.at(-1)?.filter).toMatch(
    /severity>=ERROR AND .*timestamp<"2026-01-15T10:05:00.000Z"$/,
  );
});
