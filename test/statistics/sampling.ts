import { regularizedBeta } from '../../src/core/stats/special.ts';

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A binomial draw, exact: hops from success to success. */
export function binomial(random: () => number, events: number, chance: number): number {
  if (chance <= 0) return 0;
  if (chance >= 1) return events;
  let successes = 0;
  let at = 0;
  for (;;) {
    at += 1 + Math.floor(Math.log(1 - random()) / Math.log1p(-chance));
    if (at > events) return successes;
    successes += 1;
  }
}

/**
 * Request counts of one minute: Poisson where they are few, a rounded normal where they are many. The judge
 * promises its rates for any counts whatever, so nothing hangs on the shape.
 */
export function traffic(random: () => number, mean: number): number {
  if (mean > 30) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  let count = -1;
  for (let left = Math.exp(-mean), product = 1; product > left; count += 1) product *= random();
  return count;
}

/**
 * Upper end of the exact (Clopper-Pearson) interval for a rate of which `hits` of `runs` were seen: a true
 * rate above it would have shown so few hits in fewer than one of a thousand simulations.
 */
export function upperBound(hits: number, runs: number): number {
  let low = hits / runs;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const rate = (low + high) / 2;
    // P(at most `hits` of `runs`) at this rate.
    if (hits >= runs || 1 - regularizedBeta(rate, hits + 1, runs - hits) > 0.001) low = rate;
    else high = rate;
  }
  return high;
}
