import { ProviderError } from '../../src/core/errors.ts';
import { MINUTE, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import type { SeriesAnswer, SeriesAsk, SeriesReader } from './series-reader.ts';

/** How often a question goes beyond now, and how far. */
const EVERY: DurationMs = 5 * MINUTE;
const BEYOND: DurationMs = 10 * MINUTE;
/** Wider grids are those of reports, which judge nothing. */
const WIDEST_GRID: DurationMs = 5 * MINUTE;
const MAX_KEPT = 1000;

/**
 * Looks for points that are ahead of our clock: every few minutes one question about the present goes on past now.
 * It is the same call with a few more points, so that it costs no quota.
 */
export class SkewReader implements SeriesReader {
  readonly #inner: SeriesReader;
  readonly #now: () => EpochMs;
  /** When a metric's next such question is due. */
  readonly #due = new Map<string, EpochMs>();

  constructor(inner: SeriesReader, now: () => EpochMs) {
    this.#inner = inner;
    this.#now = now;
  }

  async read(ask: SeriesAsk, signal: AbortSignal): Promise<SeriesAnswer> {
    const key = `${ask.project} ${ask.selection.metric}`;
    if (!this.#isDue(key, ask)) return this.#inner.read(ask, signal);
    const { window } = ask;
    const now = this.#now();
    // Taken at once, so that of many who ask together only one goes on.
    this.#keep(key, now + EVERY);
    const steps = Math.ceil((now + BEYOND - window.end) / window.bucketMs);
    const end = window.end + steps * window.bucketMs;
    try {
      const answer = await this.#inner.read({ ...ask, window: { ...window, end } }, signal);
      const newest = answer.series.reduce((last, { points }) => Math.max(last, points.at(-1)?.end ?? 0), 0);
      // Clocks that disagree are worth the next look too.
      if (newest > now + window.bucketMs) this.#keep(key, now);
      return { ...answer, newest: newest === 0 ? null : newest };
    } catch (error) {
      if (!(error instanceof ProviderError) || error.code !== 'provider-rejected') {
        this.#keep(key, now);
        throw error;
      }
      // Should the API not like times to come, the question itself must not suffer.
      this.#keep(key, Infinity);
      return this.#inner.read(ask, signal);
    }
  }

  #isDue(key: string, { window, lag, aligner }: SeriesAsk): boolean {
    if (window.bucketMs > WIDEST_GRID || aligner === 'ALIGN_NONE') return false;
    const now = this.#now();
    const isPresent = window.end <= now && window.end > now - lag - EVERY;
    return isPresent && (this.#due.get(key) ?? -Infinity) <= now;
  }

  #keep(key: string, due: EpochMs): void {
    this.#due.delete(key);
    this.#due.set(key, due);
    for (const oldest of this.#due.keys()) {
      if (this.#due.size <= MAX_KEPT) break;
      this.#due.delete(oldest);
    }
  }
}
