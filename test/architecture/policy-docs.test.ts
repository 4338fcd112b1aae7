import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describePolicy } from '../../src/core/policy.ts';

test('docs/policy.md lists every policy field with its default and its bounds', () => {
  const rows = [
    ...readFileSync('docs/policy.md', 'utf8').matchAll(
      /^\| `([^`]+)` \| `([^`]*)` \| ([^|]+) \| ([^|]+) \|$/gm,
    ),
  ];
  const documented = rows.map(([, name, fallback, allowed]) => ({ name, fallback, allowed }));
  expect(documented).toEqual(describePolicy());
});
