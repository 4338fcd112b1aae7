import { expect, test } from 'vitest';
import { table } from './table.ts';

test('columns are as wide as their widest cell, the first to the left, the others to the right', () => {
  expect(
    table([
      ['BURN', 'mean', 'p95'],
      ['burns 2x', '5m', '1h05m'],
      ['10x', '120m', ''],
    ]),
  ).toBe('BURN      mean    p95\nburns 2x    5m  1h05m\n10x       120m\n');
});

test('without rows there is nothing', () => {
  expect(table([])).toBe('');
});
