import type { Role } from '../../../src/core/counts.ts';
import type { Fetched, MetricsProvider, ProviderDeps } from '../../../src/core/provider.ts';
import { MINUTE } from '../../../src/core/units.ts';
import { datadog } from '../index.ts';
import type { DatadogQuery } from '../query-model.ts';
import { DatadogEmulator } from './server.ts';
import { submitTraffic, type Service, type Traffic } from './traffic.ts';

/** First minute of the traffic that tests are made of. */
export const START = Date.UTC(2026, 4, 1, 12);
const SHOP: Service = {
  name: 'checkout',
  namespace: 'shop',
  rollout: 'checkout',
  groupTag: 'resource_name',
};
export const CANARY = '6d4b75cb6d';
export const STABLE = '5f9c8b7d44';

export interface Opened {
  readonly emulator: DatadogEmulator;
  readonly provider: MetricsProvider<DatadogQuery>;
  close(): Promise<void>;
}

/** An emulator with 30 minutes of canary and stable, and a provider over it. */
export async function opened(
  env: Readonly<Record<string, string>> = {},
  deps: Partial<ProviderDeps> = {},
): Promise<Opened> {
  const emulator = await DatadogEmulator.start();
  submitTraffic(emulator.store, SHOP, traffic(30));
  const settings = datadog.parseSettings({
    ...emulator.env,
    BURNGATE_DATADOG_CALLS_PER_MINUTE: '100000',
    ...env,
  });
  if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
  const provider = await datadog.open(settings.value, {
    env: {},
    now: () => START + 60 * MINUTE,
    log: { warn: () => undefined },
    meter: { apiCall: () => undefined, budgetLeft: () => undefined },
    ...deps,
  });
  return {
    emulator,
    provider,
    close: async () => {
      await provider.close();
      await emulator.stop().catch(() => undefined);
    },
  };
}

/** One row a minute, side and group: the canary 10 + 1 bad, stable 100. */
function traffic(minutes: number): Traffic[] {
  return Array.from({ length: minutes }, (_, minute) => START + minute * MINUTE).flatMap((time) =>
    ['get_/cart', 'post_/orders'].flatMap((group) => [
      { time, hash: CANARY, group, good: 9, bad: 1 },
      { time, hash: STABLE, group, good: 99, bad: 1 },
    ]),
  );
}

export function query(spec: object, role: Role): DatadogQuery {
  const parsed = datadog.parseQuery(spec, { role, baseDir: '/' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

export const METRICS = {
  bad: query({ metric: 'checkout.requests.bad', filter: { service: 'checkout' } }, 'bad'),
  total: query({ metric: 'checkout.requests', filter: { service: 'checkout' } }, 'total'),
};
export const LOGS = {
  bad: query(
    { source: 'logs', filter: { service: 'checkout' }, range: { '@http.status_code': { gte: 500 } } },
    'bad',
  ),
  total: query({ source: 'logs', filter: { service: 'checkout' } }, 'total'),
};

type Request = Parameters<MetricsProvider<DatadogQuery>['fetchCounts']>[0];

/** Canary against stable over the first 30 minutes, unless told otherwise. */
export async function ask(
  provider: MetricsProvider<DatadogQuery>,
  more: Partial<Request> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Fetched> {
  const match = (hash: string) => ({ hash, value: hash, match: 'exact' as const });
  return provider.fetchCounts(
    {
      queries: METRICS,
      cohorts: { canary: match(CANARY), stable: match(STABLE) },
      scope: { rollout: 'checkout' },
      window: { start: START, end: START + 30 * MINUTE, bucketMs: MINUTE },
      ...more,
    },
    signal,
  );
}

/** `bad canary 0:2 1:2`: minutes and counts, the first so many. */
export function lines({ series }: Fetched, points = 3): string[] {
  return series
    .map(({ role, cohort, group, points: all }) =>
      [
        role,
        cohort,
        ...(group === undefined ? [] : [group]),
        ...all
          .slice(0, points)
          .map(([time, events]) => `${String((time - START) / MINUTE)}:${String(events)}`),
      ].join(' '),
    )
    .toSorted();
}
