import type { EpochMs } from '../../core/units.ts';
import type { Principal } from './principal.ts';

const MINUTE_MS = 60_000;

interface Usage {
  running: number;
  windowStart: EpochMs;
  calls: number;
  callsBefore: number;
}

/** Why a caller has to wait. */
export type Excess = 'rate' | 'concurrency';

/**
 * Holds every caller to its own limits, so that one cannot take the process from the others. The rate is counted in
 * sliding minutes: what is left of the minute before counts in part. There are as many entries as configured callers.
 */
export class CallerLimits {
  readonly #clock: () => EpochMs;
  readonly #usage = new Map<string, Usage>();

  constructor(clock: () => EpochMs) {
    this.#clock = clock;
  }

  /** A function that ends the call, or why it may not begin. */
  begin({ name, callsPerMinute, concurrency }: Principal): (() => void) | Excess {
    const usage = this.#current(name);
    if (concurrency !== null && usage.running >= concurrency) return 'concurrency';
    const elapsed = (this.#clock() - usage.windowStart) / MINUTE_MS;
    const recent = usage.calls + usage.callsBefore * (1 - elapsed);
    if (callsPerMinute !== null && recent + 1 > callsPerMinute) return 'rate';
    usage.calls += 1;
    usage.running += 1;
    let isOver = false;
    return () => {
      if (!isOver) usage.running -= 1;
      isOver = true;
    };
  }

  #current(name: string): Usage {
    const now = this.#clock();
    const windowStart = now - (now % MINUTE_MS);
    const usage = this.#usage.get(name) ?? { running: 0, windowStart, calls: 0, callsBefore: 0 };
    this.#usage.set(name, usage);
    // A clock that jumps, in either direction, begins a new minute and never a debt.
    if (windowStart !== usage.windowStart) {
      usage.callsBefore = windowStart - usage.windowStart === MINUTE_MS ? usage.calls : 0;
      usage.calls = 0;
      usage.windowStart = windowStart;
    }
    return usage;
  }
}
