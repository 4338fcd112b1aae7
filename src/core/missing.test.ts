import { describe, expect, test } from 'vitest';
import { ask, buckets, observe, rows, type Row } from '../../test/statistics/scenes.ts';
import { missingCleanEvents } from './missing.ts';
import { decide } from './verdict.ts';

const QUESTION = ask({ mode: 'gate' });

function missing(given: readonly Row[]): number | null {
  return missingCleanEvents(decide(QUESTION, observe(buckets(given))), QUESTION);
}

describe('the clean events that a gate still waits for', () => {
  test('are so many that the gate passes when they have come', () => {
    const seen: Row[] = rows(3, { canary: [0, 50], stable: [0, 450] });
    const events = missing(seen) ?? NaN;
    expect(events).toBeGreaterThan(200);
    const pass = (more: number) =>
      decide(QUESTION, observe(buckets([...seen, { canary: [0, more], stable: [0, 9 * more] }]))).verdict;
    expect(pass(events)).toBe('pass');
    expect(pass(events - 10)).toBe('inconclusive');
  });

  test('are more after a bad one', () => {
    const clean = missing(rows(3, { canary: [0, 50], stable: [0, 450] })) ?? NaN;
    expect(missing([{ canary: [1, 150], stable: [0, 1350] }])).toBeGreaterThan(clean + 50);
  });

  test('are not what is missing once the whole window is proven', () => {
    expect(missing(rows(60, { canary: [0, 100], stable: [0, 900] }))).toBeNull();
  });

  test('cannot be said without a single judged bucket', () => {
    expect(missing([])).toBeNull();
  });
});
