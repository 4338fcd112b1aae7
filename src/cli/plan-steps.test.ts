import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../core/units.ts';
import { parseSteps } from './plan-steps.ts';

describe('steps of a plan', () => {
  test.each([
    ['5:10m', [{ weight: 0.05, dwell: 10 * MINUTE }]],
    [
      ' 2.5% : 90s , 100:1h30m ',
      [
        { weight: 0.025, dwell: 90 * SECOND },
        { weight: 1, dwell: 1.5 * HOUR },
      ],
    ],
  ])('%j are weights in per cent and dwells', (text, steps) => {
    expect(parseSteps(text)).toEqual({ ok: true, value: steps });
  });

  test.each([
    '',
    '5',
    '5:',
    ':10m',
    '5:10',
    '0:10m',
    '-5:10m',
    '101:10m',
    '5:0s',
    '5:10m,',
    '5:25h',
    '1e1:5m',
  ])('%j are refused', (text) => {
    expect(parseSteps(text)).toMatchObject({ ok: false, issues: [{ path: '--steps' }] });
  });

  test('all that are wrong are named, and a list without end is not read', () => {
    const wrong = parseSteps('5:10m,x,200:1h');
    expect(wrong.ok ? [] : wrong.issues.map(({ given }) => given)).toEqual(['"x"', '"200:1h"']);
    expect(parseSteps(Array.from({ length: 21 }, () => '5:1m').join(','))).toMatchObject({ ok: false });
  });
});
