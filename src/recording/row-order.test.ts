import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CountsRow } from './counts-row.ts';
import { identityOf, RowOrder } from './row-order.ts';

const ROW: CountsRow = { time: 60_000, cohort: 'canary', good: 1, bad: 0 };

function firstIssue(rows: readonly CountsRow[]): string | null {
  const order = new RowOrder();
  for (const [index, row] of rows.entries()) {
    const issue = order.check(row);
    if (issue !== null) return `row ${String(index)}: ${issue.given} / ${issue.allowed}`;
  }
  return null;
}

describe('the order of rows', () => {
  test.each([
    ['ascending times', [ROW, { ...ROW, time: 120_000 }]],
    ['the same time for another cohort', [ROW, { ...ROW, cohort: 'stable' }]],
    [
      'the same time for another group',
      [
        { ...ROW, group: 'a' },
        { ...ROW, group: 'b' },
      ],
    ],
    [
      'the same time for another pod',
      [
        { ...ROW, pod: 'a' },
        { ...ROW, pod: 'b' },
      ],
    ],
    [
      'the same time for another namespace',
      [
        { ...ROW, namespace: 'a' },
        { ...ROW, namespace: 'b' },
      ],
    ],
    [
      'the same time for another cluster',
      [
        { ...ROW, cluster: 'a' },
        { ...ROW, cluster: 'b' },
      ],
    ],
    ['the same row at a later time', [ROW, { ...ROW, time: 60_001 }]],
  ])('allows %s', (_, rows) => {
    expect(firstIssue(rows)).toBeNull();
  });

  test('refuses a time before the row above, naming both', () => {
    expect(firstIssue([ROW, { ...ROW, time: 59_000 }])).toBe(
      'row 1: 1970-01-01T00:00:59.000Z / a time not before the row above (1970-01-01T00:01:00.000Z): rows ascend in time',
    );
  });

  test.each([0, 1, 15, 16, 17, 40])('refuses a duplicate behind %i other rows of its time', (count) => {
    const others = Array.from({ length: count }, (_, index) => ({ ...ROW, group: `g${String(index)}` }));
    const rows = [ROW, ...others, { ...ROW, good: 5 }];
    expect(firstIssue(rows)).toMatch(new RegExp(`^row ${String(count + 1)}: a duplicate row`));
  });

  test('finds exactly what comparing all rows finds', () => {
    const label = fc.constantFrom(undefined, 'a', 'b', '1:a');
    const rows = fc.array(
      fc.record({ time: fc.constantFrom(1, 2), cohort: fc.constantFrom('x', 'y'), group: label, pod: label }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(rows, (all) => {
        const sorted: CountsRow[] = all
          .toSorted((a, b) => a.time - b.time)
          .map(({ time, cohort, group, pod }) => ({
            time,
            cohort,
            good: 0,
            bad: 0,
            ...(group === undefined ? {} : { group }),
            ...(pod === undefined ? {} : { pod }),
          }));
        const distinct = new Set(sorted.map((row) => JSON.stringify(row)));
        expect(firstIssue(sorted) === null).toBe(distinct.size === sorted.length);
      }),
      { seed: 7 },
    );
  });
});

test('no two lists of labels have the same identity', () => {
  const labels = fc.array(
    fc.option(fc.string({ unit: fc.constantFrom('-', ':', '1', 'a') }), { nil: undefined }),
    {
      minLength: 3,
      maxLength: 3,
    },
  );
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      const same = a.every((label, index) => label === b[index]);
      expect(identityOf(a) === identityOf(b)).toBe(same);
    }),
    { seed: 8, numRuns: 500 },
  );
});
