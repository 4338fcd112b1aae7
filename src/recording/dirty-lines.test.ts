import { expect, test } from 'vitest';
import { describeDirty, dirtyTotal, DirtyTally } from './dirty-lines.ts';

test('dirty lines are counted by reason, with the first five line numbers', () => {
  const tally = new DirtyTally();
  for (let line = 10; line < 1210; line += 1) tally.add('no-status', line);
  tally.add('overlong', 5);
  tally.add('overlong', 6);
  tally.add('unreadable', 7);
  expect(dirtyTotal(tally.counts())).toBe(1203);
  expect(describeDirty(tally.counts(), 10_000)).toBe(
    '1,203 of 10,000 lines were not understood: 1,200 without a status (lines 10, 11, 12, 13, 14 ...), ' +
      '2 too long (lines 5, 6), 1 not of the format (line 7)',
  );
});

test('nothing dirty is nothing to tell', () => {
  expect(describeDirty(new DirtyTally().counts(), 10)).toBeNull();
});
