import type { DurationMs } from '../../../src/core/units.ts';
import { ProviderError } from '../../../src/core/errors.ts';
import { CALL_TIMEOUT } from './call.ts';

/**
 * Opens an SDK's client with the first call and keeps it. An opening that failed is tried anew by the next call, one
 * that takes long goes on for it: the token server's trouble at start is not ours for ever.
 */
export class LazyClient<Client> {
  readonly #open: () => Promise<Client>;
  readonly #shut: (client: Client) => Promise<void>;
  #client: Promise<Client> | null = null;
  #isClosed = false;

  constructor(open: () => Promise<Client>, shut: (client: Client) => Promise<void>) {
    this.#open = open;
    this.#shut = shut;
  }

  /** Throws what opening threw, `provider-timeout`, or the signal's reason. */
  async get(signal: AbortSignal, timeoutMs: DurationMs = CALL_TIMEOUT): Promise<Client> {
    signal.throwIfAborted();
    if (this.#isClosed) throw closed();
    this.#client ??= this.#begin();
    return within(this.#client, signal, timeoutMs);
  }

  /** The next call opens another client: for credentials that are no longer accepted. */
  renew(): void {
    void this.#drop();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    if (client === null) return;
    await client.then(this.#shut).catch(() => undefined);
  }

  async #begin(): Promise<Client> {
    const opening = this.#open();
    opening.catch(() => {
      this.#client = null;
    });
    return opening;
  }
}

async function within<T>(work: Promise<T>, signal: AbortSignal, timeoutMs: DurationMs): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(signal.reason);
  };
  const late = setTimeout(() => {
    reject(
      new ProviderError({
        code: 'provider-timeout',
        message: 'The credentials for Google Cloud could not be had in time.',
        remedy: 'Check the network path to the metadata server or to the token endpoint.',
        retryable: true,
      }),
    );
  }, timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', onAbort);
  }
}

function closed(): ProviderError {
  return new ProviderError({
    code: 'provider-unavailable',
    message: 'The provider is closed.',
    remedy: 'Ask again once the service is up.',
    retryable: true,
  });
}
