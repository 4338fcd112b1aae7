import type { Bucket } from '../../../src/core/counts.ts';
import { sampleBinomial } from '../../../src/core/stats/binomial.ts';
import { elasticBad, isThere, petshopNormal } from '../data.ts';
import { below } from '../random.ts';
import type { Random } from '../../../src/core/stats/random.ts';
import { LOOKS } from './healthy.ts';
import { timeOf, type Scene } from './scene.ts';

const SHARES = [0.05, 0.1, 0.5];

/**
 * The log in order, cut into `looks` slices of equal length; each request is the canary's with chance `share`.
 * `extra`: chance that a good canary request is turned bad.
 */
export function splitLog(
  random: Random,
  bad: readonly boolean[],
  { looks, share, extra }: { readonly looks: number; readonly share: number; readonly extra: number },
): Bucket[] {
  const buckets: Bucket[] = [];
  for (let look = 0; look < looks; look += 1) {
    const canary = { good: 0, bad: 0 };
    const stable = { good: 0, bad: 0 };
    const end = Math.round(((look + 1) * bad.length) / looks);
    for (let i = Math.round((look * bad.length) / looks); i < end; i += 1) {
      const isCanary = random() < share;
      const isBad = bad[i] === true || (isCanary && extra > 0 && random() < extra);
      (isCanary ? canary : stable)[isBad ? 'bad' : 'good'] += 1;
    }
    buckets.push({ time: timeOf(look), canary, stable });
  }
  return buckets;
}

function logScenes(): Scene[] {
  const bad = elasticBad();
  return SHARES.map((share) => ({
    name: `real access log split at ${String(100 * share)}% (elastic)`,
    // At 99% both halves burn twice the budget, so only the comparison keeps the canary.
    terms: { target: 0.99, maxBurnRate: 1, margin: 1, grouped: false },
    make: (random) => splitLog(random, bad, { looks: LOOKS, share, extra: 0 }),
  }));
}

/** A stretch of normal traffic, each event the canary's with chance `share`. */
function petshopScenes(): Scene[] {
  const normal = petshopNormal();
  return SHARES.map((share) => ({
    name: `real normal traffic split at ${String(100 * share)}% (PetShop)`,
    terms: { target: 0.999, maxBurnRate: 1, margin: 1, grouped: false },
    make(random) {
      const start = below(random, normal.length - LOOKS + 1);
      return normal.slice(start, start + LOOKS).map(({ good, bad }, index) => {
        const canary = { good: sampleBinomial(random, good, share), bad: sampleBinomial(random, bad, share) };
        const stable = { good: good - canary.good, bad: bad - canary.bad };
        return { time: timeOf(index), canary, stable };
      });
    },
  }));
}

/** Real traffic split at random: A/A by construction, with all its unevenness. Empty where the data is absent. */
export function realScenes(): Scene[] {
  return [...(isThere('elastic') ? logScenes() : []), ...(isThere('petshopNormal') ? petshopScenes() : [])];
}
