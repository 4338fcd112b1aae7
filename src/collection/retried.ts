import { ExponentialBackoff, fullJitterGenerator, handleWhen, retry } from 'cockatiel';
import { ProviderError } from '../core/errors.ts';
import type { AnyProvider } from '../core/provider.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import { untilAborted } from '../core/until-aborted.ts';
import { eachCall } from './each-call.ts';
import type { Observe } from './events.ts';

export interface RetryOptions {
  readonly provider: string;
  /** All tries of a call together. */
  readonly withinMs: DurationMs;
  readonly now: () => EpochMs;
  readonly observe: Observe;
}

/** Two more: what fails three times within seconds is left to the next look. */
const MORE_TRIES = 2;
/** Pauses are drawn between nothing and twice, then four times as much as this: callers that failed together part. */
const FIRST_PAUSE: DurationMs = 150;
const LONGEST_PAUSE: DurationMs = 1000;
/** A further try has at least this long for its answer, and as long as the last one took to fail. */
const LEAST_TIME: DurationMs = 1000;

/**
 * Decorates a provider so that a passing fault is tried again, where the time allows an answer. Quota faults are
 * not: they ask for fewer calls. What is thrown in the end is what the provider last said, not that time ran out.
 */
export function retried(inner: AnyProvider, options: RetryOptions): AnyProvider {
  return eachCall(inner, async (work, { call }, signal) => {
    // Who checks access waits for the answer, whatever it is.
    if (call === 'checkAccess') return work(signal);
    return new Tries(options).run(work, signal);
  });
}

/** The tries of one call. */
class Tries {
  readonly #options: RetryOptions;
  readonly #end: EpochMs;
  #begun: EpochMs;
  #last: ProviderError | null = null;

  constructor(options: RetryOptions) {
    this.#options = options;
    this.#begun = options.now();
    this.#end = this.#begun + options.withinMs;
  }

  async run<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const policy = retry(
      handleWhen((error) => this.#isWorthAnother(error) && !signal.aborted),
      {
        maxAttempts: MORE_TRIES,
        backoff: new ExponentialBackoff({
          generator: fullJitterGenerator,
          initialDelay: FIRST_PAUSE,
          maxDelay: LONGEST_PAUSE,
        }),
      },
    );
    return policy.execute(async ({ attempt }) => (attempt === 0 ? work(signal) : this.#again(work, signal)));
  }

  #isWorthAnother(error: unknown): boolean {
    if (!(error instanceof ProviderError) || !error.retryable || error.code === 'provider-quota')
      return false;
    const now = this.#options.now();
    const took = now - this.#begun;
    this.#last = error;
    return now + LONGEST_PAUSE + Math.max(LEAST_TIME, took) <= this.#end;
  }

  /** A further try, which ends with the last known fault where it does not end in time. */
  async #again<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { provider, now, observe } = this.#options;
    const last = this.#last;
    // Our own patience ends with a ProviderError; then what the provider said before tells more.
    const reason = (): unknown => (signal.reason instanceof ProviderError ? last : signal.reason);
    if (signal.aborted) throw reason();
    this.#begun = now();
    if (last !== null) observe({ kind: 'retried', provider, code: last.code });
    const controller = new AbortController();
    const onAbort = (): void => {
      controller.abort(reason());
    };
    const late = setTimeout(() => {
      controller.abort(last);
    }, this.#end - this.#begun);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await untilAborted(work(controller.signal), controller.signal);
    } finally {
      clearTimeout(late);
      signal.removeEventListener('abort', onAbort);
    }
  }
}
