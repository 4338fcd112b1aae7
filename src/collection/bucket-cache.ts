import { LRUCache } from 'lru-cache';
import { HOUR, type EpochMs } from '../core/units.ts';
import type { Fetched } from '../core/provider.ts';
import { KeptCounts, type Keeping } from './kept-counts.ts';

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

/** The object, its place in the cache and its key, whose characters come on top. */
const ENTRY_BYTES = 900;
/** One request may take so much of the cache; of a larger one the oldest hours go. */
const LARGEST_SHARE = 0.5;

/** Settled counts of all requests of all providers, bounded by bytes; what nobody asked for in an hour goes first. */
export class BucketCache {
  readonly #maxBytes: number;
  readonly #entries: LRUCache<string, Entry>;
  #answers = 0;

  constructor({ maxBytes, now, onEvicted }: BucketCacheOptions) {
    this.#maxBytes = maxBytes;
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
    return this.#entries.get(key)?.counts ?? null;
  }

  /** Keeps what is settled of an answer to this request. */
  keep(provider: string, key: string, answer: Fetched, keeping: Keeping): void {
    this.#entries.purgeStale();
    const entry = this.#entries.get(key) ?? { provider, counts: new KeptCounts() };
    this.#answers += 1;
    entry.counts.keep(answer, keeping, this.#answers);
    entry.counts.trim(this.#maxBytes * LARGEST_SHARE - ENTRY_BYTES - 2 * key.length);
    // Set again, so that its size is counted again.
    this.#entries.set(key, entry);
  }
}
