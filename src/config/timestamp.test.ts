import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../core/units.ts';
import { isWallClock, parseShorthand, parseSpan } from './timestamp.ts';

describe('dates and durations of SLO files', () => {
  test.each([
    ['2020-01-21 12:30:00', true],
    ['2024-02-29 00:00:00', true],
    ['2023-02-29 00:00:00', false],
    ['2020-01-21T12:30:00', false],
    ['2020-01-21 24:00:00', false],
    ['2020-01-21', false],
    ['', false],
  ])('%s is a wall clock reading: %s', (text, real) => {
    expect(isWallClock(text)).toBe(real);
  });

  test.each([
    ['2026-05-01T22:00:00Z/2026-05-02T02:00:00Z', Date.UTC(2026, 4, 1, 22), Date.UTC(2026, 4, 2, 2)],
    [
      '2026-05-01t22:00:00.5+02:00/2026-05-01T22:00:00z',
      Date.UTC(2026, 4, 1, 20, 0, 0, 500),
      Date.UTC(2026, 4, 1, 22),
    ],
  ])('%s is a span', (text, start, end) => {
    expect(parseSpan(text)).toEqual({ ok: true, value: { start, end } });
  });

  test.each([
    '2026-05-01T22:00:00Z',
    '2026-05-02T02:00:00Z/2026-05-01T22:00:00Z',
    '2026-05-01T22:00:00Z/2026-05-01T22:00:00Z',
    '2026-05-01T22:00:00/2026-05-02T02:00:00',
    '2026-02-30T22:00:00Z/2026-05-02T02:00:00Z',
    '2026-05-01T22:00:00Z/2026-05-02T02:00:00Z/2026-05-03T02:00:00Z',
    '',
  ])('%s is no span', (text) => {
    expect(parseSpan(text).ok).toBe(false);
  });

  test.each([
    ['5m', HOUR / 12, false],
    ['12h', 12 * HOUR, false],
    ['28d', 28 * DAY, false],
    ['4w', 28 * DAY, false],
    ['1M', 30 * DAY, true],
    ['1Q', 90 * DAY, true],
    ['1Y', 365 * DAY, true],
  ])('%s is %d ms, by convention: %s', (text, duration, nominal) => {
    expect(parseShorthand(text)).toMatchObject({ ok: true, value: { duration, nominal } });
  });

  test.each(['28', '0d', '-1d', '1.5d', '1h30m', '90s', '28 d', '11Y', '999999Y', ''])(
    '"%s" is no duration of OpenSLO',
    (text) => {
      expect(parseShorthand(text).ok).toBe(false);
    },
  );
});
