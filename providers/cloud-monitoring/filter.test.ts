import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isQuotable } from '../_shared/google/quote.ts';
import { parseFilter, type FilterNode } from './emulator/filter-parser.ts';
import { fieldText, type Field } from './fields.ts';
import { filterText, type Condition, type Selection } from './filter.ts';

const hostile = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(
        '"',
        '\\',
        '(',
        ')',
        ' ',
        ',',
        ' OR ',
        ' AND ',
        '= "',
        'one_of(',
        'x',
        "'",
        'é',
        '🦊',
      ),
      minLength: 1,
      maxLength: 20,
    }),
  )
  .filter(isQuotable);
const field: fc.Arbitrary<Field> = fc.record({
  place: fc.constantFrom(
    'metric.labels',
    'resource.labels',
    'metadata.user_labels',
    'metadata.system_labels',
  ),
  key: fc.constantFrom('code', 'rollouts-pod-template-hash', 'app.kubernetes.io/name', 'OR', 'x_y'),
});
const condition: fc.Arbitrary<Condition> = fc.record({
  field,
  match: fc.constantFrom('exact', 'prefix', 'suffix', 'not'),
  texts: fc.array(hostile, { minLength: 1, maxLength: 4 }),
});
const selection: fc.Arbitrary<Selection> = fc.record({
  metric: fc.constantFrom('logging.googleapis.com/user/requests', 'custom.googleapis.com/a.b_c'),
  resource: fc.constantFrom('k8s_container', 'prometheus_target'),
  all: fc.array(condition, { maxLength: 4 }),
  anyOf: fc.array(condition, { maxLength: 3 }),
});

/** The tree that a condition has to come back as, written down independently of how it is printed. */
function treeOf({ field: where, match, texts }: Condition): FilterNode {
  const node = (kind: 'equals' | 'starts_with' | 'ends_with', some: readonly string[]): FilterNode => ({
    kind: 'test',
    field: fieldText(where),
    isNegated: match === 'not',
    test: kind,
    texts: some,
  });
  if (match === 'exact' || match === 'not') return node('equals', texts);
  const each = texts.map((text) => node(match === 'prefix' ? 'starts_with' : 'ends_with', [text]));
  return joined('any', each);
}

function joined(kind: 'all' | 'any', nodes: readonly FilterNode[]): FilterNode {
  const [only, second] = nodes;
  return only !== undefined && second === undefined ? only : { kind, nodes };
}

test('every filter reads back as what was meant, whatever the values hold', () => {
  fc.assert(
    fc.property(selection, (wanted) => {
      const { metric, resource, all, anyOf } = wanted;
      const equals = (name: string, text: string): FilterNode => ({
        kind: 'test',
        field: name,
        isNegated: false,
        test: 'equals',
        texts: [text],
      });
      expect(parseFilter(filterText(wanted))).toEqual(
        joined('all', [
          equals('metric.type', metric),
          equals('resource.type', resource),
          ...all.map(treeOf),
          ...(anyOf.length === 0 ? [] : [joined('any', anyOf.map(treeOf))]),
        ]),
      );
    }),
    { numRuns: 3000 },
  );
});

test.each(['a\nb', 'a\u0000b', '\u001B[2J', '\u202E', '\uD800', 'x'.repeat(2000)])(
  'the value %j is refused',
  (text) => {
    const wanted: Selection = {
      metric: 'm',
      resource: 'r',
      all: [{ field: { place: 'metric.labels', key: 'code' }, match: 'exact', texts: [text] }],
      anyOf: [],
    };
    expect(() => filterText(wanted)).toThrow(/cannot stand in a filter/);
  },
);

test.each([
  'metric.type = x',
  'metric.type = "a" AND b = "c" OR d = "e"',
  'metric.type = "a" b = "c"',
  'metric.type = "a" AND',
  '(metric.type = "a"',
  'metric.type = "a"" OR "',
  'metric.type = monitoring.regex.full_match("a")',
  'metric.type = "a" -- comment',
])('the emulator refuses the filter %s', (text) => {
  expect(() => parseFilter(text)).toThrow();
});
