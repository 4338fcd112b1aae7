import { describe, expect, test } from 'vitest';
import { START, times } from '../../test/statistics/scenes.ts';
import { findOnset, type Judged } from './onset.ts';
import { MINUTE } from './units.ts';

const P0 = 0.005;

function judged(bads: readonly number[], all = 100): Judged[] {
  return bads.map((bad, index) => ({
    time: START + index * MINUTE,
    canary: { good: all - bad, bad },
    stable: { good: 899, bad: 1 },
  }));
}

describe('the onset of a fault', () => {
  test('is where the burn began', () => {
    const onset = findOnset(judged([...times(60, () => 0), ...times(5, () => 10)]), P0);
    expect(onset).toEqual({
      time: START + 60 * MINUTE,
      canary: { good: 450, bad: 50 },
      stable: { good: 4495, bad: 5 },
    });
  });

  test('is the beginning where the canary was bad at once', () => {
    expect(findOnset(judged([10, 10, 10]), P0)?.time).toBe(START);
  });

  test('is nowhere while the canary is inside its budget', () => {
    expect(findOnset(judged(times(60, () => 0)), P0)).toBeNull();
    expect(findOnset([], P0)).toBeNull();
  });

  test('holds where everything fails and where there are no events', () => {
    expect(findOnset(judged([0, 100, 100]), P0)?.time).toBe(START + MINUTE);
    expect(findOnset(judged([0, 0], 0), P0)).toBeNull();
  });
});
