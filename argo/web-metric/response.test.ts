import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ArgoVersion } from '../expression/dialect.ts';
import { treatBody, type Reading, type Treatment } from './response.ts';

type Row = Reading & { readonly body: string } & Readonly<Record<string, Treatment>>;

const FIXTURE = new URL('../fixtures/argo-web-metric-outcomes.jsonl', import.meta.url);
const rows = readFileSync(FIXTURE, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);
const bytes = (text: string) => new TextEncoder().encode(text);

const VERSIONS: readonly (readonly [ArgoVersion, string])[] = [
  ['v1.9.1', 'argo-rollouts v1.9.1'],
  ['master-2026-08', 'argo-rollouts 2026-08 master'],
];

describe.each(VERSIONS)('%s treats an answer as recorded from the real code', (version, column) => {
  test('there are 69 rows', () => {
    expect(rows).toHaveLength(69);
  });

  test.each(
    rows.map((row) => ({ row, name: `${row.body} ${String(row.jsonPath)} ${String(row.successCondition)}` })),
  )('$name', ({ row }) => {
    expect(treatBody(bytes(row.body), row, version, Date.UTC(2026, 7, 17))).toEqual(row[column]);
  });
});

test('a value is re-marshalled with sorted keys and escaped angle brackets', () => {
  const { value } = treatBody(bytes('{"b":"<&>","a":1.50}'), {}, 'v1.9.1', 0);
  expect(value).toBe(String.raw`{"a":1.5,"b":"\u003c\u0026\u003e"}`);
});

test('a construct the double does not imitate is refused loudly', () => {
  expect(() => treatBody(bytes('1'), { successCondition: 'abs(result) < 2' }, 'v1.9.1', 0)).toThrow(
    /does not imitate/,
  );
});
