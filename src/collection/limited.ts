import { ProviderError } from '../core/errors.ts';
import { FairQueue } from '../core/fair-queue.ts';
import type { AnyProvider } from '../core/provider.ts';
import { untilAborted } from '../core/until-aborted.ts';
import { queriesText } from './canonical.ts';
import { eachCall } from './each-call.ts';
import type { Observe } from './events.ts';

export interface LimitOptions {
  readonly provider: string;
  /** Calls under way at once. */
  readonly concurrency: number;
  /** Calls that may wait. */
  readonly queue: number;
  readonly observe: Observe;
}

/** Lets so many calls through at once; the others wait, and SLOs (told apart by their queries) take turns. */
export class CallLimit {
  readonly #options: LimitOptions;
  readonly #queue = new FairQueue<() => void>();
  #underWay = 0;

  constructor(options: LimitOptions) {
    this.#options = options;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** Resolves once it is this call's turn; throws the signal's reason, or `provider-quota` where too many wait. */
  async take(party: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { provider, concurrency, queue, observe } = this.#options;
    if (this.#underWay < concurrency) {
      this.#underWay += 1;
      return;
    }
    if (this.#queue.size >= queue) {
      observe({ kind: 'queue-full', provider });
      throw new ProviderError({
        code: 'provider-quota',
        message: `${String(this.#queue.size)} calls of provider ${provider} wait already, and ${String(concurrency)} are under way`,
        remedy: 'the next look asks again; if it stays so, the provider is slow or there are too many SLOs',
        retryable: true,
      });
    }
    await this.#wait(party, signal);
  }

  release(): void {
    const next = this.#queue.shift();
    // The place goes straight to the next in turn, so that no newcomer can take it before.
    if (next === undefined) this.#underWay -= 1;
    else next();
  }

  async #wait(party: string, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#queue.remove(party, start);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(party, start);
    });
  }
}

/** Decorates a provider so that its calls keep to a limit. A call that ignores its signal gives up its place all the same. */
export function limited(inner: AnyProvider, limit: CallLimit): AnyProvider {
  return eachCall(inner, async (work, { queries }, signal) => {
    await limit.take(queriesText(queries) ?? '', signal);
    try {
      return await untilAborted(work(signal), signal);
    } finally {
      limit.release();
    }
  });
}
