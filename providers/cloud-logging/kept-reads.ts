import { HOUR, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import type { Tally } from './tally.ts';

/** A span of settled buckets that was read as a whole, with its counts. */
export interface KeptRead {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly tally: Tally;
  /** Where reading goes on, in the bucket that begins at `until`: the tally has its counts up to there. */
  readonly resume: { readonly at: EpochMs; readonly known: ReadonlySet<string> } | null;
}

/** What is older is kept by whoever asks, or is asked for once. */
const LONGEST: DurationMs = 3 * HOUR;
const MAX_KEPT = 100;

/**
 * The newest settled counts of each question. A caller that asks for a stretch again, because a bucket in it was
 * empty, costs no second reading of the entries around it.
 */
export class KeptReads {
  readonly #kept = new Map<string, KeptRead>();

  /** A read that holds the beginning of a span from here on. */
  find(key: string, from: EpochMs): KeptRead | null {
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.from > from) return null;
    return from < kept.until || (kept.resume !== null && from === kept.until) ? kept : null;
  }

  keep(key: string, { from, until, tally, resume }: KeptRead): void {
    const start = Math.max(from, until - LONGEST);
    if (start > until || (start === until && resume === null)) return;
    const known = this.#kept.get(key);
    if (known !== undefined && known.until > until) return;
    this.#kept.delete(key);
    this.#kept.set(key, {
      from: start,
      until,
      tally: tally.copy(start, resume === null ? until : resume.at + 1),
      resume,
    });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
  }
}
