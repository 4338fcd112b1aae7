import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/units.ts';
import { checkGrid, inPieces } from './grid.ts';

const START = Date.UTC(2026, 4, 1, 12);
const window = { start: START, end: START + 60 * MINUTE, bucketMs: MINUTE };
const check =
  (...minutes: readonly number[]) =>
  () => {
    checkGrid(
      minutes.map((minute) => START + minute * MINUTE),
      window,
    );
  };

describe('times are taken', () => {
  test.each([
    ['none', []],
    ['every minute', [0, 1, 2, 3]],
    ['with gaps, for minutes without data are left out', [0, 7, 9, 30, 44]],
    ['few and even: too few to tell', [0, 2, 8]],
    ['outside the window, wherever they lie', [-3.5, -1, 0, 1, 60, 61.25]],
  ] as const)('%s', (_, minutes) => {
    expect(check(...minutes)).not.toThrow();
  });
});

describe('times are refused', () => {
  test.each([
    ['between the buckets', [0, 1, 2.5], 'is not in buckets of 1m'],
    ['in a wider grid', [0, 5, 10, 15, 20], 'is in buckets of 5m instead of the 1m asked for'],
    ['in a wider grid with gaps', [0, 10, 15, 40], 'is in buckets of 5m'],
    ['twice', [0, 1, 1], 'the same time twice'],
    ['that are no times', [0, Number.NaN], 'is no time'],
  ] as const)('%s', (_, minutes, message) => {
    expect(check(...minutes)).toThrow(message);
  });
});

test('pieces cover the window once, oldest first', () => {
  const pieces = inPieces(window, 25);
  expect(pieces.map(({ start, end }) => [(start - START) / MINUTE, (end - START) / MINUTE])).toEqual([
    [0, 25],
    [25, 50],
    [50, 60],
  ]);
  expect(inPieces({ ...window, end: START }, 25)).toEqual([]);
});
