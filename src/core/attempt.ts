import { NO_EVENTS, total, type Bucket } from './counts.ts';
import { MINUTE, type DurationMs, type EpochMs } from './units.ts';

/** Stretch before a silence from which the canary's expected events are taken. */
const SHARE_FROM: DurationMs = 30 * MINUTE;
/** Silence counts once this many canary events would have been expected: by chance it then never happens. */
export const EXPECTED_BEFORE_SILENT = 30;
/** A gap is at least this many whole buckets. */
const GAP_BUCKETS = 2;

/** One release attempt inside a look-back: the same hash may have been tried before. */
export interface Attempt {
  /** Index of the canary's first bucket after its last gap. */
  readonly start: number;
  /** End of an earlier attempt of the same hash, if one lies in the look-back. */
  readonly earlierEnded: EpochMs | null;
  /** Canary events expected since its last one and not seen; 0 while it has traffic. */
  readonly silentExpected: number;
}

/**
 * Follows the canary bucket by bucket. A gap is at least two settled buckets without canary events while stable
 * was measured, in which 30 or more were expected by the canary's share of the previous 30 minutes of its
 * attempt. Holes in the data and idle minutes are no gaps.
 */
export class AttemptTracker {
  #index = -1;
  #start: number | null = null;
  #earlierEnded: EpochMs | null = null;
  #endOfSeen: EpochMs = 0;
  #silent = 0;
  #expected = 0;
  #share = 0;
  /** Buckets of the 30 minutes up to the canary's last event, and those since. */
  #history: Traffic[] = [];
  #since: Traffic[] = [];

  /** Null while the canary has had no event at all. */
  get attempt(): Attempt | null {
    if (this.#start === null) return null;
    return { start: this.#start, earlierEnded: this.#earlierEnded, silentExpected: this.#expected };
  }

  absorb(bucket: Bucket): void {
    this.#index += 1;
    const canary = total(bucket.canary ?? NO_EVENTS);
    const stable = total(bucket.stable ?? NO_EVENTS);
    if (canary > 0) this.#seen({ time: bucket.time, canary, both: canary + stable });
    else if (this.#start !== null && stable > 0) {
      if (this.#silent === 0) this.#endOfSeen = bucket.time;
      this.#silent += 1;
      this.#expected += this.#share * stable;
      this.#since = recent([...this.#since, { time: bucket.time, canary, both: stable }], bucket.time);
    }
  }

  #seen(traffic: Traffic): void {
    if (this.#start === null) this.#start = this.#index;
    else if (this.#silent >= GAP_BUCKETS && this.#expected >= EXPECTED_BEFORE_SILENT) {
      this.#start = this.#index;
      this.#earlierEnded = this.#endOfSeen;
      // A new attempt has its own weight; what was before it must not decide where it ends.
      this.#history = [];
      this.#since = [];
    }
    this.#history = recent([...this.#history, ...this.#since, traffic], traffic.time);
    this.#since = [];
    this.#silent = 0;
    this.#expected = 0;
    const both = this.#history.reduce((sum, each) => sum + each.both, 0);
    this.#share = this.#history.reduce((sum, each) => sum + each.canary, 0) / both;
  }
}

interface Traffic {
  readonly time: EpochMs;
  readonly canary: number;
  readonly both: number;
}

function recent(traffic: readonly Traffic[], now: EpochMs): Traffic[] {
  return traffic.filter((each) => now - each.time < SHARE_FROM);
}

/** The current attempt in a look-back; null where the canary has no event in it. */
export function findAttempt(buckets: readonly Bucket[]): Attempt | null {
  const tracker = new AttemptTracker();
  for (const bucket of buckets) tracker.absorb(bucket);
  return tracker.attempt;
}
