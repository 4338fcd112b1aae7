import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cells, indexOfTime } from './cells.ts';

test('cells sum by time and ascend, in whatever order they come', () => {
  const event = fc.record({ time: fc.integer({ min: 0, max: 12 }), good: fc.nat(9), bad: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const cells = new Cells();
      const expected = new Map<number, [number, number]>();
      for (const { time, good, bad } of events) {
        const exists = cells.addTo(time, good, bad);
        expect(exists).toBe(expected.has(time));
        if (!exists) cells.begin(time, good, bad);
        const [goodBefore, badBefore] = expected.get(time) ?? [0, 0];
        expected.set(time, [goodBefore + good, badBefore + bad]);
      }
      const { times, good, bad } = cells.columns();
      expect(times.map((time, at) => [time, [good[at], bad[at]]])).toEqual(
        [...expected].toSorted(([a], [b]) => a - b),
      );
    }),
    { seed: 12 },
  );
});

test.each([
  [-1, 0],
  [10, 0],
  [11, 1],
  [20, 1],
  [30, 2],
  [31, 3],
])('the first time not before %d has index %d', (time, index) => {
  expect(indexOfTime([10, 20, 30], time)).toBe(index);
});
