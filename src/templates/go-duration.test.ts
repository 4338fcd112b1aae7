import { expect, test } from 'vitest';
import { goDuration } from './go-duration.ts';

test.each([
  ['60s', 60_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['100ms', 100],
  ['.5m', 30_000],
  ['0', 0],
  ['1d', undefined],
  ['60', undefined],
  ['5 m', undefined],
  ['5m ', undefined],
  ['', undefined],
  ['5m-', undefined],
])('%s', (text, ms) => {
  expect(goDuration(text)).toBe(ms);
});
