import type { AnyProvider } from '../core/provider.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import { breaking } from './breaking.ts';
import type { BucketCache } from './bucket-cache.ts';
import { cached } from './cached.ts';
import { coalesced } from './coalesced.ts';
import type { Observe } from './events.ts';
import { keptLag } from './kept-lag.ts';
import { CallLimit, limited } from './limited.ts';
import { measured, type CallReport } from './measured.ts';
import { Patience } from './patience.ts';
import { retried } from './retried.ts';

export interface CollectedOptions {
  /** Shared by all providers. */
  readonly cache: BucketCache;
  /** How long an analysis may take in all. */
  readonly deadlineMs: DurationMs;
  readonly now: () => EpochMs;
  readonly observe: Observe;
  /** Told of every call that really reached the provider. */
  readonly report: (call: CallReport) => void;
  /** Calls under way at once [20]. */
  readonly concurrency?: number;
  /** Calls that may wait for a place [500]. */
  readonly queue?: number;
}

/** What can be read off at any time. */
export interface CollectionStats {
  readonly underWay: number;
  readonly queued: number;
  readonly openBreakers: number;
}

export interface CollectedProvider extends AnyProvider {
  readonly stats: () => CollectionStats;
}

const CONCURRENCY = 20;
const QUEUE = 500;

/**
 * A provider as analyses see it. From the outside in: settled counts and lags are held, equal calls are one, calls
 * keep to a limit, an ill provider is left alone, a passing fault is tried again, and what reaches the provider is
 * measured. The limit stands before the breaker, so that waiting for a place is no fault of the provider's; retries
 * stand behind it, so that all tries of a call count as one.
 */
export function collected(
  provider: string,
  inner: AnyProvider,
  options: CollectedOptions,
): CollectedProvider {
  const { cache, deadlineMs, now, observe, report } = options;
  const patience = new Patience({ provider, deadlineMs, now });
  const { concurrency = CONCURRENCY, queue = QUEUE } = options;
  const limit = new CallLimit({ provider, concurrency, queue, observe });
  const common = { provider, now, observe };
  const broken = breaking(
    retried(measured(provider, inner, report), { ...common, withinMs: patience.longest }),
    common,
  );
  const shared = coalesced(limited(broken, limit), { ...common, longestMs: patience.longest });
  const outer = cached(keptLag(shared, { ...common, patience }), { ...common, cache, patience });
  return {
    ...outer,
    checkAccess: async (queries, signal) =>
      patience.within(signal, 'answer', async (each) => shared.checkAccess(queries, each)),
    stats: () => ({ underWay: limit.underWay, queued: limit.queued, openBreakers: broken.openBreakers() }),
  };
}
