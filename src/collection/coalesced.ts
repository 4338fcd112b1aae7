import type { AnyProvider, Fetched } from '../core/provider.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import { countsKey, queriesText } from './canonical.ts';
import type { Observe } from './events.ts';
import { Flights } from './flights.ts';

export interface CoalesceOptions {
  readonly provider: string;
  /** Longest time of a call; in the first half others may join it. */
  readonly longestMs: DurationMs;
  readonly now: () => EpochMs;
  readonly observe: Observe;
}

/**
 * Decorates a provider so that equal calls at the same time become one, each caller keeping its own signal. The
 * span of time is part of what has to be equal; until when counts are settled is not, as it follows from the span.
 */
export function coalesced(inner: AnyProvider, options: CoalesceOptions): AnyProvider {
  const { provider, longestMs, now, observe } = options;
  const counts = new Flights<Fetched>(now, longestMs / 2);
  const lags = new Flights<number>(now, longestMs / 2);
  const onShared = (): void => {
    observe({ kind: 'coalesced', provider });
  };
  return {
    fetchCounts: async (request, signal) => {
      const key = countsKey(provider, request);
      const { start, end } = request.window;
      // What cannot be told from other queries is never shared, but still ends when its caller's patience does.
      return counts.join(
        key === null ? Symbol() : `${String(start)}-${String(end)} ${key}`,
        signal,
        async (shared) => inner.fetchCounts(request, shared),
        onShared,
      );
    },
    settlingLag: async (queries, signal) =>
      lags.join(
        queriesText(queries) ?? Symbol(),
        signal,
        async (shared) => inner.settlingLag(queries, shared),
        onShared,
      ),
    checkAccess: async (queries, signal) => inner.checkAccess(queries, signal),
    close: async () => inner.close(),
  };
}
