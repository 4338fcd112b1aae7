import { ProviderError } from '../core/errors.ts';
import type { AnyProvider, CountsRequest, Fetched } from '../core/provider.ts';
import type { EpochMs } from '../core/units.ts';
import type { Window } from '../core/window.ts';
import { bridgeEnd, bridgeNote } from './bridge.ts';
import type { BucketCache } from './bucket-cache.ts';
import { countsKey } from './canonical.ts';
import type { Observe } from './events.ts';
import { Held } from './held.ts';
import { isPassing } from './health.ts';
import { joined, partOf, type Part } from './joined.ts';
import type { Patience } from './patience.ts';
import { WholeAnswers } from './whole-answers.ts';

export interface CacheOptions {
  readonly provider: string;
  readonly cache: BucketCache;
  readonly patience: Patience;
  readonly now: () => EpochMs;
  readonly observe: Observe;
}

type Settled = CountsRequest<unknown> & { readonly settledBefore: EpochMs };

/**
 * Decorates a provider so that settled counts are asked for once: each request asks for what is not held, and the
 * answer equals one to the whole window. Where the newest part fails for a passing reason and what is held ends no
 * earlier than law 3 allows, the answer ends there and says so.
 */
export function cached(inner: AnyProvider, options: CacheOptions): AnyProvider {
  const { provider, patience } = options;
  const whole = new WholeAnswers();
  return {
    ...inner,
    fetchCounts: async (request, signal) => {
      const key = countsKey(provider, request);
      const { settledBefore } = request;
      // Who does not say what is settled is no look of an analysis.
      if (key === null || settledBefore === undefined)
        return patience.within(signal, 'single', async (each) => inner.fetchCounts(request, each));
      return new Look(inner, { ...options, whole }, key, { ...request, settledBefore }).answer(signal);
    },
  };
}

interface LookOptions extends CacheOptions {
  readonly whole: WholeAnswers;
}

/** One request on its way through the cache. */
class Look {
  readonly #inner: AnyProvider;
  readonly #options: LookOptions;
  readonly #key: string;
  readonly #request: Settled;
  readonly #askedAt: EpochMs;

  constructor(inner: AnyProvider, options: LookOptions, key: string, request: Settled) {
    this.#inner = inner;
    this.#options = options;
    this.#key = key;
    this.#request = request;
    this.#askedAt = options.now();
  }

  async answer(signal: AbortSignal): Promise<Fetched> {
    const { cache, whole } = this.#options;
    const kept = cache.find(this.#key);
    const known = whole.find(kept, this.#request);
    if (known !== null) {
      this.#count([]);
      return known;
    }
    const held = this.#heldNow();
    const missing = held.missing();
    this.#count(missing);
    if (missing.length > 0) return this.#withMissing(held, missing, signal);
    const answer = joined(this.#request.window, held, []);
    whole.keep(kept, this.#request, held, answer);
    return answer;
  }

  /** @param held when the request came */
  async #withMissing(held: Held, missing: readonly Window[], signal: AbortSignal): Promise<Fetched> {
    const { window } = this.#request;
    const purpose = this.#bridge(held, []) === null ? 'answer' : 'bridge';
    const outcomes = await this.#options.patience.within(signal, purpose, async (each) =>
      Promise.allSettled(missing.map(async (span) => this.#fetch(span, each))),
    );
    const parts = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
    // What will not pass is told, also where something else failed that would.
    const failure = failures.find(({ reason }) => !isPassing(reason)) ?? failures[0];
    return failure === undefined
      ? joined(window, this.#heldNow(held), parts)
      : this.#withoutNewest(failure.reason, held, parts);
  }

  /** The counts of one missing span, kept for the next request. */
  async #fetch(window: Window, signal: AbortSignal): Promise<Part> {
    const answer = await this.#inner.fetchCounts({ ...this.#request, window }, signal);
    const { settledBefore } = this.#request;
    const { cache, provider } = this.#options;
    if (answer.complete !== true) throw new Incomplete(answer, answer.complete.missing);
    const keeping = { window, settledBefore, askedAt: this.#askedAt };
    return partOf(window, cache.keep(provider, this.#key, answer, keeping), answer);
  }

  /** @param before stands in for what has had to go from the cache meanwhile */
  #heldNow(before?: Held): Held {
    const { cache } = this.#options;
    const request = { ...this.#request, askedAt: this.#askedAt };
    return new Held(cache.find(this.#key), request, before);
  }

  #bridge(held: Held, parts: readonly Part[]): EpochMs | null {
    const { window, settledBefore } = this.#request;
    return bridgeEnd(window, held, parts, settledBefore);
  }

  #withoutNewest(reason: unknown, held: Held, parts: readonly Part[]): Fetched {
    const end = isPassing(reason) ? this.#bridge(held, parts) : null;
    if (end === null || !isPassing(reason)) {
      if (reason instanceof Incomplete) return reason.answer;
      throw reason;
    }
    const { provider, observe } = this.#options;
    const { code } = reason;
    observe({ kind: 'bridged', provider, code });
    const { window } = this.#request;
    // What it missed is told to be unsettled, never to be empty.
    return joined(window, this.#heldNow(held), parts, {
      end,
      note: bridgeNote(window, end, provider, code),
    });
  }

  #count(missing: readonly Window[]): void {
    const { provider, observe } = this.#options;
    const { start, end, bucketMs } = this.#request.window;
    const fetched = missing.reduce((sum, span) => sum + (span.end - span.start) / bucketMs, 0);
    observe({ kind: 'cache', provider, held: (end - start) / bucketMs - fetched, fetched });
  }
}

/** An answer that may not be judged, on its way past what only whole ones are good for. */
class Incomplete extends ProviderError {
  readonly answer: Fetched;

  constructor(answer: Fetched, missing: string) {
    super({
      code: 'provider-garbled',
      message: `the provider's answer is incomplete: ${missing}`,
      remedy: 'the next look asks again',
      retryable: true,
    });
    this.answer = answer;
  }
}
