import { LRUCache } from 'lru-cache';
import { ProviderError } from '../core/errors.ts';
import type { AnyProvider } from '../core/provider.ts';
import { HOUR, MINUTE, SECOND, type DurationMs, type EpochMs } from '../core/units.ts';
import { queriesText } from './canonical.ts';
import type { Observe } from './events.ts';
import type { Patience } from './patience.ts';

export interface KeptLagOptions {
  readonly provider: string;
  readonly patience: Patience;
  readonly now: () => EpochMs;
  readonly observe: Observe;
}

interface KnownLag {
  readonly lag: DurationMs;
  readonly at: EpochMs;
}

/** A settling lag is a property of a metric; looking it up at every look would double the calls. */
const FRESH: DurationMs = 5 * MINUTE;
/** Beyond this age it is no longer known. */
const LONGEST: DurationMs = HOUR;
/** With a known one at hand, a look-up may not eat the time that the counts need. */
const LOOK_UP: DurationMs = 2 * SECOND;
const MOST = 1000;

/** Decorates a provider so that its settling lags are kept for five minutes, and stand in for an hour if it fails. */
export function keptLag(inner: AnyProvider, options: KeptLagOptions): AnyProvider {
  const { provider, patience, now, observe } = options;
  const known = new LRUCache<string, KnownLag>({ max: MOST });
  const lookUp = async (queries: object, signal: AbortSignal, atMost?: DurationMs): Promise<DurationMs> => {
    const lag = await patience.within(
      signal,
      'answer',
      async (each) => inner.settlingLag(queries, each),
      atMost,
    );
    if (Number.isFinite(lag) && lag >= 0) return lag;
    throw new ProviderError({
      code: 'provider-garbled',
      message: `provider ${provider} gives ${String(lag)} as the settling lag; it has to be a span of time`,
      remedy: 'set burngate.io/settling-lag in the SLO file',
      retryable: false,
    });
  };
  return {
    ...inner,
    settlingLag: async (queries, signal) => {
      const key = queriesText(queries);
      if (key === null) return lookUp(queries, signal);
      const last = known.get(key);
      const age = last === undefined ? Infinity : Math.abs(now() - last.at);
      if (last !== undefined && age < FRESH) return last.lag;
      const standIn = last !== undefined && age <= LONGEST ? last : null;
      try {
        const lag = await lookUp(queries, signal, standIn === null ? undefined : LOOK_UP);
        known.set(key, { lag, at: now() });
        return lag;
      } catch (error) {
        if (standIn === null || !(error instanceof ProviderError)) throw error;
        observe({ kind: 'old-lag', provider });
        return standIn.lag;
      }
    },
  };
}
