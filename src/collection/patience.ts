import { ProviderError } from '../core/errors.ts';
import { formatDuration, type DurationMs, type EpochMs } from '../core/units.ts';

export interface PatienceOptions {
  readonly provider: string;
  /** How long an analysis may take in all; its caller gives up then. */
  readonly deadlineMs: DurationMs;
  readonly now: () => EpochMs;
}

/** Kept for the verdict after the provider's last chance to answer. */
const TO_ANSWER: DurationMs = 300;
/** Kept where older counts can stand in: they have to be judged, and other providers may be asked after us. */
const TO_BRIDGE: DurationMs = 1500;

/**
 * What the time is for: an analysis that has no counts without the answer; one that has older counts; or a call of its
 * own, such as a report's, whose signal may allow for many.
 */
export type Purpose = 'answer' | 'bridge' | 'single';

/**
 * How long a provider is waited for. An analysis passes one signal to all its calls, so its time runs from the first
 * call that came with it. The end of our patience is the provider's fault and says so, unlike the caller's.
 */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #firstSeen = new WeakMap<AbortSignal, EpochMs>();

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** The longest that one call may last. */
  get longest(): DurationMs {
    return this.#options.deadlineMs - this.#reserve('answer');
  }

  /**
   * Runs the work with a signal that is aborted in time for a verdict, the reason being `provider-timeout`. It is
   * aborted from the start where the time is over, so that work which needs no provider can still be done.
   *
   * @param atMost ends our patience before that, counted from now
   */
  async within<T>(
    signal: AbortSignal,
    purpose: Purpose,
    work: (signal: AbortSignal) => Promise<T>,
    atMost: DurationMs = Infinity,
  ): Promise<T> {
    const { deadlineMs, now } = this.#options;
    const time = now();
    const since = purpose === 'single' ? time : this.#since(signal, time);
    const left = Math.min(atMost, since + deadlineMs - this.#reserve(purpose) - time);
    const controller = new AbortController();
    const onAbort = (): void => {
      controller.abort(signal.reason);
    };
    const giveUp = (): void => {
      controller.abort(this.#timeout(now() - since));
    };
    if (signal.aborted) onAbort();
    else if (left <= 0) giveUp();
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = left > 0 ? setTimeout(giveUp, left) : undefined;
    try {
      return await work(controller.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** A signal still in use after the deadline is of no analysis; its calls have a deadline each. */
  #since(signal: AbortSignal, time: EpochMs): EpochMs {
    const seen = this.#firstSeen.get(signal) ?? -Infinity;
    const since = time - seen < this.#options.deadlineMs ? seen : time;
    this.#firstSeen.set(signal, since);
    return since;
  }

  /** A fifth at most, so that short deadlines leave the provider time to answer. */
  #reserve(purpose: Purpose): DurationMs {
    return Math.min(this.#options.deadlineMs / 5, purpose === 'bridge' ? TO_BRIDGE : TO_ANSWER);
  }

  #timeout(waited: DurationMs): ProviderError {
    return new ProviderError({
      code: 'provider-timeout',
      message: `provider ${this.#options.provider} did not answer within ${formatDuration(waited)}`,
      remedy: 'the next look asks again',
      retryable: true,
    });
  }
}
