import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, formatDuration, parseDuration } from './units.ts';

describe('a duration', () => {
  test.each([
    ['30s', 30 * SECOND],
    ['5m', 5 * MINUTE],
    ['1h30m', 90 * MINUTE],
    ['28d', 28 * DAY],
    ['4w', 28 * DAY],
    ['1.5h', 90 * MINUTE],
    ['500ms', 500],
    [' 2h ', 2 * HOUR],
    ['0', 0],
    ['0s', 0],
  ])('%s is understood', (text, span) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: span });
  });

  test.each(['', '5', '-5m', '5 m', 'm5', '1h 30m', '5minutes', 'PT5M', '1e3s', '١m', '5m\n5'])(
    '%j is refused with what was given and what is allowed',
    (text) => {
      const parsed = parseDuration(text, 'minWindow');
      expect(parsed).toEqual({
        ok: false,
        issues: [{ path: 'minWindow', given: text, allowed: expect.stringContaining('1h30m') as string }],
      });
    },
  );

  test('has no path where none is given', () => {
    expect(parseDuration('soon')).toMatchObject({ issues: [{ path: '', given: 'soon' }] });
  });

  test('longer than ten years is refused, however it is written', () => {
    expect(parseDuration('3661d').ok).toBe(false);
    expect(parseDuration(`${'9'.repeat(400)}w`).ok).toBe(false);
    expect(parseDuration('520w').ok).toBe(true);
    expect(parseDuration('3660d')).toEqual({ ok: true, value: 3660 * DAY });
    expect(parseDuration('3660d1ms', 'warmup')).toEqual({
      ok: false,
      issues: [{ path: 'warmup', given: '3660d1ms', allowed: 'a duration of at most ten years' }],
    });
  });
});

describe('a duration for people', () => {
  test.each([
    [0, '0s'],
    [45 * SECOND, '45s'],
    [59.6 * SECOND, '1m'],
    [59 * SECOND, '59s'],
    [59 * MINUTE + 59 * SECOND, '59m59s'],
    [HOUR, '1h'],
    [47 * HOUR + 59 * MINUTE, '47h59m'],
    [2 * DAY, '2d'],
    // At most two units: what is left of an hour, or of a minute, is cut off.
    [2 * HOUR + 5 * MINUTE + 40 * SECOND, '2h05m'],
    [2 * DAY + 3 * HOUR + 40 * MINUTE, '2d3h'],
    [12 * MINUTE, '12m'],
    [12 * MINUTE + 5 * SECOND, '12m05s'],
    [2 * HOUR, '2h'],
    [2 * HOUR + 5 * MINUTE, '2h05m'],
    [28 * DAY, '28d'],
    [50 * HOUR, '2d2h'],
  ])('%d ms reads %s', (span, text) => {
    expect(formatDuration(span)).toBe(text);
  });

  test('is understood again, within its coarseness', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 * DAY }), (span) => {
        const back = parseDuration(formatDuration(span));
        const coarse = span < HOUR ? SECOND : span < 2 * DAY ? MINUTE : HOUR;
        return back.ok && Math.abs(back.value - span) <= coarse;
      }),
      { seed: 1 },
    );
  });
});
