import { parseRfc3339 } from '../core/rfc3339.ts';
import { DAY, MINUTE, SECOND, type EpochMs } from '../core/units.ts';

/** What a recording may write as a time, for error messages. */
export const TIME_ALLOWED =
  'epoch seconds such as 1700000000 or 1700000000.5, or RFC 3339 with Z or an offset such as 2023-11-14T22:13:20Z';

/** How a log writes a time; `auto` takes RFC 3339 and numbers whose unit cannot be mistaken. */
export type TimeUnit = 'auto' | 'rfc3339' | 's' | 'ms' | 'us' | 'ns';
export const TIME_UNITS: readonly TimeUnit[] = ['auto', 'rfc3339', 's', 'ms', 'us', 'ns'];

const EPOCH = /^(\d{1,19})(?:\.(\d+))?$/;
const CLF =
  /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d+))? ([+-])([01]\d|2[0-3])([0-5]\d)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The last millisecond of the year 9999: RFC 3339 ends there, and milliseconds taken for seconds exceed it. */
const LATEST: EpochMs = 253_402_300_799_999;

/** 2000-01-01 to 2100-01-01 in seconds: no number in it, nor 1000, 10^6 or 10^9 times it, has two readings. */
const LIKELY = { from: 946_684_800, to: 4_102_444_800 } as const;
const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 } as const;
const EPOCH_UNITS = ['s', 'ms', 'us', 'ns'] as const;

/** Date, time and offset of any notation; months from 1. */
type Civil = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
];

/** Strict RFC 3339, or the same with a blank for the T, as databases write it. */
export function parseTimestamp(text: string): EpochMs | null {
  const time = parseRfc3339(text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T'));
  return time !== null && time >= 0 && time <= LATEST ? time : null;
}

/** The time of the common log format, `10/Oct/2000:13:55:36 -0700`, or null. */
export function parseClfTime(text: string): EpochMs | null {
  const found = CLF.exec(text);
  if (found === null) return null;
  const [, day, monthName, year, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = found;
  const month = MONTHS.indexOf(monthName ?? '') + 1;
  const civil: Civil = [Number(year), month, Number(day), Number(hour), Number(minute), Number(second)];
  return toEpoch(civil, fraction, sign, offsetHour, offsetMinute);
}

/** The time of a row of counts: epoch seconds or RFC 3339, or null. */
export function parseTime(text: string): EpochMs | null {
  return parseEpoch(text, 's') ?? parseTimestamp(text);
}

/** The time of a log line in the unit that the rules name, or null. */
export function parseLogTime(text: string, unit: TimeUnit): EpochMs | null {
  switch (unit) {
    case 'rfc3339':
      return parseTimestamp(text);
    case 's':
    case 'ms':
    case 'us':
    case 'ns':
      return parseEpoch(text, unit);
    case 'auto': {
      const likely = EPOCH_UNITS.find((each) => isLikely(Number(text) / PER_SECOND[each]));
      return EPOCH.test(text) && likely !== undefined ? parseEpoch(text, likely) : parseTimestamp(text);
    }
  }
}

function isLikely(seconds: number): boolean {
  return seconds >= LIKELY.from && seconds < LIKELY.to;
}

function parseEpoch(text: string, unit: (typeof EPOCH_UNITS)[number]): EpochMs | null {
  const found = EPOCH.exec(text);
  if (found === null) return null;
  const [, whole = '', fraction] = found;
  // By digits, because 1700000000.289 * 1000 is not a whole number of milliseconds in binary.
  const ms =
    unit === 's'
      ? Number(whole) * SECOND + milliseconds(fraction)
      : Math.floor(Number(whole) / (PER_SECOND[unit] / SECOND));
  return ms <= LATEST ? ms : null;
}

function milliseconds(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
}

function toEpoch(
  [year, month, day, hour, minute, second]: Civil,
  fraction: string | undefined,
  sign: string | undefined,
  offsetHour: string | undefined,
  offsetMinute: string | undefined,
): EpochMs | null {
  const inRange = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!inRange || hour > 23 || minute > 59 || second > 60) return null;
  const minutes = Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0);
  const offset = (sign === '-' ? -minutes : minutes) * MINUTE;
  const time = Date.UTC(year, month - 1, day, hour, minute, second) - offset + milliseconds(fraction);
  // A leap second exists only as the last of a UTC day; it counts to the first second of the next.
  if (second === 60 && time % DAY >= SECOND) return null;
  // Date.UTC reads the years 0 to 99 as 1900 to 1999; nothing recorded is that old.
  return year >= 1970 && time >= 0 && time <= LATEST ? time : null;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
