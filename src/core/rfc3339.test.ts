import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRfc3339 } from './rfc3339.ts';

describe('a moment in RFC 3339', () => {
  test.each([
    ['2024-03-01T11:02:00Z', Date.UTC(2024, 2, 1, 11, 2)],
    ['2024-03-01t11:02:00z', Date.UTC(2024, 2, 1, 11, 2)],
    ['2024-03-01T12:02:00+01:00', Date.UTC(2024, 2, 1, 11, 2)],
    ['2024-02-29T23:30:00-00:30', Date.UTC(2024, 2, 1)],
    ['2024-03-01T11:02:00.123456789Z', Date.UTC(2024, 2, 1, 11, 2, 0, 123)],
  ])('%s is read', (text, time) => {
    expect(parseRfc3339(text)).toBe(time);
  });

  test.each([
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-10T00:00:00Z',
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
