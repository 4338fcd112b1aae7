import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../core/units.ts';
import type { CalendarUnit, TimeWindow } from '../../core/slo.ts';
import { periodAt } from './period.ts';
import { parseWall, WallClock } from './wall-clock.ts';

function calendar(count: number, unit: CalendarUnit, start: string, timeZone: string): TimeWindow {
  const nominal = { m: 60_000, h: HOUR, d: DAY, w: 7 * DAY, M: 30 * DAY, Q: 90 * DAY, Y: 365 * DAY }[unit];
  return { kind: 'calendar', duration: count * nominal, count, unit, start, timeZone };
}

function spanOf(window: TimeWindow, at: string): [string, string, number] {
  const { start, end } = periodAt(window, Date.parse(at));
  return [new Date(start).toISOString(), new Date(end).toISOString(), (end - start) / HOUR];
}

describe('the period of a time window', () => {
  test('is the span before the report where it is rolling', () => {
    expect(spanOf({ kind: 'rolling', duration: 28 * DAY }, '2026-03-29T12:00:00Z')).toEqual([
      '2026-03-01T12:00:00.000Z',
      '2026-03-29T12:00:00.000Z',
      28 * 24,
    ]);
  });

  test.each([
    // Summer time begins on 29 March 2026 in Berlin: the month is an hour short; it ends on 25 October.
    [
      'a month in which summer time begins',
      calendar(1, 'M', '2026-01-01 00:00:00', 'Europe/Berlin'),
      '2026-03-15T00:00:00Z',
      '2026-02-28T23:00:00.000Z',
      '2026-03-31T22:00:00.000Z',
      743,
    ],
    [
      'a month in which it ends',
      calendar(1, 'M', '2026-01-01 00:00:00', 'Europe/Berlin'),
      '2026-10-31T22:59:59Z',
      '2026-09-30T22:00:00.000Z',
      '2026-10-31T23:00:00.000Z',
      745,
    ],
    [
      'a month of the past, before the first',
      calendar(1, 'M', '2026-01-01 00:00:00', 'Etc/UTC'),
      '2024-02-29T23:59:59Z',
      '2024-02-01T00:00:00.000Z',
      '2024-03-01T00:00:00.000Z',
      29 * 24,
    ],
    [
      'a week across the change',
      calendar(1, 'w', '2026-01-05 00:00:00', 'America/New_York'),
      '2026-03-08T12:00:00Z',
      '2026-03-02T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
      167,
    ],
    [
      'a quarter',
      calendar(1, 'Q', '2026-01-01 00:00:00', 'Asia/Kolkata'),
      '2026-05-05T00:00:00Z',
      '2026-03-31T18:30:00.000Z',
      '2026-06-30T18:30:00.000Z',
      91 * 24,
    ],
    [
      'a leap year',
      calendar(1, 'Y', '2023-03-01 00:00:00', 'Etc/UTC'),
      '2024-02-29T00:00:00Z',
      '2023-03-01T00:00:00.000Z',
      '2024-03-01T00:00:00.000Z',
      366 * 24,
    ],
    [
      'the 31st in a shorter month',
      calendar(1, 'M', '2026-01-31 00:00:00', 'Etc/UTC'),
      '2026-03-01T00:00:00Z',
      '2026-02-28T00:00:00.000Z',
      '2026-03-31T00:00:00.000Z',
      31 * 24,
    ],
    [
      'hours, which no clock on a wall makes longer',
      calendar(12, 'h', '2026-03-28 00:00:00', 'Europe/Berlin'),
      '2026-03-29T12:00:00Z',
      '2026-03-29T11:00:00.000Z',
      '2026-03-29T23:00:00.000Z',
      12,
    ],
  ])('%s', (_, window, at, start, end, hours) => {
    expect(spanOf(window, at)).toEqual([start, end, hours]);
  });

  test('follows the one before without a gap, over forty years of months', () => {
    const window = calendar(1, 'M', '2000-01-01 00:00:00', 'Europe/Berlin');
    let at = Date.parse('2000-01-01T00:00:00Z');
    for (let month = 0; month < 480; month += 1) {
      const { end } = periodAt(window, at);
      expect(periodAt(window, end).start).toBe(end);
      expect(end).toBeGreaterThan(at);
      at = end;
    }
  });
});

describe('a clock on the wall', () => {
  const berlin = new WallClock('Europe/Berlin');
  test('shows a reading twice when summer time ends, of which the first counts', () => {
    expect(new Date(berlin.timeOf(parseWall('2026-10-25 02:30:00'))).toISOString()).toBe(
      '2026-10-25T00:30:00.000Z',
    );
  });
  test('skips an hour when it begins, for which the jump stands', () => {
    expect(new Date(berlin.timeOf(parseWall('2026-03-29 02:30:00'))).toISOString()).toBe(
      '2026-03-29T01:00:00.000Z',
    );
  });
});
