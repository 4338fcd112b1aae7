import { describe, expect, test } from 'vitest';
import { MINUTE } from '../core/units.ts';
import { Blindness } from './blindness.ts';

function setUp() {
  const clock = { now: 0 };
  return { clock, blindness: new Blindness(() => clock.now) };
}

describe('an SLO', () => {
  test('is blind from its first look without a verdict on counts until the next with one', () => {
    const { clock, blindness } = setUp();
    blindness.note('checkout', 'provider-timeout');
    clock.now = 7 * MINUTE;
    blindness.note('checkout', 'no-data');
    blindness.note('search', 'no-harm');
    expect([...blindness.seconds()]).toEqual([['checkout', 420]]);
    blindness.note('checkout', 'too-few-events');
    expect(blindness.seconds().size).toBe(0);
  });

  test.each([
    'no-harm',
    'harm-proven',
    'unproven',
    'baking',
    'shared-degradation',
    'idle',
    'canary-silent',
  ] as const)('is not blind with %s: counts were judged', (code) => {
    const { blindness } = setUp();
    blindness.note('checkout', code);
    expect(blindness.seconds().size).toBe(0);
  });

  test('that nobody asks for any more is blind no longer', () => {
    const { clock, blindness } = setUp();
    blindness.note('checkout', 'provider-timeout');
    clock.now = 11 * MINUTE;
    expect(blindness.seconds().size).toBe(0);
  });

  test('is never blind for less than no time, whatever the clock does', () => {
    const { clock, blindness } = setUp();
    clock.now = 60 * MINUTE;
    blindness.note('checkout', 'provider-timeout');
    clock.now = 58 * MINUTE;
    expect([...blindness.seconds().values()]).toEqual([0]);
    blindness.note('checkout', 'provider-timeout');
    clock.now = 59 * MINUTE;
    expect([...blindness.seconds().values()]).toEqual([60]);
  });
});
