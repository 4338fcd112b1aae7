import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClfTime, parseLogTime, parseTime, parseTimestamp, TIME_UNITS } from './time.ts';

describe('RFC 3339', () => {
  test.each([
    ['2023-11-14T22:13:20Z', 1_700_000_000_000],
    ['2023-11-14t22:13:20z', 1_700_000_000_000],
    ['2023-11-14 22:13:20+00:00', 1_700_000_000_000],
    ['2023-11-14T23:13:20+01:00', 1_700_000_000_000],
    ['2023-11-14T14:43:20-07:30', 1_700_000_000_000],
    ['2023-11-14T22:13:20.5Z', 1_700_000_000_500],
    ['2023-11-14T22:13:20.289999999Z', 1_700_000_000_289],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2017-01-01T00:59:60+01:00', Date.UTC(2017, 0, 1)],
    ['1970-01-01T00:00:00Z', 0],
    ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
  ])('%s is read', (text, time) => {
    expect(parseTimestamp(text)).toBe(time);
  });

  test.each([
    ['no offset', '2023-11-14T22:13:20'],
    ['a date alone', '2023-11-14'],
    ['one-digit hour', '2023-11-14T2:13:20Z'],
    ['month 13', '2023-13-14T22:13:20Z'],
    ['month 0', '2023-00-14T22:13:20Z'],
    ['30 February', '2023-02-30T22:13:20Z'],
    ['29 February of a common year', '2023-02-29T22:13:20Z'],
    ['29 February of 2100', '2100-02-29T22:13:20Z'],
    ['31 April', '2023-04-31T22:13:20Z'],
    ['day 0', '2023-04-00T22:13:20Z'],
    ['hour 24', '2023-11-14T24:00:00Z'],
    ['minute 60', '2023-11-14T22:60:00Z'],
    ['second 61', '2023-11-14T23:59:61Z'],
    ['a leap second in the middle of the day', '2023-11-14T12:00:60Z'],
    ['offset of 24 hours', '2023-11-14T22:13:20+24:00'],
    ['offset without colon', '2023-11-14T22:13:20+0100'],
    ['a comma for the fraction', '2023-11-14T22:13:20,5Z'],
    ['no digits behind the point', '2023-11-14T22:13:20.Z'],
    ['before 1970', '1969-12-31T23:59:59Z'],
    ['before 1970 by its offset', '1970-01-01T00:30:00+01:00'],
    ['blanks around', ' 2023-11-14T22:13:20Z'],
    ['what Date.parse would take', 'Nov 14 2023 22:13:20 GMT'],
    ['a digit of another script', '٢023-11-14T22:13:20Z'],
    ['nothing', ''],
  ])('%s is refused', (_, text) => {
    expect(parseTimestamp(text)).toBeNull();
  });

  test('reads back whatever Date writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (time) => {
        expect(parseTimestamp(new Date(time).toISOString())).toBe(time);
      }),
      { seed: 1 },
    );
  });
});

describe('the time of a row of counts', () => {
  test.each([
    ['0', 0],
    ['1700000000', 1_700_000_000_000],
    ['1700000000.5', 1_700_000_000_500],
    ['1700000000.289', 1_700_000_000_289],
    ['1700000000.2899', 1_700_000_000_289],
    ['2023-11-14T22:13:20Z', 1_700_000_000_000],
  ])('%s is read', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });

  test.each(['', '-1', '+1700000000', '1.7e9', '1700000000000', '1700000000.', '.5', '0x10', '1 700', 'NaN'])(
    '%j is refused, milliseconds taken for seconds among others',
    (text) => {
      expect(parseTime(text)).toBeNull();
    },
  );
});

describe('the common log format', () => {
  test.each([
    ['10/Oct/2000:13:55:36 -0700', Date.UTC(2000, 9, 10, 20, 55, 36)],
    ['10/Oct/2000:13:55:36 +0000', Date.UTC(2000, 9, 10, 13, 55, 36)],
    ['01/Jan/2024:00:15:00 +0530', Date.UTC(2023, 11, 31, 18, 45)],
    ['29/Feb/2024:23:59:59.250 +0000', Date.UTC(2024, 1, 29, 23, 59, 59, 250)],
  ])('%s is read', (text, time) => {
    expect(parseClfTime(text)).toBe(time);
  });

  test.each([
    '10/Oct/2000:13:55:36',
    '10/oct/2000:13:55:36 -0700',
    '10/Xyz/2000:13:55:36 -0700',
    '31/Apr/2000:13:55:36 -0700',
    '1/Oct/2000:13:55:36 -0700',
    '10/Oct/2000:24:00:00 -0700',
    '10/Oct/2000:13:55:36 -2500',
    '10/Oct/0099:13:55:36 +0000',
  ])('%s is refused', (text) => {
    expect(parseClfTime(text)).toBeNull();
  });
});

describe('the time of a log line', () => {
  test.each([
    ['1700000000', 's', 1_700_000_000_000],
    ['1700000000123', 'ms', 1_700_000_000_123],
    ['1700000000123456', 'us', 1_700_000_000_123],
    ['1700000000123456789', 'ns', 1_700_000_000_123],
    ['2023-11-14T22:13:20Z', 'rfc3339', 1_700_000_000_000],
    ['1700000000.25', 'auto', 1_700_000_000_250],
    ['1700000000123', 'auto', 1_700_000_000_123],
    ['1700000000123456', 'auto', 1_700_000_000_123],
    ['1700000000123456789', 'auto', 1_700_000_000_123],
    ['2023-11-14T22:13:20Z', 'auto', 1_700_000_000_000],
  ] as const)('%s as %s', (text, unit, time) => {
    expect(parseLogTime(text, unit)).toBe(time);
  });

  test.each([
    ['12', 'auto'],
    ['100000000000', 'auto'],
    ['1700000000', 'rfc3339'],
    ['2023-11-14T22:13:20Z', 's'],
    ['1700000000123', 's'],
    ['', 'auto'],
  ] as const)('%j as %s is refused rather than guessed', (text, unit) => {
    expect(parseLogTime(text, unit)).toBeNull();
  });

  test('no text makes it throw or give anything but a time from 1970 to 9999', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...TIME_UNITS), (text, unit) => {
        const time = parseLogTime(text, unit) ?? 0;
        expect(Number.isInteger(time) && time >= 0 && time <= 253_402_300_799_999).toBe(true);
      }),
      { seed: 1 },
    );
  });
});
