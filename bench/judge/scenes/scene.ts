import type { Bucket, Events } from '../../../src/core/counts.ts';
import { MINUTE } from '../../../src/core/units.ts';
import { sampleBinomial } from '../../../src/core/stats/binomial.ts';
import type { Terms } from '../methods/method.ts';
import type { Random } from '../../../src/core/stats/random.ts';

/** A situation to simulate: its terms, and one random release after another. */
export interface Scene {
  readonly name: string;
  /** Scenes of one seed see the same releases. Default: the name. */
  readonly seed?: string;
  readonly terms: Omit<Terms, 'alpha'>;
  make(random: Random): readonly Bucket[];
  /** Runs as a share of the usual number, where one run costs much. Default 1. */
  readonly share?: number;
}

/** 2026-01-05 10:00 UTC. */
const START = Date.UTC(2026, 0, 5, 10);

export function timeOf(index: number): number {
  return START + index * MINUTE;
}

/** `all` events, each bad with chance `p`. */
export function draw(random: Random, all: number, p: number): Events {
  const bad = sampleBinomial(random, all, p);
  return { bad, good: all - bad };
}

/** Traffic and bad fractions of one bucket. */
export interface Rates {
  readonly canary: number;
  readonly stable: number;
  readonly canaryBad: number;
  readonly stableBad: number;
}

/** Buckets with the given rates; events of a cohort are fixed, which of them are bad is chance. */
export function simulate(random: Random, looks: number, rates: (index: number) => Rates): Bucket[] {
  return Array.from({ length: looks }, (_, index) => {
    const { canary, stable, canaryBad, stableBad } = rates(index);
    return {
      time: timeOf(index),
      canary: draw(random, canary, canaryBad),
      stable: draw(random, stable, stableBad),
    };
  });
}
