import { expect, test } from 'vitest';
import { countOf } from './counts.ts';
import { isCounted } from './label-values.ts';

test.each([
  [{ value: 'int64Value', int64Value: '0' }, 0],
  [{ value: 'int64Value', int64Value: '9007199254740991' }, Number.MAX_SAFE_INTEGER],
  [{ value: 'doubleValue', doubleValue: 29.999_999_999_9 }, 30],
  [{ value: 'doubleValue', doubleValue: 0.5 }, 0.5],
  [{ value: 'doubleValue', doubleValue: -1e-12 }, 0],
])('%j is %d events', (value, count) => {
  expect(countOf(value)).toBe(count);
});

test.each([
  { value: 'int64Value', int64Value: '9007199254740993' },
  { value: 'int64Value', int64Value: '-3' },
  { value: 'int64Value', int64Value: '3.5' },
  { value: 'doubleValue', doubleValue: NaN },
  { value: 'doubleValue', doubleValue: Infinity },
  { value: 'doubleValue', doubleValue: -1 },
  { value: 'doubleValue', doubleValue: 1e17 },
  { value: 'stringValue', stringValue: '3' },
  { value: 'boolValue', boolValue: true },
  {},
  null,
])('%j is no count', (value) => {
  expect(() => countOf(value)).toThrow(expect.objectContaining({ code: 'provider-garbled' }) as Error);
});

test.each([
  ['503', { only: ['5xx'] }, true],
  ['5xx', { only: ['5xx'] }, true],
  ['50', { only: ['5xx'] }, false],
  ['499', { only: ['500-599'] }, false],
  ['599', { only: ['500-599'] }, true],
  ['', { only: ['5xx', '0'] }, false],
  ['OK', { not: ['OK'] }, false],
  ['UNAVAILABLE', { not: ['OK'] }, true],
  ['404', { only: ['4xx', '5xx'], not: ['404'] }, false],
] as const)('the label %j counts for %j: %j', (value, wanted, counted) => {
  expect(isCounted(value, wanted)).toBe(counted);
});
