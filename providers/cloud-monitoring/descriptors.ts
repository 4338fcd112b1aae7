import { HOUR, MINUTE, type EpochMs } from '../../src/core/units.ts';
import { ProviderError } from '../../src/core/errors.ts';
import { untilAborted } from '../../src/core/until-aborted.ts';
import type { MonitoringApi } from './api.ts';
import { readDescriptor, type Descriptor } from './descriptor.ts';

/** Descriptors hardly ever change; a metric that was just made should be found soon. */
const KEPT = HOUR;
const REFUSED_KEPT = MINUTE;
const MAX_ENTRIES = 500;

interface Entry {
  readonly answer: Promise<Descriptor>;
  readonly expires: EpochMs;
  /** For as long as it cannot be read anew. */
  readonly earlier: Promise<Descriptor> | null;
}

/** Metric descriptors, each read once an hour however many ask; the reading goes on when one who asked gives up. */
export class Descriptors {
  readonly #api: MonitoringApi;
  readonly #now: () => EpochMs;
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new AbortController();

  constructor(api: MonitoringApi, now: () => EpochMs) {
    this.#api = api;
    this.#now = now;
  }

  async get(project: string, metric: string, signal: AbortSignal): Promise<Descriptor> {
    signal.throwIfAborted();
    const key = `${project} ${metric}`;
    const known = this.#entries.get(key);
    const entry =
      known !== undefined && known.expires > this.#now() ? known : this.#begin(key, known, project, metric);
    return untilAborted(entry.answer, signal);
  }

  close(): void {
    this.#closing.abort(new DOMException('the provider is closed', 'AbortError'));
    this.#entries.clear();
  }

  #begin(key: string, known: Entry | undefined, project: string, metric: string): Entry {
    const answer = this.#read(known, project, metric);
    const entry = { answer, expires: this.#now() + KEPT, earlier: answer };
    this.#keep(key, entry);
    answer.catch((error: unknown) => {
      if (this.#entries.get(key) !== entry) return;
      // A metric that is not there is asked for again in a minute, all else with the next call.
      if (error instanceof ProviderError && error.code === 'provider-rejected')
        this.#keep(key, { answer, expires: this.#now() + REFUSED_KEPT, earlier: null });
      else this.#entries.delete(key);
    });
    return entry;
  }

  async #read(known: Entry | undefined, project: string, metric: string): Promise<Descriptor> {
    try {
      return readDescriptor(await this.#api.getMetricDescriptor(project, metric, this.#closing.signal));
    } catch (error) {
      if (known?.earlier == null || !(error instanceof ProviderError) || !error.retryable) throw error;
      return known.earlier;
    }
  }

  #keep(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_ENTRIES) break;
      this.#entries.delete(oldest);
    }
  }
}
