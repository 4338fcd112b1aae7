import type { CountsRequest, Fetched, MetricsProvider, ProviderDeps } from '../../../src/core/provider.ts';
import { MINUTE, type EpochMs } from '../../../src/core/units.ts';
import type { PrometheusQuery } from '../query.ts';
import { openProvider, openQuery } from './open-for-test.ts';
import { PrometheusEmulator, send, type Disturbance } from './server.ts';
import { series } from './store.ts';

export const START: EpochMs = Date.UTC(2024, 4, 1, 12);
export const LABELS = { namespace: 'shop', pod: 'web-abc-11111', code: '200' };

const SAMPLES = Array.from({ length: 60 }, (_, nth): [EpochMs, number] => [
  START + (nth - 30) * MINUTE,
  nth * 10,
]);

export const REQUEST: CountsRequest<PrometheusQuery> = {
  queries: { total: openQuery({ metric: 'http_requests_total' }) },
  cohorts: { canary: { hash: 'abc', value: 'abc', match: 'exact' }, stable: null },
  scope: { namespace: 'shop', rollout: 'web' },
  window: { start: START, end: START + 10 * MINUTE, bucketMs: MINUTE },
};

export interface BenchAsk extends Partial<CountsRequest<PrometheusQuery>> {
  readonly deps?: Partial<ProviderDeps>;
  readonly signal?: AbortSignal;
}

/** One pod of a canary that serves ten requests a minute, its server, and providers that ask for it. */
export class Bench {
  readonly emulator: PrometheusEmulator;
  readonly url: string;
  /** Outcomes that the meter was told. */
  readonly calls: string[] = [];
  readonly #open: MetricsProvider<PrometheusQuery>[] = [];

  constructor(url: string, emulator: PrometheusEmulator) {
    this.url = url;
    this.emulator = emulator;
  }

  static async open(): Promise<Bench> {
    const emulator = new PrometheusEmulator([series('http_requests_total', LABELS, SAMPLES)]);
    return new Bench(await emulator.listen(), emulator);
  }

  /** Closed with the bench. */
  async provider(
    env: Readonly<Record<string, string>> = {},
    deps: Partial<ProviderDeps> = {},
    path = '',
  ): Promise<MetricsProvider<PrometheusQuery>> {
    const meter: ProviderDeps['meter'] = {
      apiCall: ({ outcome }) => this.calls.push(outcome),
      budgetLeft: () => undefined,
    };
    const provider = await openProvider(this.url + path, env, { meter, ...deps });
    this.#open.push(provider);
    return provider;
  }

  async ask(
    env: Readonly<Record<string, string>> = {},
    { deps, signal, ...request }: BenchAsk = {},
  ): Promise<Fetched> {
    const provider = await this.provider(env, deps);
    return provider.fetchCounts({ ...REQUEST, ...request }, signal ?? new AbortController().signal);
  }

  async closeProviders(): Promise<void> {
    await Promise.all(this.#open.splice(0).map(async (provider) => provider.close()));
  }

  async close(): Promise<void> {
    await this.closeProviders();
    await this.emulator.close();
  }
}

/** Answers with this text. */
export function text(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Disturbance {
  return (response) => {
    response.writeHead(status, headers).end(body);
    return undefined;
  };
}

/** Answers with an error as Prometheus words it. */
export function told(status: number, errorType: string, error: string): Disturbance {
  return text(status, JSON.stringify({ status: 'error', errorType, error }));
}

/** Answers well, with this result whatever was asked. */
export function data(result: unknown, resultType = 'matrix'): Disturbance {
  return (response) => {
    send(response, 200, { status: 'success', data: { resultType, result } });
    return undefined;
  };
}
