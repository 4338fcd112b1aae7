import type { ProviderError } from '../../src/core/errors.ts';
import { MINUTE, type DurationMs, type EpochMs } from '../../src/core/units.ts';

/** Long enough to leave the quota to others, short enough for traffic that calms down. */
const PAUSE: DurationMs = 3 * MINUTE;
const MAX_KEPT = 500;

/** Questions whose entries come faster than they may be read: they are left alone for a while. */
export class GivenUp {
  readonly #now: () => EpochMs;
  readonly #known = new Map<string, { readonly until: EpochMs; readonly fault: ProviderError }>();

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  /** Throws what was found out the last time, as long as that is not long ago. */
  check(key: string): void {
    const known = this.#known.get(key);
    if (known !== undefined && this.#now() < known.until) throw known.fault;
  }

  note(key: string, fault: ProviderError): void {
    this.#known.delete(key);
    this.#known.set(key, { until: this.#now() + PAUSE, fault });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KEPT) break;
      this.#known.delete(oldest);
    }
  }
}
