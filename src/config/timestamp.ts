import { parseRfc3339 } from '../core/rfc3339.ts';
import { invalid, shown, valid, type Parsed } from '../core/parsed.ts';
import type { CalendarUnit } from '../core/slo.ts';
import { DAY, HOUR, type DurationMs, type EpochMs } from '../core/units.ts';

const WALL_CLOCK = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** OpenSLO's `calendar.startTime`: a wall clock reading without a time zone. */
export function isWallClock(text: string): boolean {
  return WALL_CLOCK.test(text) && parseRfc3339(`${text.replace(' ', 'T')}Z`) !== null;
}

/** `start/end` in RFC 3339, the end after the start. */
export function parseSpan(text: string): Parsed<{ readonly start: EpochMs; readonly end: EpochMs }> {
  const [from, to, ...rest] = text.split('/').map((part) => parseRfc3339(part.trim()));
  if (rest.length > 0 || typeof from !== 'number' || typeof to !== 'number' || from >= to) {
    return invalid({
      path: '',
      given: shown(text),
      allowed: 'start/end in RFC 3339, the end later, such as 2026-05-01T22:00:00Z/2026-05-02T02:00:00Z',
    });
  }
  return valid({ start: from, end: to });
}

/**
 * OpenSLO leaves the length of months to implementations. Burn needs one length for the budget period, so a
 * month is 30 days here, a quarter 90 and a year 365, whatever the calendar says.
 */
const SHORTHAND_MS: Readonly<Record<CalendarUnit, DurationMs>> = {
  m: HOUR / 60,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
  M: 30 * DAY,
  Q: 90 * DAY,
  Y: 365 * DAY,
};
const SHORTHAND = /^([1-9]\d{0,5})([mhdwMQY])$/;
const LONGEST: DurationMs = 3660 * DAY;

export interface Shorthand {
  readonly duration: DurationMs;
  /** True where the calendar does not fix the length. */
  readonly nominal: boolean;
  readonly count: number;
  readonly unit: CalendarUnit;
}

/** OpenSLO's duration shorthand: one whole number and one of m, h, d, w, M (month), Q, Y. At most ten years. */
export function parseShorthand(text: string): Parsed<Shorthand> {
  const [, amount, unit] = SHORTHAND.exec(text) ?? [];
  const duration = isUnit(unit) ? Number(amount) * SHORTHAND_MS[unit] : Number.NaN;
  if (!isUnit(unit) || !(duration <= LONGEST)) {
    return invalid({
      path: '',
      given: shown(text),
      allowed: 'one whole number and a unit of m, h, d, w, M (month), Q or Y, such as 28d, at most ten years',
    });
  }
  const nominal = unit === 'M' || unit === 'Q' || unit === 'Y';
  return valid({ duration, nominal, count: Number(amount), unit });
}

function isUnit(text: string | undefined): text is CalendarUnit {
  return text !== undefined && Object.hasOwn(SHORTHAND_MS, text);
}
