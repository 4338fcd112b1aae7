import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../core/grants.ts';
import { CallerLimits } from './caller-limits.ts';
import type { Principal } from './principal.ts';

const caller = (name: string, over: Partial<Principal> = {}): Principal => ({
  name,
  role: 'judge',
  grants: EVERYTHING,
  callsPerMinute: null,
  concurrency: null,
  ...over,
});

describe('the limits of a caller', () => {
  test('on calls at once hold until one has ended, and do not touch others', () => {
    const limits = new CallerLimits(() => 0);
    const shop = caller('shop', { concurrency: 2 });
    const [one, two] = [limits.begin(shop), limits.begin(shop)];
    expect(limits.begin(shop)).toBe('concurrency');
    expect(limits.begin(caller('search', { concurrency: 2 }))).toBeTypeOf('function');
    if (typeof one === 'function') {
      one();
      one();
    }
    expect(two).toBeTypeOf('function');
    expect(limits.begin(shop)).toBeTypeOf('function');
    expect(limits.begin(shop)).toBe('concurrency');
  });

  test('on the rate let no span of a minute see more than twice as many, and never refuse all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 200 }), (gaps) => {
        let now = 0;
        const limits = new CallerLimits(() => now);
        const allowed: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (typeof limits.begin(caller('a', { callsPerMinute: 10 })) === 'function') allowed.push(now);
        }
        for (const start of allowed)
          expect(allowed.filter((at) => at >= start && at < start + 60_000).length).toBeLessThanOrEqual(20);
        expect(allowed.length).toBeGreaterThan(0);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('do not become a debt when the clock jumps', () => {
    let now = 10 * 3_600_000;
    const limits = new CallerLimits(() => now);
    const shop = caller('shop', { callsPerMinute: 1 });
    expect(limits.begin(shop)).toBeTypeOf('function');
    expect(limits.begin(shop)).toBe('rate');
    now -= 3_600_000;
    expect(limits.begin(shop)).toBeTypeOf('function');
    now += 7_200_000;
    expect(limits.begin(shop)).toBeTypeOf('function');
  });

  test('are none where none are set', () => {
    const limits = new CallerLimits(() => 0);
    for (let i = 0; i < 1000; i += 1) expect(limits.begin(caller('a'))).toBeTypeOf('function');
  });
});
