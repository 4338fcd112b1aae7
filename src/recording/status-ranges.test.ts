import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileStatuses, parseStatus, parseStatuses } from './status-ranges.ts';

describe('statuses', () => {
  test.each([
    ['5xx', [[500, 599]]],
    ['5XX', [[500, 599]]],
    ['404', [[404, 404]]],
    [404, [[404, 404]]],
    ['500-599', [[500, 599]]],
    ['500 - 504', [[500, 504]]],
    ['>=500', [[500, 999]]],
    ['> 499', [[500, 999]]],
    ['<400', [[100, 399]]],
    ['<=399', [[100, 399]]],
    [
      '429, 5xx',
      [
        [429, 429],
        [500, 599],
      ],
    ],
    [
      ['429', 500, '502-504,507'],
      [
        [429, 429],
        [500, 500],
        [502, 504],
        [507, 507],
      ],
    ],
  ])('%j is read', (raw, ranges) => {
    expect(parseStatuses(raw, 'bad')).toEqual({ ok: true, value: ranges });
  });

  test.each([
    '',
    'x',
    '5x',
    '0xx',
    '50',
    '5000',
    '599-500',
    '500-',
    '>=',
    '>=1000',
    '>999',
    '<100',
    '500;501',
    '5xx,',
    null,
    true,
    {},
    [],
    [[]],
    4.5,
  ])('%j is refused, naming its path', (raw) => {
    expect(parseStatuses(raw, 'bad.status')).toMatchObject({ ok: false, issues: [{ path: 'bad.status' }] });
  });

  test('compiled, hold exactly what the ranges hold', () => {
    const status = fc.integer({ min: 100, max: 999 });
    const range = fc.tuple(status, status).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(fc.array(range, { maxLength: 4 }), fc.integer({ min: -5, max: 1100 }), (ranges, value) => {
        expect(compileStatuses(ranges)(value)).toBe(
          ranges.some(([from, to]) => value >= from && value <= to),
        );
      }),
      { seed: 9 },
    );
  });

  test.each([
    ['200', 200],
    ['599', 599],
    ['000', null],
    ['0', null],
    ['-', null],
    ['20', null],
    ['2000', null],
    ['2e2', null],
    ['', null],
  ])('of a line: %j', (text, status) => {
    expect(parseStatus(text)).toBe(status);
  });
});
