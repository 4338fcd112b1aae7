import { NO_EVENTS, total, type Bucket } from './counts.ts';
import { MINUTE, type DurationMs, type EpochMs } from './units.ts';

/** Stretch before a silence from which the canary's expected events are taken. */
const SHARE_FROM: DurationMs = 30 * MINUTE;
/** Silence counts once this many canary events would have been expected: by chance it then never happens. */
export const EXPECTED_BEFORE_SILENT = 30;
/** Entries between two prunings; the work stays linear because the mark doubles with what is kept. */
const PRUNE_EVERY = 64;
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
  #lastSeen: EpochMs = 0;
  #silent = 0;
  #expected = 0;
  #share = 0;
  /** Buckets of the attempt with events, oldest first; those more than 30 minutes before the newest may be left out. */
  #busy: Bucket[] = [];
  #pruneAt = PRUNE_EVERY;

  /** Null while the canary has had no event at all. */
  get attempt(): Attempt | null {
    if (this.#start === null) return null;
    return { start: this.#start, earlierEnded: this.#earlierEnded, silentExpected: this.#expected };
  }

  absorb(bucket: Bucket): void {
    this.#index += 1;
    const stable = total(bucket.stable ?? NO_EVENTS);
    if (total(bucket.canary ?? NO_EVENTS) > 0) this.#seen(bucket);
    else if (this.#start !== null && stable > 0) {
      if (this.#silent === 0) {
        this.#endOfSeen = bucket.time;
        this.#share = this.#shareNow();
      }
      this.#silent += 1;
      this.#expected += this.#share * stable;
      this.#note(bucket);
    }
  }

  #seen(bucket: Bucket): void {
    if (this.#start === null) this.#start = this.#index;
    else if (this.#silent >= GAP_BUCKETS && this.#expected >= EXPECTED_BEFORE_SILENT) {
      this.#start = this.#index;
      this.#earlierEnded = this.#endOfSeen;
      // A new attempt has its own weight; what was before it must not decide where it ends.
      this.#busy = [];
    }
    this.#note(bucket);
    this.#lastSeen = bucket.time;
    this.#silent = 0;
    this.#expected = 0;
  }

  /** The canary's share of the 30 minutes up to its last event; asked for only when it falls silent. */
  #shareNow(): number {
    let canary = 0;
    let both = 0;
    for (const bucket of this.#busy) {
      if (this.#lastSeen - bucket.time >= SHARE_FROM) continue;
      const own = total(bucket.canary ?? NO_EVENTS);
      canary += own;
      both += own + total(bucket.stable ?? NO_EVENTS);
    }
    return canary / both;
  }

  #note(bucket: Bucket): void {
    this.#busy.push(bucket);
    if (this.#busy.length < this.#pruneAt) return;
    this.#busy = this.#busy.filter((each) => bucket.time - each.time < SHARE_FROM);
    this.#pruneAt = 2 * this.#busy.length + PRUNE_EVERY;
  }
}

/** The current attempt in a look-back; null where the canary has no event in it. */
export function findAttempt(buckets: readonly Bucket[]): Attempt | null {
  const tracker = new AttemptTracker();
  for (const bucket of buckets) tracker.absorb(bucket);
  return tracker.attempt;
}
