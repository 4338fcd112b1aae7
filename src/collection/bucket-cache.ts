import { LRUCache } from 'lru-cache';
import { HOUR, SECOND, type DurationMs, type EpochMs } from '../core/units.ts';
import type { Fetched } from '../core/provider.ts';
import { Cells } from './cells.ts';
import { KeptCounts, SAME_SECONDS, type Keeping } from './kept-counts.ts';

export interface BucketCacheOptions {
  readonly maxBytes: number;
  readonly now: () => EpochMs;
  /** Told of counts that had to go for others. */
  readonly onEvicted: (provider: string, bytes: number) => void;
}

interface Entry {
  readonly provider: string;
  readonly counts: KeptCounts;
}

interface Taken {
  readonly key: string;
  readonly cells: Cells;
  readonly keeping: Keeping;
}

/** The object, its place in the cache and its key, whose characters come on top. */
const ENTRY_BYTES = 900;
/** One request may take so much of the cache; of a larger one the oldest hours go. */
const LARGEST_SHARE = 0.5;

/** Settled counts of all requests of all providers, bounded by bytes; what nobody asked for in an hour goes first. */
export class BucketCache {
  readonly #maxBytes: number;
  readonly #entries: LRUCache<string, Entry>;
  /** Answers that callers share: all of them bring it, and it is packed and kept once. */
  readonly #taken = new WeakMap<Fetched, Taken>();
  readonly #now: () => EpochMs;
  #answers = 0;
  #latest: EpochMs = -Infinity;

  constructor({ maxBytes, now, onEvicted }: BucketCacheOptions) {
    this.#maxBytes = maxBytes;
    this.#now = now;
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      ttl: HOUR,
      updateAgeOnGet: true,
      ttlResolution: 0,
      perf: { now },
      sizeCalculation: ({ counts }, key) => ENTRY_BYTES + 2 * key.length + counts.bytes,
      noDisposeOnSet: true,
      dispose: ({ provider, counts }, _key, reason) => {
        if (reason === 'evict') onEvicted(provider, counts.bytes);
      },
    });
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  get entries(): number {
    return this.#entries.size;
  }

  find(key: string): KeptCounts | null {
    this.#forgetFuture();
    return this.#entries.get(key)?.counts ?? null;
  }

  /** What a clock that has been set back called settled may not have happened yet. */
  #forgetFuture(): void {
    const now = this.#now();
    if (now < this.#latest - SET_BACK) this.#entries.clear();
    else if (now <= this.#latest) return;
    this.#latest = now;
  }

  /** Keeps what is settled of an answer to this request; the answer's counts, packed. */
  keep(provider: string, key: string, answer: Fetched, keeping: Keeping): Cells {
    const taken = this.#taken.get(answer);
    const cells = taken?.cells ?? Cells.of(answer, keeping.window);
    if (taken !== undefined && taken.key === key && isSame(taken.keeping, keeping)) return cells;
    this.#taken.set(answer, { key, cells, keeping });
    this.#forgetFuture();
    // Asked for while the clock was ahead, as the next one may tell.
    if (keeping.askedAt > this.#latest + SET_BACK) return cells;
    this.#entries.purgeStale();
    const counts = this.#entries.get(key)?.counts ?? new KeptCounts();
    this.#answers += 1;
    counts.keep(answer, cells, keeping, this.#answers);
    counts.trim(this.#maxBytes * LARGEST_SHARE - ENTRY_BYTES - 2 * key.length);
    // Another object each time: of one that it has already, the cache would not count the size again.
    this.#entries.set(key, { provider, counts });
    return cells;
  }
}

/** Clocks that are slewed by NTP go back by less. */
const SET_BACK: DurationMs = 5 * SECOND;

/** Whether the same answer says nothing new to a request like this. */
function isSame(taken: Keeping, keeping: Keeping): boolean {
  if (taken.settledBefore !== keeping.settledBefore) return false;
  return Math.abs(taken.askedAt - keeping.askedAt) <= SAME_SECONDS * SECOND;
}
