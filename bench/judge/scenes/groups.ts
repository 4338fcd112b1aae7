import { NO_EVENTS, add, type Bucket, type Events, type Pair } from '../../../src/core/counts.ts';
import { sampleBinomial } from '../../../src/core/stats/binomial.ts';
import { below } from '../random.ts';
import type { Random } from '../../../src/core/stats/random.ts';
import { LOOKS, TRAFFIC } from './healthy.ts';
import { draw, timeOf, type Scene } from './scene.ts';

/** One endpoint: its part of the traffic, and when it first sees any. */
export interface Endpoint {
  readonly name: string;
  readonly share: number;
  /** Its requests by cohort, where they are not chance. */
  readonly steady?: (index: number) => readonly [canary: number, stable: number];
  readonly from: number;
  readonly canaryBad: (index: number) => number;
  readonly stableBad: number;
}

export const CANARY_SHARE = 0.1;
/** Bad fraction of a healthy endpoint. */
export const BASE = 0.001;

/** Sums of the groups, as assemble makes them. */
function whole(groups: ReadonlyMap<string, Pair>, cohort: 'canary' | 'stable'): Events {
  let sum = NO_EVENTS;
  for (const pair of groups.values()) sum = add(sum, pair[cohort] ?? NO_EVENTS);
  return sum;
}

function requestsOf(random: Random, share: number): readonly [canary: number, stable: number] {
  const requests = sampleBinomial(random, TRAFFIC, share);
  const canary = sampleBinomial(random, requests, CANARY_SHARE);
  return [canary, requests - canary];
}

/** One bucket of all endpoints; the number of requests of each is chance too. */
export function groupedBucket(random: Random, index: number, endpoints: readonly Endpoint[]): Bucket {
  const groups = new Map<string, Pair>();
  for (const endpoint of endpoints) {
    if (index < endpoint.from) continue;
    const [canary, stable] = endpoint.steady?.(index) ?? requestsOf(random, endpoint.share);
    if (canary + stable === 0) continue;
    groups.set(endpoint.name, {
      canary: draw(random, canary, endpoint.canaryBad(index)),
      stable: draw(random, stable, endpoint.stableBad),
    });
  }
  return { time: timeOf(index), canary: whole(groups, 'canary'), stable: whole(groups, 'stable'), groups };
}

/** Shares after Zipf's law that sum to `total`. */
export function zipf(count: number, total = 1): number[] {
  const ranks = Array.from({ length: count }, (_, i) => 1 / (i + 1));
  const sum = ranks.reduce((all, each) => all + each, 0);
  return ranks.map((each) => (each / sum) * total);
}

/** Healthy endpoints after Zipf; `late` of them first see traffic at some minute of the first three hours. */
export function zipfEndpoints(random: Random, count: number, late: number, total = 1): Endpoint[] {
  return zipf(count, total).map((share, i) => ({
    name: `GET /endpoint-${String(i)}`,
    share,
    from: random() < late ? 1 + below(random, 180) : 0,
    canaryBad: () => BASE,
    stableBad: BASE,
  }));
}

/** A hundred endpoints after Zipf's law, 30% of them first called in the middle of the release. */
export const HUNDRED_GROUPS: Scene = {
  name: '100 groups after Zipf, 30% appear mid-release',
  terms: { target: 0.995, maxBurnRate: 1, margin: 1, grouped: true },
  share: 0.1,
  make(random) {
    const endpoints = zipfEndpoints(random, 100, 0.3);
    return Array.from({ length: LOOKS }, (_, index) => groupedBucket(random, index, endpoints));
  },
};

/** Two endpoints of different error rates, in another proportion on the canary: nobody is worse. */
function mixed(random: Random, grouped: boolean): Bucket[] {
  const rates = [0.002, 0.02];
  const canary = [210, 90];
  const stable = [2160, 540];
  return Array.from({ length: LOOKS }, (_, index) => {
    const groups = new Map<string, Pair>(
      rates.map((rate, i) => [
        `endpoint-${String(i)}`,
        { canary: draw(random, canary[i] ?? 0, rate), stable: draw(random, stable[i] ?? 0, rate) },
      ]),
    );
    const bucket = { time: timeOf(index), canary: whole(groups, 'canary'), stable: whole(groups, 'stable') };
    return grouped ? { ...bucket, groups } : bucket;
  });
}

/** Mix 70/30 on the canary, 80/20 on stable, at 0.2% and 2%; with the breakdown known, or pooled. */
export function mixScene(grouped: boolean): Scene {
  return {
    name: `endpoint mix 70/30 against 80/20, ${grouped ? 'stratified' : 'pooled'}`,
    seed: 'mixes',
    terms: { target: 0.995, maxBurnRate: 1, margin: 1, grouped },
    make: (random) => mixed(random, grouped),
  };
}
