import { BucketCache } from './collection/bucket-cache.ts';
import { collected, type CollectionStats } from './collection/collected.ts';
import type { CollectionEvent } from './collection/events.ts';
import { measured, type CallReport } from './collection/measured.ts';
import type { ServeSettings } from './config/settings.ts';
import type { AnyProvider, AnyProviderDefinition, ProviderMeter } from './core/provider.ts';
import type { Slo } from './core/slo.ts';
import { createCollectionMetrics, type CollectionMetrics } from './http/collection-metrics.ts';
import type { Metrics } from './http/metrics.ts';
import { openProviders } from './open-providers.ts';
import type { Tracing } from './tracing.ts';

const MIB = 1024 * 1024;

interface StackOptions {
  readonly definitions: readonly AnyProviderDefinition[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: Pick<ServeSettings, 'deadline' | 'cacheMb'>;
  readonly metrics: Metrics;
  readonly log: { warn(fields: object, message: string): void };
  readonly tracing: Tracing;
}

/** The providers of the loaded SLOs as analyses see them, all that stands before them included. */
export interface ProviderStack {
  readonly providers: ReadonlyMap<string, AnyProvider>;
  /** Opens what these SLOs need and is not open yet. Throws `ConfigError`. */
  readonly open: (slos: readonly Slo[]) => Promise<void>;
  /** The last call of each provider, and its breakers, for `/readyz`. */
  readonly report: () => Readonly<Record<string, object>>;
}

type Stats = Map<string, () => CollectionStats>;

/** Decorates what it opens; files of this machine are only measured, there being nothing to hold, to limit or to retry. */
export function createStack(options: StackOptions): ProviderStack {
  const { definitions, env, settings, metrics, log, tracing } = options;
  const last = new Map<string, object>();
  const stats: Stats = new Map();
  const { cache, collection } = cacheWithMetrics(settings.cacheMb * MIB, stats, metrics);
  const observe = observer(collection, log);
  const report = ({ provider, call, outcome, seconds }: CallReport): void => {
    last.set(provider, { call, outcome, at: new Date().toISOString() });
    metrics.providerSeconds.observe({ provider, call, outcome }, seconds);
  };
  const isLocal = new Set(definitions.flatMap(({ name, local }) => (local === true ? [name] : [])));
  const providers = new Map<string, AnyProvider>();
  const open = async (slos: readonly Slo[]): Promise<void> => {
    const opened = await openProviders(slos, {
      definitions,
      env,
      warn: (provider, fields, message) => {
        log.warn({ provider, ...fields }, message);
      },
      meter: (provider) => meterOf(provider, collection),
      except: new Set(providers.keys()),
    });
    for (const [name, inner] of opened) {
      if (isLocal.has(name)) {
        providers.set(name, tracing.traced(name, measured(name, inner, report)));
        continue;
      }
      const { deadline: deadlineMs } = settings;
      const provider = collected(name, inner, { cache, deadlineMs, now: Date.now, observe, report });
      stats.set(name, provider.stats);
      providers.set(name, tracing.traced(name, provider));
    }
  };
  return { providers, open, report: () => withBreakers(last, stats) };
}

function cacheWithMetrics(
  maxBytes: number,
  stats: Stats,
  { registry }: Metrics,
): { readonly cache: BucketCache; readonly collection: CollectionMetrics } {
  const cache: BucketCache = new BucketCache({
    maxBytes,
    now: Date.now,
    onEvicted: (provider) => {
      collection.evictions.inc({ provider });
    },
  });
  const collection = createCollectionMetrics(registry, () => ({
    cacheBytes: cache.bytes,
    cacheMaxBytes: maxBytes,
    cacheEntries: cache.entries,
    providers: [...stats].map(([provider, read]) => ({ provider, ...read() })),
  }));
  return { cache, collection };
}

/** What a provider tells of its API calls, as metrics. */
function meterOf(provider: string, metrics: CollectionMetrics): ProviderMeter {
  return {
    apiCall: ({ budget, outcome, points = 0 }) => {
      metrics.apiCalls.inc({ provider, budget, outcome });
      metrics.points.inc({ provider, budget }, points);
    },
    budgetLeft: (budget, calls) => {
      metrics.budgetLeft.set({ provider, budget }, calls);
    },
  };
}

/** What happens on the way to a provider, as metrics; and as log lines where a person should look. */
function observer(metrics: CollectionMetrics, log: StackOptions['log']): (event: CollectionEvent) => void {
  return (event) => {
    const { provider } = event;
    switch (event.kind) {
      case 'cache':
        metrics.buckets.inc({ provider, from: 'cache' }, event.held);
        metrics.buckets.inc({ provider, from: 'provider' }, event.fetched);
        return;
      case 'coalesced':
        metrics.coalesced.inc({ provider });
        return;
      case 'retried':
        metrics.retries.inc({ provider, code: event.code });
        return;
      case 'breaker':
        metrics.breakerChanges.inc({ provider, state: event.state });
        log.warn({ provider, state: event.state, code: event.code }, 'circuit breaker');
        return;
      case 'bridged':
        metrics.bridged.inc({ provider, code: event.code });
        return;
      case 'queue-full':
        metrics.queueFull.inc({ provider });
        return;
      case 'old-lag':
        metrics.oldLags.inc({ provider });
        return;
    }
  };
}

function withBreakers(
  last: ReadonlyMap<string, object>,
  stats: Readonly<Stats>,
): Readonly<Record<string, object>> {
  return Object.fromEntries(
    [...last].map(([name, call]) => {
      const read = stats.get(name);
      return [name, read === undefined ? call : { ...call, openBreakers: read().openBreakers }];
    }),
  );
}
