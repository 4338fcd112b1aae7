import { expect, test } from 'vitest';
import { binomial, seeded } from '../../../examples/releases/random.ts';
import { RatioInterval } from './ratio-interval.ts';

test('over 120 looks with weight steps and an incident the interval misses the truth in at most alpha of 400 runs', () => {
  const random = seeded(41);
  const ratio = 2;
  let missed = 0;
  for (let run = 0; run < 400; run += 1) {
    const interval = new RatioInterval();
    let miss = false;
    for (let minute = 0; minute < 120; minute += 1) {
      const share = [0.05, 0.1, 0.25, 0.5][Math.floor(minute / 30)] ?? 0.5;
      const bad = minute >= 50 && minute < 65 ? 0.1 : 0.01;
      const canary = Math.round(600 * share);
      const canaryBad = binomial(random, canary, bad * ratio);
      const stableBad = binomial(random, 600 - canary, bad);
      interval.absorb(canaryBad, canaryBad + stableBad, share);
      const bounds = interval.bounds(0.05);
      if (bounds !== null && ((bounds.low ?? 0) > ratio || (bounds.high ?? Infinity) < ratio)) miss = true;
    }
    if (miss) missed += 1;
  }
  // 400 runs at a true rate of 5% miss more than 32 with a chance of 1 in 100.
  expect(missed).toBeLessThanOrEqual(32);
});
