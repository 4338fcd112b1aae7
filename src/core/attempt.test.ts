import { describe, expect, test } from 'vitest';
import { START, buckets, rows, HEALTHY, HOLE, IDLE, type Row } from '../../test/statistics/scenes.ts';
import { EXPECTED_BEFORE_SILENT, findAttempt } from './attempt.ts';
import { MINUTE } from './units.ts';

/** Stable alone; at the canary's tenth of the traffic 100 canary events are missed. */
const STABLE_ALONE: Row = { canary: [0, 0], stable: [1, 900] };
const STABLE_ONLY: Row = { canary: null, stable: [1, 900] };

function attempt(...parts: readonly Row[][]): ReturnType<typeof findAttempt> {
  return findAttempt(buckets(parts.flat()));
}

describe('the start of an attempt', () => {
  test('is the canary’s first bucket with events', () => {
    expect(attempt(rows(60, STABLE_ONLY), rows(10, HEALTHY))).toEqual({
      start: 60,
      earlierEnded: null,
      silentExpected: 0,
    });
  });

  test('is not known while the canary has had none, however busy stable is', () => {
    expect(attempt(rows(60, STABLE_ONLY), rows(60, STABLE_ALONE))).toBeNull();
    expect(attempt()).toBeNull();
  });

  test('is the first bucket after the last gap, and the earlier attempt’s end is named', () => {
    expect(attempt(rows(10, HEALTHY), rows(5, STABLE_ALONE), rows(10, HEALTHY))).toEqual({
      start: 15,
      earlierEnded: START + 10 * MINUTE,
      silentExpected: 0,
    });
  });

  test('is found behind the last of several gaps', () => {
    const found = attempt(
      rows(10, HEALTHY),
      rows(2, STABLE_ONLY),
      rows(10, HEALTHY),
      rows(2, STABLE_ONLY),
      rows(3, HEALTHY),
    );
    expect(found).toMatchObject({ start: 24, earlierEnded: START + 22 * MINUTE });
  });
});

describe('a gap', () => {
  test.each([
    ['two buckets with 30 or more expected', 2, [1, 150], true],
    ['two buckets with fewer than 30 expected', 2, [1, 149], false],
    ['many buckets that add up to 30 expected', 10, [0, 30], true],
    ['one bucket, however many were expected', 1, [1, 90_000], false],
  ] as const)('%s', (_, length, stable, isGap) => {
    const silence: Row = { canary: [0, 0], stable };
    const found = attempt(rows(20, HEALTHY), rows(length, silence), rows(5, HEALTHY));
    expect(found?.start).toBe(isGap ? 20 + length : 0);
    expect(found?.earlierEnded).toBe(isGap ? START + 20 * MINUTE : null);
  });

  test.each([
    ['holes in the data', HOLE],
    ['idle minutes', IDLE],
    ['buckets that contradict themselves', { flaw: 'canary: 5 bad of 3 total' } satisfies Row],
    ['minutes in which stable itself had nothing', { canary: null, stable: [0, 0] } satisfies Row],
  ] as const)('is not made of %s', (_, row) => {
    expect(attempt(rows(20, HEALTHY), rows(60, row), rows(5, HEALTHY))).toEqual({
      start: 0,
      earlierEnded: null,
      silentExpected: 0,
    });
  });

  test('is not made of one bucket and an idle one, however many were expected', () => {
    const busy: Row = { canary: [0, 0], stable: [1, 90_000] };
    expect(attempt(rows(20, HEALTHY), [busy, IDLE], rows(5, HEALTHY))?.start).toBe(0);
  });

  test('begins where stable is seen alone, not in the idle minutes before', () => {
    const found = attempt(rows(20, HEALTHY), rows(3, IDLE), rows(2, STABLE_ALONE), rows(5, HEALTHY));
    expect(found).toMatchObject({ start: 25, earlierEnded: START + 23 * MINUTE });
  });

  test('may have a hole in it', () => {
    const found = attempt(rows(20, HEALTHY), [STABLE_ALONE, HOLE, STABLE_ALONE] as Row[], rows(5, HEALTHY));
    expect(found?.start).toBe(23);
  });

  test('is measured by the canary’s share of the last 30 minutes, not by an older one', () => {
    const small: Row = { canary: [0, 1], stable: [0, 9999] };
    const large: Row = { canary: [0, 100], stable: [0, 100] };
    const pause: Row = { canary: [0, 0], stable: [0, 100] };
    expect(attempt(rows(300, small), rows(30, large), rows(2, pause), [large])?.start).toBe(332);
    expect(attempt(rows(300, large), rows(30, small), rows(2, pause), [small])?.start).toBe(0);
  });
});

describe('a new attempt', () => {
  test('is not measured by the share of the one before it, nor by the silence between', () => {
    // A straggler of the old pods, an hour after them, must not tie the next attempt to itself.
    const straggler: Row = { canary: [0, 1], stable: [1, 899] };
    const found = attempt(
      rows(30, HEALTHY),
      rows(60, STABLE_ONLY),
      [straggler],
      rows(60, STABLE_ONLY),
      rows(5, HEALTHY),
    );
    expect(found).toMatchObject({ start: 151, earlierEnded: START + 91 * MINUTE });
  });

  test('is found alike in a longer and in a shorter look-back', () => {
    const later = [
      ...rows(3, HEALTHY),
      ...rows(2, { canary: [0, 0], stable: [0, 160] }),
      ...rows(3, HEALTHY),
    ];
    const long = attempt(rows(30, HEALTHY), rows(20, STABLE_ONLY), later);
    expect((long?.start ?? NaN) - 50).toBe(attempt(later)?.start);
  });
});

describe('silence', () => {
  test('is counted in the events that were expected since the canary’s last', () => {
    const found = attempt(rows(20, HEALTHY), rows(1, STABLE_ONLY));
    expect(found?.silentExpected).toBeCloseTo(90, 6);
    expect(found?.silentExpected).toBeGreaterThan(EXPECTED_BEFORE_SILENT);
  });

  test('is measured by the canary’s share since its first event, not by stable’s traffic before it', () => {
    expect(attempt(rows(20, STABLE_ONLY), rows(1, HEALTHY), [STABLE_ONLY])?.silentExpected).toBeCloseTo(
      90,
      9,
    );
  });

  test('counts a silence that was no gap into the share', () => {
    const found = attempt(rows(10, HEALTHY), [STABLE_ONLY], [HEALTHY], [STABLE_ONLY]);
    expect(found?.silentExpected).toBeCloseTo((900 * 1100) / (11 * 1000 + 900), 9);
  });

  test('is measured by the last 30 minutes, to the bucket', () => {
    const before: Row = { canary: [0, 5000], stable: [0, 0] };
    expect(attempt([before], rows(30, HEALTHY), [STABLE_ONLY])?.silentExpected).toBeCloseTo(90, 9);
    expect(attempt([before], rows(29, HEALTHY), [STABLE_ONLY])?.silentExpected).toBeGreaterThan(100);
  });

  test('ends with the canary’s next event', () => {
    expect(attempt(rows(20, HEALTHY), rows(1, STABLE_ALONE), rows(1, HEALTHY))?.silentExpected).toBe(0);
  });

  test('does not grow while stable is silent too', () => {
    expect(attempt(rows(20, HEALTHY), rows(60, IDLE), rows(60, HOLE))?.silentExpected).toBe(0);
  });
});
