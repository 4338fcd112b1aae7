import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksLikeRfc3339, parseRfc3339 } from './rfc3339.ts';

describe('a moment in RFC 3339', () => {
  test.each([
    ['2024-03-01T11:02:00Z', Date.UTC(2024, 2, 1, 11, 2)],
    ['2024-03-01t11:02:00z', Date.UTC(2024, 2, 1, 11, 2)],
    ['2024-03-01T12:02:00+01:00', Date.UTC(2024, 2, 1, 11, 2)],
    ['2024-02-29T23:30:00-00:30', Date.UTC(2024, 2, 1)],
    ['2024-03-01T11:02:00.123456789Z', Date.UTC(2024, 2, 1, 11, 2, 0, 123)],
    ['2024-03-01T11:02:00.5Z', Date.UTC(2024, 2, 1, 11, 2, 0, 500)],
    ['2024-03-01T13:32:00+02:30', Date.UTC(2024, 2, 1, 11, 2)],
    // Every fourth year is a leap year, but of the full centuries only every fourth.
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['2100-03-01T00:00:00Z', Date.UTC(2100, 2, 1)],
    ['2000-03-01T00:00:00Z', Date.UTC(2000, 2, 1)],
    ['2001-01-01T00:00:00Z', Date.UTC(2001, 0, 1)],
    ['2024-12-31T00:00:00Z', Date.UTC(2024, 11, 31)],
    ['1969-07-20T20:17:40Z', Date.UTC(1969, 6, 20, 20, 17, 40)],
    // A leap second is the last of a day in UTC.
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2016-12-31T23:59:60.25Z', Date.UTC(2017, 0, 1, 0, 0, 0, 250)],
    ['2017-01-01T00:59:60+01:00', Date.UTC(2017, 0, 1)],
  ])('%s is read', (text, time) => {
    expect(parseRfc3339(text)).toBe(time);
  });

  test.each([
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-10T00:00:00Z',
    '2024-03-00T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2016-12-31T23:59:61Z',
    '2016-12-31T12:00:60Z',
    '2024-03-01T24:00:00Z',
    '2024-03-01T23:60:00Z',
    '2024-03-01T00:00:00+24:00',
    '2024-03-01T00:00:00',
    '2024-03-01 00:00:00Z',
    ' 2024-03-01T00:00:00Z',
    '',
  ])('"%s" is none', (text) => {
    expect(parseRfc3339(text)).toBeNull();
  });

  test('looks like one whether or not there is such a date', () => {
    expect(looksLikeRfc3339('2024-02-30T00:00:00Z')).toBe(true);
    expect(looksLikeRfc3339('5m')).toBe(false);
  });

  test('every date that JavaScript writes is read back', () => {
    const dates = fc.date({
      min: new Date(0),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => parseRfc3339(date.toISOString()) === date.getTime()),
      { seed: 20240301 },
    );
  });
});
