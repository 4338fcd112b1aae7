import { ProviderError, type ProviderFault } from '../core/errors.ts';
import { MINUTE, SECOND, formatDuration, type DurationMs, type EpochMs } from '../core/units.ts';
import type { BreakerState } from './events.ts';
import { BreakerOpen, healthOf } from './health.ts';

export interface BreakerOptions {
  readonly provider: string;
  /** Failures in a row after which it opens. */
  readonly failures: number;
  readonly now: () => EpochMs;
  readonly onChange: (state: BreakerState, code: ProviderFault | null) => void;
}

/** First pause before a probe, doubled with every probe that fails, up to the longest: then every look is a probe. */
const FIRST_PAUSE: DurationMs = 15 * SECOND;
const LONGEST_PAUSE: DurationMs = 60 * SECOND;

/** For how long a breaker that nobody asks counts as open. */
const NEWS: DurationMs = 10 * MINUTE;

/**
 * Stops asking a provider that is ill: after so many failures in a row it refuses calls at once, and after a pause
 * lets one through to see. Only faults that speak of the provider's health count.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #state: BreakerState = 'closed';
  #failures = 0;
  /** Of the present row of failures. */
  #since: EpochMs = 0;
  #failedAt: EpochMs = 0;
  #last: ProviderError | null = null;
  #pause: DurationMs = FIRST_PAUSE;
  #nextTry: EpochMs = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Not closed, and failed not long ago: what nobody asks any more is no news. */
  get isIll(): boolean {
    return this.#state !== 'closed' && this.#options.now() - this.#failedAt < NEWS;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Runs the work, or throws `provider-unavailable` at once while it is known to be of no use. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const isProbe = this.#admit();
    try {
      const result = await work();
      this.#close();
      return result;
    } catch (error) {
      this.#judge(error, isProbe);
      throw error;
    }
  }

  #admit(): boolean {
    if (this.#state === 'closed') return false;
    const now = this.#options.now();
    // A clock that was set back makes no pause longer.
    const isEarly = now < this.#nextTry && now >= this.#failedAt;
    if (this.#state === 'half-open' || isEarly) throw this.#refusal(now);
    this.#change('half-open');
    return true;
  }

  #judge(error: unknown, isProbe: boolean): void {
    const health = healthOf(error);
    if (health === 'well') this.#close();
    else if (health === 'ill' && error instanceof ProviderError) this.#fail(error, isProbe);
    // A probe that was given up tells nothing: the next call is one.
    else if (isProbe && this.#state === 'half-open') this.#change('open');
  }

  #fail(error: ProviderError, isProbe: boolean): void {
    const now = this.#options.now();
    if (this.#failures === 0) this.#since = now;
    this.#failures += 1;
    this.#failedAt = now;
    this.#last = error;
    if (isProbe) this.#pause = Math.min(LONGEST_PAUSE, 2 * this.#pause);
    else if (this.#state !== 'closed' || this.#failures < this.#options.failures) return;
    this.#nextTry = now + this.#pause;
    this.#change('open');
  }

  #close(): void {
    this.#failures = 0;
    this.#last = null;
    this.#pause = FIRST_PAUSE;
    if (this.#state !== 'closed') this.#change('closed');
  }

  #change(state: BreakerState): void {
    this.#state = state;
    this.#options.onChange(state, this.#last?.code ?? null);
  }

  #refusal(now: EpochMs): BreakerOpen {
    const wait = Math.max(0, this.#nextTry - now);
    const next = this.#state === 'half-open' ? 'a try is under way' : `next try in ${formatDuration(wait)}`;
    const { code, message } = this.#last ?? { code: 'provider-unavailable', message: '' };
    return new BreakerOpen({
      code: 'provider-unavailable',
      message: `provider ${this.#options.provider} has failed since ${new Date(this.#since).toISOString()}, ${String(this.#failures)} times in a row (${code}: ${message}); ${next}`,
      remedy: 'the next look asks again',
      retryable: true,
      cause: this.#last,
    });
  }
}
