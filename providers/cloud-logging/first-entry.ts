import { HOUR, MINUTE, type DurationMs, type EpochMs } from '../../src/core/units.ts';

/** What is known of a canary's first entry. */
export interface FirstSeen {
  /** The span that was looked at: [from, to). */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Null: no entry in it. */
  readonly first: EpochMs | null;
}

/** As far back as an analysis looks for the canary's start. */
export const SEARCH: DurationMs = 24 * HOUR;
/** A release that nobody looked at for so long is looked for anew. */
const KEPT: DurationMs = 30 * MINUTE;
const MAX_KEPT = 500;

/** Where canaries begin: one cheap call says so, and stable need not be read before it. */
export class FirstEntries {
  readonly #now: () => EpochMs;
  readonly #known = new Map<string, FirstSeen & { readonly until: EpochMs }>();

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  /** What is known that covers [from, to); a first entry stays the first, an empty span may get one later. */
  find(key: string, from: EpochMs, to: EpochMs): FirstSeen | null {
    const known = this.#known.get(key);
    if (known === undefined || this.#now() > known.until || known.from > from) return null;
    if (known.first === null && known.to < to) return null;
    this.keep(key, known);
    return known;
  }

  keep(key: string, { from, to, first }: FirstSeen): void {
    this.#known.delete(key);
    this.#known.set(key, { from, to, first, until: this.#now() + KEPT });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KEPT) break;
      this.#known.delete(oldest);
    }
  }
}
