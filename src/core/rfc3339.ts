import { DAY, HOUR, MINUTE, SECOND, type EpochMs } from './units.ts';

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True for texts that are written like RFC 3339, whether or not there is such a date. */
export function looksLikeRfc3339(text: string): boolean {
  return RFC3339.test(text);
}

/**
 * Milliseconds since the epoch, parts of one cut off; null for what is not written so, and for dates and times that
 * do not exist. JavaScript's own parser would guess: it rolls 30 February over into March, and 24:00 into the next day.
 */
export function parseRfc3339(text: string): EpochMs | null {
  const found = RFC3339.exec(text);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const days = daysSinceEpoch(year, month, day);
  if (days === null || hour > 23 || minute > 59 || second > 60) return null;
  const [fraction, sign, offsetHour, offsetMinute] = found.slice(7);
  const ms = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const offset =
    sign === undefined
      ? 0
      : (Number(offsetHour) * HOUR + Number(offsetMinute) * MINUTE) * (sign === '-' ? -1 : 1);
  const time = days * DAY + hour * HOUR + minute * MINUTE + second * SECOND - offset;
  // A leap second ends a day in UTC; epoch time gives it to the next.
  return second === 60 && time % DAY !== 0 ? null : time + ms;
}

/** Days from 1970-01-01 in the Gregorian calendar; null for a day that is none. */
function daysSinceEpoch(year: number, month: number, day: number): number | null {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = (MONTH_DAYS[month - 1] ?? 0) + (month === 2 && leap ? 1 : 0);
  if (day < 1 || day > length) return null;
  const before =
    MONTH_DAYS.slice(0, month - 1).reduce((sum, days) => sum + days, 0) + (leap && month > 2 ? 1 : 0);
  return daysToYear(year) - daysToYear(1970) + before + day - 1;
}

/** Days from year 0 to the first day of `year`. */
function daysToYear(year: number): number {
  const past = year - 1;
  return 365 * year + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
}
