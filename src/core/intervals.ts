import { NO_EVENTS, total, type Bucket } from './counts.ts';
import { badFractionInterval } from './stats/interval.ts';
import { RatioInterval, type RatioBounds } from './stats/ratio-interval.ts';
import { useOf } from './trial.ts';
import type { DurationMs, EpochMs, Ratio } from './units.ts';

/** People read 95% intervals; these hold at every look at once. */
const ALPHA = 0.05;

/** Anytime-valid 95% intervals; null where nothing is known. */
export interface Intervals {
  /** Burn rates. */
  readonly canary: readonly [low: number, high: number] | null;
  readonly stable: readonly [low: number, high: number] | null;
  /** Ratio of the canary's bad rate to stable's. */
  readonly ratio: RatioBounds | null;
}

/** Bad fraction so far and its anytime-valid 95% interval. */
export interface Band {
  readonly fraction: Ratio;
  readonly low: Ratio;
  readonly high: Ratio;
}

/** What was known after the bucket that begins at `time`; null without events. */
export interface BandPoint {
  readonly time: EpochMs;
  readonly canary: Band | null;
  readonly stable: Band | null;
}

/** Follows the judged buckets of one window; asked as often as one likes. */
export class IntervalTracker {
  readonly #budget: Ratio;
  readonly #warmup: DurationMs;
  readonly #ratio = new RatioInterval();
  readonly #sums = { canaryBad: 0, canary: 0, stableBad: 0, stable: 0 };
  #warmUntil: EpochMs | null = null;
  /** Null: not asked for since the newest bucket. */
  #intervals: Intervals | null = null;

  constructor(target: Ratio, warmup: DurationMs) {
    this.#budget = 1 - target;
    this.#warmup = warmup;
  }

  absorb(bucket: Bucket): void {
    this.#intervals = null;
    const use = useOf(bucket);
    if (use === 'uncovered' || use === 'idle') return;
    const { canary, stable } = { canary: bucket.canary ?? NO_EVENTS, stable: bucket.stable ?? NO_EVENTS };
    if (total(canary) > 0) this.#warmUntil ??= bucket.time + this.#warmup;
    if (this.#warmUntil === null || bucket.time < this.#warmUntil) return;
    this.#sums.canaryBad += canary.bad;
    this.#sums.canary += total(canary);
    this.#sums.stableBad += stable.bad;
    this.#sums.stable += total(stable);
    if (use === 'paired')
      this.#ratio.absorb(
        canary.bad,
        canary.bad + stable.bad,
        total(canary) / (total(canary) + total(stable)),
      );
  }

  intervals(): Intervals {
    if (this.#intervals !== null) return this.#intervals;
    const { canaryBad, canary, stableBad, stable } = this.#sums;
    this.#intervals = {
      canary: this.#burn(canaryBad, canary),
      stable: this.#burn(stableBad, stable),
      ratio: this.#ratio.bounds(ALPHA),
    };
    return this.#intervals;
  }

  /** Without the ratio, which costs the most. */
  bands(time: EpochMs): BandPoint {
    const { canaryBad, canary, stableBad, stable } = this.#sums;
    return {
      time,
      canary: bandOf(canaryBad, canary),
      stable: bandOf(stableBad, stable),
    };
  }

  #burn(bad: number, events: number): Intervals['canary'] {
    const fraction = badFractionInterval(bad, events, ALPHA);
    return fraction === null ? null : [fraction[0] / this.#budget, fraction[1] / this.#budget];
  }
}

/** The intervals after the last of these buckets. */
export function intervalsOf(buckets: readonly Bucket[], target: Ratio, warmup: DurationMs): Intervals {
  const tracker = new IntervalTracker(target, warmup);
  for (const bucket of buckets) tracker.absorb(bucket);
  return tracker.intervals();
}

/**
 * The bad fractions of both cohorts with their intervals as they narrow: after every n-th bucket and the last, at
 * most `most` points.
 */
export function bandPath(buckets: readonly Bucket[], warmup: DurationMs, most: number): BandPoint[] {
  // Fractions do not depend on the objective.
  const tracker = new IntervalTracker(0, warmup);
  const step = Math.max(1, Math.ceil(buckets.length / most));
  const path: BandPoint[] = [];
  for (const [index, bucket] of buckets.entries()) {
    tracker.absorb(bucket);
    if ((buckets.length - 1 - index) % step === 0) path.push(tracker.bands(bucket.time));
  }
  return path;
}

function bandOf(bad: number, events: number): Band | null {
  const ends = badFractionInterval(bad, events, ALPHA);
  return ends === null || events === 0 ? null : { fraction: bad / events, low: ends[0], high: ends[1] };
}
