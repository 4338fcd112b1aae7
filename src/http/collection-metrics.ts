import { Counter, Gauge, type Registry } from 'prom-client';

/** What is read off when `/metrics` is asked for. */
export interface CollectionReadings {
  readonly cacheBytes: number;
  readonly cacheMaxBytes: number;
  readonly cacheEntries: number;
  readonly providers: readonly {
    readonly provider: string;
    readonly underWay: number;
    readonly queued: number;
    readonly openBreakers: number;
  }[];
}

/** What Burngate measures of the way between analyses and providers. */
export interface CollectionMetrics {
  readonly apiCalls: Counter<'provider' | 'budget' | 'outcome'>;
  readonly points: Counter<'provider' | 'budget'>;
  readonly budgetLeft: Gauge<'provider' | 'budget'>;
  readonly buckets: Counter<'provider' | 'from'>;
  readonly evictions: Counter<'provider'>;
  readonly coalesced: Counter<'provider'>;
  readonly retries: Counter<'provider' | 'code'>;
  readonly breakerChanges: Counter<'provider' | 'state'>;
  readonly bridged: Counter<'provider' | 'code'>;
  readonly queueFull: Counter<'provider'>;
  readonly oldLags: Counter<'provider'>;
}

/** Labels are names of providers, codes, and budgets that come from configuration: their number is bounded. */
export function createCollectionMetrics(
  registry: Registry,
  read: () => CollectionReadings,
): CollectionMetrics {
  addGauges(registry, read);
  return { ...apiMetrics(registry), ...cacheMetrics(registry), ...faultMetrics(registry) };
}

function counter<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labels: readonly L[],
): Counter<L> {
  return new Counter({ name, help, labelNames: labels, registers: [registry] });
}

type Api = Pick<CollectionMetrics, 'apiCalls' | 'points' | 'budgetLeft'>;

/** What providers tell of their calls. */
function apiMetrics(registry: Registry): Api {
  return {
    apiCalls: counter(
      registry,
      'burngate_provider_api_calls_total',
      'Calls of a provider API by the budget they count against and by outcome: ok, aborted or the fault code',
      ['provider', 'budget', 'outcome'],
    ),
    points: counter(registry, 'burngate_provider_points_total', 'Points read from a provider API', [
      'provider',
      'budget',
    ]),
    budgetLeft: new Gauge({
      name: 'burngate_provider_budget_left_calls',
      help: 'Calls that a rate budget of a provider API had left when it was last used',
      labelNames: ['provider', 'budget'],
      registers: [registry],
    }),
  };
}

type Cache = Pick<CollectionMetrics, 'buckets' | 'evictions' | 'coalesced'>;

/** What is not asked for. */
function cacheMetrics(registry: Registry): Cache {
  return {
    buckets: counter(
      registry,
      'burngate_cache_buckets_total',
      'Buckets that analyses asked for, by where they came from: the cache or the provider',
      ['provider', 'from'],
    ),
    evictions: counter(
      registry,
      'burngate_cache_evictions_total',
      'Requests whose settled counts left the cache for want of room',
      ['provider'],
    ),
    coalesced: counter(
      registry,
      'burngate_coalesced_calls_total',
      'Calls answered by an equal one that was under way already',
      ['provider'],
    ),
  };
}

/** What is done about faults. */
function faultMetrics(registry: Registry): Omit<CollectionMetrics, keyof Api | keyof Cache> {
  return {
    retries: counter(
      registry,
      'burngate_provider_retries_total',
      'Further tries of a call, by the fault before',
      ['provider', 'code'],
    ),
    breakerChanges: counter(
      registry,
      'burngate_breaker_changes_total',
      'Changes of circuit breakers by new state',
      ['provider', 'state'],
    ),
    bridged: counter(
      registry,
      'burngate_bridged_answers_total',
      'Answers without their newest counts, because the provider failed with this code',
      ['provider', 'code'],
    ),
    queueFull: counter(
      registry,
      'burngate_provider_queue_full_total',
      'Calls refused because too many waited',
      ['provider'],
    ),
    oldLags: counter(
      registry,
      'burngate_old_lags_total',
      'Settling lags taken from an earlier look-up because the provider failed',
      ['provider'],
    ),
  };
}

function addGauges(registry: Registry, read: () => CollectionReadings): void {
  const whole = (name: string, help: string, of: (now: CollectionReadings) => number): void => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => {
        gauge.set(of(read()));
      },
    });
  };
  type Reading = CollectionReadings['providers'][number];
  const each = (name: string, help: string, of: (now: Reading) => number): void => {
    const gauge: Gauge<'provider'> = new Gauge({
      name,
      help,
      labelNames: ['provider'],
      registers: [registry],
      collect: () => {
        for (const now of read().providers) gauge.set({ provider: now.provider }, of(now));
      },
    });
  };
  whole('burngate_cache_bytes', 'Memory of settled counts held, estimated', (now) => now.cacheBytes);
  whole('burngate_cache_max_bytes', 'Bound of burngate_cache_bytes', (now) => now.cacheMaxBytes);
  whole('burngate_cache_entries', 'Requests of which settled counts are held', (now) => now.cacheEntries);
  each('burngate_provider_calls_under_way', 'Calls of a provider under way', (now) => now.underWay);
  each('burngate_provider_calls_queued', 'Calls that wait for a place', (now) => now.queued);
  each(
    'burngate_breakers_open',
    'Circuit breakers that let nothing or one try through',
    (now) => now.openBreakers,
  );
}
