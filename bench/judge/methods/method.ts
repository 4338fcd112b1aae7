import type { Bucket } from '../../../src/core/counts.ts';

/** What a method is told before the release; the same for all of them. */
export interface Terms {
  readonly target: number;
  /** Canary burn that is not tolerated. */
  readonly maxBurnRate: number;
  /** How many times worse than stable still counts as equal. Baselines have no such thing. */
  readonly margin: number;
  /** False-fail rate asked for; a method without one ignores it. */
  readonly alpha: number;
  /** True where buckets carry groups. */
  readonly grouped: boolean;
}

/** One release watched by one method. */
export interface Watch {
  /** Takes the next bucket, as at a look right after it; true fails the canary. */
  look(bucket: Bucket): boolean;
}

/** A way to judge a canary. */
export interface Method {
  /** Column heading. */
  readonly name: string;
  /** What it is, in words, for the legend below a table. */
  readonly about: string;
  /** Runs it sits out to keep the bench short: it takes part in one of so many. Default: in all. */
  readonly every?: number;
  start(terms: Terms): Watch;
}

/** Bad fraction the canary may have. */
export function allowed({ target, maxBurnRate }: Terms): number {
  return maxBurnRate * (1 - target);
}

/** Index of the bucket at whose look the method fails the canary, or null. */
export function firstFail(watch: Watch, buckets: readonly Bucket[], from = 0): number | null {
  for (let i = from; i < buckets.length; i += 1) {
    const bucket = buckets[i];
    if (bucket !== undefined && watch.look(bucket)) return i;
  }
  return null;
}
