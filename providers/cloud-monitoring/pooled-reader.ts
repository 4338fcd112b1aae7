import { MINUTE, SECOND, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import { untilAborted } from '../../src/core/until-aborted.ts';
import { fieldText } from './fields.ts';
import type { Condition } from './filter.ts';
import { sentText, type SeriesAnswer, type SeriesAsk, type SeriesReader } from './series-reader.ts';

/** Releases asked for lately are asked for along; a rollout looks once a minute. */
const LATELY: DurationMs = 3 * MINUTE;
/** An answer about settled counts serves the others of the same minute. */
const HELD: DurationMs = 59 * SECOND;
/** A long window is somebody's first look; others have no use for it, and it would grow by their series. */
const MOST_BUCKETS = 8;
const MOST_RELEASES = 100;
const MOST_POOLS = 500;
const MOST_HELD = 4;
/** As long as a look may take at all. */
const SHARED_TIMEOUT: DurationMs = 8 * SECOND;

interface Held {
  readonly window: string;
  readonly releases: ReadonlySet<string>;
  readonly at: EpochMs;
  readonly answer: Promise<SeriesAnswer>;
}

/** Everybody who asks the same of one metric but for the release. */
interface Pool {
  readonly lately: Map<string, EpochMs>;
  held: readonly Held[];
}

/**
 * Twenty rollouts judged by one metric differ in nothing but their hashes. Whoever asks first in a minute asks for all
 * releases that were asked for lately, and the others get the same answer, of which each takes its own series (they are
 * told apart by the label anyway). Only settled counts of short windows, only exact hashes; failures are not kept.
 */
export class PooledReader implements SeriesReader {
  readonly #inner: SeriesReader;
  readonly #now: () => EpochMs;
  readonly #pools = new Map<string, Pool>();

  constructor(inner: SeriesReader, now: () => EpochMs) {
    this.#inner = inner;
    this.#now = now;
  }

  async read(ask: SeriesAsk, signal: AbortSignal): Promise<SeriesAnswer> {
    const condition = this.#poolable(ask);
    if (condition === null) return this.#inner.read(ask, signal);
    signal.throwIfAborted();
    const pool = this.#poolOf(ask, condition);
    const now = this.#now();
    for (const text of condition.texts) pool.lately.set(text, now);
    if (bucketsIn(ask) > MOST_BUCKETS) return this.#inner.read(ask, signal);
    const window = `${String(ask.window.start)}-${String(ask.window.end)}`;
    pool.held = pool.held.filter((each) => now - each.at < HELD && each.at <= now);
    const known = pool.held.find(
      (each) => each.window === window && condition.texts.every((text) => each.releases.has(text)),
    );
    const answer = await untilAborted(known?.answer ?? this.#begin(ask, condition, pool, window), signal);
    // Which other releases were asked for along is none of this one's record, and differs from replica to replica.
    return { ...answer, sent: sentText(ask) };
  }

  #begin(ask: SeriesAsk, condition: Condition, pool: Pool, window: string): Promise<SeriesAnswer> {
    const now = this.#now();
    for (const [text, at] of pool.lately) if (now - at > LATELY) pool.lately.delete(text);
    const others = [...pool.lately.keys()].slice(-MOST_RELEASES);
    const texts = [...new Set([...condition.texts, ...others])].toSorted();
    const asked = { ...ask, selection: { ...ask.selection, anyOf: [{ ...condition, texts }] } };
    const answer = this.#inner.read(asked, AbortSignal.timeout(SHARED_TIMEOUT));
    const held: Held = { window, releases: new Set(texts), at: now, answer };
    pool.held = [...pool.held, held].slice(-MOST_HELD);
    const drop = (): void => {
      pool.held = pool.held.filter((each) => each !== held);
    };
    answer.then(({ missing }) => {
      if (missing !== null) drop();
      return missing;
    }, drop);
    return answer;
  }

  #poolable({ selection, window, lag }: SeriesAsk): Condition | null {
    const [condition, ...more] = selection.anyOf;
    const isSettled = window.end <= this.#now() - lag;
    if (condition === undefined || more.length > 0 || condition.match !== 'exact') return null;
    return isSettled && condition.texts.length <= MOST_RELEASES ? condition : null;
  }

  #poolOf({ project, selection, aligner, groupBy, window }: SeriesAsk, { field }: Condition): Pool {
    const { metric, resource, all } = selection;
    const key = JSON.stringify([
      project,
      metric,
      resource,
      all,
      aligner,
      groupBy,
      window.bucketMs,
      fieldText(field),
    ]);
    const pool = this.#pools.get(key) ?? { lately: new Map<string, EpochMs>(), held: [] };
    this.#pools.delete(key);
    this.#pools.set(key, pool);
    for (const oldest of this.#pools.keys()) {
      if (this.#pools.size <= MOST_POOLS) break;
      this.#pools.delete(oldest);
    }
    return pool;
  }
}

function bucketsIn({ window }: SeriesAsk): number {
  return (window.end - window.start) / window.bucketMs;
}
