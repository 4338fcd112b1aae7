import type { CalendarUnit, TimeWindow } from '../../core/slo.ts';
import { DAY, HOUR, MINUTE, type DurationMs, type EpochMs } from '../../core/units.ts';
import { parseWall, WallClock, type WallMs } from './wall-clock.ts';

/** The compliance span that a report is about: [start, end). */
export interface Period {
  readonly kind: 'rolling' | 'calendar';
  readonly start: EpochMs;
  /** Of a calendar period its end, which may lie ahead; of a rolling one the time of the report. */
  readonly end: EpochMs;
}

/** The period that holds a time: the span before it, or the calendar period around it. */
export function periodAt(window: TimeWindow, at: EpochMs): Period {
  switch (window.kind) {
    case 'rolling':
      return { kind: 'rolling', start: at - window.duration, end: at };
    case 'calendar':
      return calendarPeriod(window, at);
  }
}

type Calendar = Extract<TimeWindow, { kind: 'calendar' }>;

/** Periods follow each other from `start` on, in both directions; days and longer are counted on the wall clock. */
function calendarPeriod(window: Calendar, at: EpochMs): Period {
  const clock = new WallClock(window.timeZone);
  const first = parseWall(window.start);
  const begins = (number: number): EpochMs => boundary(window, clock, first, number);
  let number = Math.floor((at - begins(0)) / window.duration);
  // The nominal length may be off by some periods after many years of months.
  while (begins(number) > at) number -= 1;
  while (begins(number + 1) <= at) number += 1;
  return { kind: 'calendar', start: begins(number), end: begins(number + 1) };
}

const MONTHS: Readonly<Record<Extract<CalendarUnit, 'M' | 'Q' | 'Y'>, number>> = { M: 1, Q: 3, Y: 12 };
const SPANS: Readonly<Record<Exclude<CalendarUnit, 'M' | 'Q' | 'Y'>, DurationMs>> = {
  m: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
};

function boundary({ unit, count }: Calendar, clock: WallClock, first: WallMs, number: number): EpochMs {
  switch (unit) {
    case 'm':
    case 'h':
      // Hours pass whatever the clock on the wall does.
      return clock.timeOf(first) + number * count * SPANS[unit];
    case 'd':
    case 'w':
      return clock.timeOf(first + number * count * SPANS[unit]);
    case 'M':
    case 'Q':
    case 'Y':
      return clock.timeOf(addMonths(first, number * count * MONTHS[unit]));
  }
}

/** The same day of another month, or its last where it is shorter. */
function addMonths(wall: WallMs, months: number): WallMs {
  const date = new Date(wall);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const timeOfDay = wall - Date.UTC(year, date.getUTCMonth(), date.getUTCDate());
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) + timeOfDay;
}
