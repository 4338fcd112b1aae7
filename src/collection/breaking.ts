import { LRUCache } from 'lru-cache';
import type { AnyProvider } from '../core/provider.ts';
import type { EpochMs } from '../core/units.ts';
import { ProviderError } from '../core/errors.ts';
import { untilAborted } from '../core/until-aborted.ts';
import { Breaker } from './breaker.ts';
import { queriesText } from './canonical.ts';
import { eachCall, type CallContext } from './each-call.ts';
import type { Observe } from './events.ts';

export interface BreakingOptions {
  readonly provider: string;
  readonly now: () => EpochMs;
  readonly observe: Observe;
}

/** Failures in a row: of the same queries, which may ask one project among many; of the provider as a whole. */
const FOR_QUERIES = 3;
const FOR_ALL = 10;
const MOST_BREAKERS = 1000;

export interface BreakingProvider extends AnyProvider {
  /** Breakers that let nothing or one try through, of queries that were asked lately. */
  readonly openBreakers: () => number;
}

/**
 * Decorates a provider with a breaker for each set of queries, as one project may be ill while others are well, and
 * one for all together, so that with the provider down not every SLO has to find out for itself.
 */
export function breaking(inner: AnyProvider, { provider, now, observe }: BreakingOptions): BreakingProvider {
  const breaker = (failures: number): Breaker =>
    new Breaker({
      provider,
      failures,
      now,
      onChange: (state, code) => {
        observe({ kind: 'breaker', provider, state, code });
      },
    });
  // A report over weeks that does not answer in time says nothing of the minutes that a look asks for.
  const whole = { look: breaker(FOR_ALL), report: breaker(FOR_ALL) };
  const byQueries = new LRUCache<string, Breaker>({ max: MOST_BREAKERS });
  const breakerOf = ({ queries, purpose }: CallContext): Breaker => {
    const key = `${purpose} ${queriesText(queries) ?? ''}`;
    const found = byQueries.get(key) ?? breaker(FOR_QUERIES);
    byQueries.set(key, found);
    return found;
  };
  const decorated = eachCall(inner, async (work, context, signal) => {
    // Who checks access wants to know how things are, not how they were.
    if (context.call === 'checkAccess') return work(signal);
    return breakerOf(context).run(async () => whole[context.purpose].run(async () => heard(work, signal)));
  });
  return {
    ...decorated,
    openBreakers: () => [...Object.values(whole), ...byQueries.values()].filter(({ isIll }) => isIll).length,
  };
}

/** A call that ends because our patience did is the provider's fault, whatever it throws then, if it throws at all. */
async function heard<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await untilAborted(work(signal), signal);
  } catch (error) {
    const isOurs = signal.aborted && signal.reason instanceof ProviderError;
    throw isOurs && !(error instanceof ProviderError) ? signal.reason : error;
  }
}
