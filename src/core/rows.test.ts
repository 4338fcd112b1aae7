import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rows } from './rows.ts';

test('rows are what was put into them, whatever was dropped before', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.double(), { minLength: 3, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.nat(5) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const rows = new Rows(3);
      const expected: number[][] = [];
      for (const each of steps) {
        if (typeof each === 'number') {
          const count = Math.min(each, expected.length);
          rows.dropFirst(count);
          expected.splice(0, count);
          continue;
        }
        const row = rows.add();
        expect([0, 1, 2].map((column) => rows.at(row, column))).toEqual([0, 0, 0]);
        for (const [column, value] of each.entries()) rows.set(row, column, value);
        expected.push(each);
      }
      expect(rows.length).toBe(expected.length);
      expect(expected.map((_, row) => [0, 1, 2].map((column) => rows.at(row, column)))).toEqual(expected);
    }),
  );
});
