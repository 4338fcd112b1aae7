import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from './yaml-text.ts';

const NESTED = 'spec:\n  objectives:\n    - displayName: a\n      target: 99.9\n    - target:\n';

describe('YAML text', () => {
  test.each([
    [['spec'], 'value', 2, 3],
    [['spec'], 'key', 1, 1],
    [['spec', 'objectives', 0, 'target'], 'value', 4, 15],
    [['spec', 'objectives', 0, 'target'], 'key', 4, 7],
    [['spec', 'objectives', 1], 'value', 5, 7],
    [['spec', 'objectives', 1, 'target'], 'value', 5, 7],
    [['spec', 'objectives', 7, 'target'], 'value', 3, 5],
    [['spec', 'service'], 'value', 2, 3],
  ] as const)('%j is found at its %s', (path, part, line, column) => {
    expect(parseYaml(NESTED).documents[0]?.locate(path, part)).toEqual({ line, column });
  });

  test('several documents keep the lines of the file, and empty ones are passed over', () => {
    const { documents, flaws } = parseYaml('---\na: 1\n---\n# nothing\n---\nb: 2\n');
    expect(flaws).toEqual([]);
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(documents[1]?.locate(['b'], 'value')).toEqual({ line: 6, column: 4 });
  });

  test('times and words stay texts, whatever version the file claims', () => {
    const { documents } = parseYaml('%YAML 1.1\n---\na: 2020-01-21 12:30:00\nb: yes\n');
    expect(documents[0]?.value).toEqual({ a: '2020-01-21 12:30:00', b: 'yes' });
  });

  test('a tag that means nothing here is passed over with a warning', () => {
    const { documents, warnings } = parseYaml('a: !secret b\n');
    expect(documents[0]?.value).toEqual({ a: 'b' });
    expect(warnings).toEqual([
      { line: 1, column: 4, message: 'Unresolved tag: !secret: read as if it were not there' },
    ]);
  });

  test('aliases and merge keys are written out, the nearest value winning', () => {
    const text =
      'base: &base {a: 1, b: 1}\nother: &other {b: 2, c: 2}\nx:\n  <<: [*base, *other]\n  a: 0\ny: *base\n';
    expect(parseYaml(text).documents[0]?.value).toMatchObject({ x: { a: 0, b: 1, c: 2 }, y: { a: 1, b: 1 } });
  });

  test.each([
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 3, 'a', 'this key for the second time'],
    ['the key __proto__', 'a:\n  __proto__: {x: 1}\n', 2, 'a.__proto__', 'the key "__proto__"'],
    ['a mapping as key', 'a:\n  {b: c}: d\n', 2, 'a', 'a key that is a mapping, a list or an alias'],
    ['an alias without anchor', 'a: *nowhere\n', 1, 'a', 'an alias without its anchor'],
    ['an alias inside its anchor', 'a: &a\n  b: *a\n', 2, 'a.b', 'an alias inside its own anchor'],
  ])('%s is refused at its place', (_, text, line, path, given) => {
    const { flaws, documents } = parseYaml(text);
    expect(documents).toEqual([]);
    expect(flaws.map((flaw) => ({ line: flaw.line, path: flaw.path, given: flaw.given }))).toEqual([
      { line, path, given },
    ]);
  });

  test('a syntax error names its line and hides no other document', () => {
    const { flaws, documents, broken } = parseYaml('a: 1\n---\nb: [1\nc: 2\n---\nd: 3\n');
    expect(broken).toBe(true);
    expect(flaws).toHaveLength(1);
    expect(flaws[0]).toMatchObject({ line: 4, path: '' });
    expect(documents.map(({ value }) => value)).toContainEqual({ a: 1 });
  });

  test('a message does not repeat what stands in the file', () => {
    const said = JSON.stringify(parseYaml('apiKey: "hunter22" hunter23\n').flaws);
    expect(said).toContain('does not parse');
    expect(said).not.toContain('hunter2');
  });

  test.each([
    ['ten thousand million values by aliases', aliasBomb(10, 10)],
    ['the same by merge keys', mergeBomb(10, 10)],
    ['nesting without end', '['.repeat(100_000)],
    ['nesting far beyond any SLO', `${'{a: '.repeat(70)}1${'}'.repeat(70)}`],
    [
      'more keys than any mapping needs',
      Array.from({ length: 5000 }, (_, key) => `k${String(key)}: 1`).join('\n'),
    ],
  ])('%s is refused', (_, text) => {
    const { flaws, documents } = parseYaml(text);
    expect(documents).toEqual([]);
    expect(flaws).toHaveLength(1);
  });

  test('no text makes the parser throw, and every flaw has a place', () => {
    const yamlish = fc.array(
      fc.constantFrom(
        'a',
        'b: ',
        '- ',
        '\n',
        '  ',
        '? ',
        ': ',
        '&a ',
        '*a',
        '<<: ',
        '[',
        ']',
        '{',
        '}',
        ',',
        '"',
        "'",
        '|\n',
        '>\n',
        '#',
        '---\n',
        '...\n',
        '%YAML 1.1\n',
        '!!binary ',
        '\t',
        '\r\n',
        '\0',
        '\uD800',
        '1e999',
        '~',
        '__proto__: ',
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          yamlish.map((parts) => parts.join('')),
        ),
        (text) => {
          for (const { line, column, given } of parseYaml(text).flaws) {
            expect(line).toBeGreaterThan(0);
            expect(column).toBeGreaterThan(0);
            expect(given).not.toBe('');
          }
        },
      ),
      { seed: 2, numRuns: 2000 },
    );
  });
});

function aliasBomb(levels: number, width: number): string {
  const line = (level: number): string =>
    level === 0
      ? 'l0: &l0 x'
      : `l${String(level)}: &l${String(level)} [${Array.from({ length: width }, () => `*l${String(level - 1)}`).join(', ')}]`;
  return Array.from({ length: levels + 1 }, (_, level) => line(level)).join('\n');
}

function mergeBomb(levels: number, width: number): string {
  const line = (level: number): string =>
    level === 0
      ? 'l0: &l0 {x: 1}'
      : `l${String(level)}: &l${String(level)} {<<: [${Array.from({ length: width }, () => `*l${String(level - 1)}`).join(', ')}]}`;
  return Array.from({ length: levels + 1 }, (_, level) => line(level)).join('\n');
}
