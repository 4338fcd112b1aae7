import { describe, expect, test } from 'vitest';
import { burnGrid, plannedBurns, smallestWhere } from './plan-burns.ts';

describe('the burns that waits are told for', () => {
  test.each([
    { highest: 200, burns: [1.5, 2, 5, 10, 50] },
    { highest: 20, burns: [1.5, 2, 5, 10, 20] },
    { highest: 1.2, burns: [1.2] },
    // 1 / (1 - 0.9) is not 10 in binary, on either side of it.
    { highest: 10 * (1 + 1e-12), burns: [1.5, 2, 5, 10 * (1 + 1e-12)] },
    { highest: 10 * (1 - 1e-12), burns: [1.5, 2, 5, 10 * (1 - 1e-12)] },
    { highest: 50, burns: [1.5, 2, 5, 10, 50] },
  ])('end at $highest, the highest that can be', ({ highest, burns }) => {
    expect(plannedBurns(highest)).toEqual(burns);
  });
});

describe('the grid of burns', () => {
  test.each([
    { highest: 1, grid: [1] },
    { highest: 1.5, grid: [1.5] },
    { highest: 10, grid: [1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] },
    { highest: 23, grid: [1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 20, 23] },
    {
      highest: 200,
      grid: [1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200],
    },
  ])('has round steps from 1.5 up to $highest', ({ highest, grid }) => {
    expect(burnGrid(highest)).toEqual(grid);
  });
});

describe('the smallest candidate', () => {
  const candidates = [1.5, 2, 5, 10, 50];

  test.each([
    { from: 0, smallest: 1.5 },
    { from: 1.6, smallest: 2 },
    { from: 5, smallest: 5 },
    { from: 50, smallest: 50 },
    { from: 51, smallest: null },
  ])('for which it holds from $from on is $smallest', ({ from, smallest }) => {
    expect(smallestWhere(candidates, (candidate) => candidate >= from)).toBe(smallest);
  });

  test('of none is none', () => {
    expect(smallestWhere([], () => true)).toBeNull();
  });

  test('is found by halving: each question costs simulated releases', () => {
    const asked: number[] = [];
    smallestWhere(burnGrid(200), (candidate) => {
      asked.push(candidate);
      return candidate >= 40;
    });
    expect(asked).toEqual([20, 80, 40, 30]);
  });
});
