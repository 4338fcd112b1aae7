import { MetricServiceClient } from '@google-cloud/monitoring';
import { grpc } from 'google-gax';
import { ProviderError } from '../../src/core/errors.ts';
import type { ProviderDeps } from '../../src/core/provider.ts';
import { RateBudget } from '../_shared/rate-budget.ts';
import { CHANNEL_OPTIONS } from '../_shared/google/channel.ts';
import { unaryCall, type InnerApiCall } from '../_shared/google/call.ts';
import { openCredentials } from '../_shared/google/credentials.ts';
import { backOffOf, isUnauthenticated, type CallContext } from '../_shared/google/grpc-fault.ts';
import { LazyClient } from '../_shared/google/lazy-client.ts';
import type { ListRequest, MonitoringApi } from './api.ts';
import { listMessage, pointsIn } from './messages.ts';
import type { MonitoringSettings } from './settings.ts';

const SCOPES = ['https://www.googleapis.com/auth/monitoring.read'];
/** Calls under way at once for one project: beyond it the API answers "reduce the query rate" below its quota. */
const CONCURRENCY = 10;
/** Descriptors have a quota of their own. */
const DESCRIPTORS_PER_MINUTE = 60;
/** Calls in a row without an answer after which the connection is taken for dead: TCP itself notices in a quarter of an hour. */
const TIMEOUTS_OF_A_DEAD_CONNECTION = 2;

interface Opened {
  readonly client: MetricServiceClient;
  readonly principal: string;
}

type Deps = Pick<ProviderDeps, 'now' | 'meter'>;

/** Cloud Monitoring over gRPC: each call tried once, counted, and within the project's rate budget. */
export class MonitoringClient implements MonitoringApi {
  readonly #settings: MonitoringSettings;
  readonly #deps: Deps;
  readonly #lazy: LazyClient<Opened>;
  /** One for each project of the SLO files, and one for its descriptors. */
  readonly #budgets = new Map<string, RateBudget>();
  #principal = 'an unknown principal';
  #timeouts = 0;

  constructor(settings: MonitoringSettings, deps: Deps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#lazy = new LazyClient(
      async () => open(settings),
      async ({ client }) => client.close(),
    );
  }

  async listTimeSeries(request: ListRequest, signal: AbortSignal): Promise<unknown> {
    const { project, party } = request;
    return this.#call('listTimeSeries', listMessage(request), signal, {
      budget: this.#budget(project, this.#settings.callsPerMinute),
      name: project,
      party,
      routing: { name: `projects/${project}` },
      context: {
        action: `listing time series of projects/${project}`,
        permission: 'monitoring.timeSeries.list',
        project,
      },
    });
  }

  async getMetricDescriptor(project: string, metric: string, signal: AbortSignal): Promise<unknown> {
    const resource = `projects/${project}/metricDescriptors/${metric}`;
    const name = `${project} descriptors`;
    return this.#call('getMetricDescriptor', { name: resource }, signal, {
      budget: this.#budget(name, DESCRIPTORS_PER_MINUTE),
      name,
      party: metric,
      routing: { name: resource },
      context: {
        action: `reading the descriptor ${resource}`,
        permission: 'monitoring.metricDescriptors.get',
        project,
      },
    });
  }

  principal(): string {
    return this.#principal;
  }

  async close(): Promise<void> {
    await this.#lazy.close();
  }

  async #call(
    method: string,
    message: object,
    signal: AbortSignal,
    about: {
      readonly budget: RateBudget;
      readonly name: string;
      readonly party: string;
      readonly routing: Readonly<Record<string, string>>;
      readonly context: Pick<CallContext, 'action' | 'permission' | 'project'>;
    },
  ): Promise<unknown> {
    const { budget, name, routing } = about;
    const { client, principal } = await this.#lazy.get(signal);
    this.#principal = principal;
    const release = await budget.take(signal, about.party);
    const context = { ...about.context, ...API, principal };
    try {
      const inner = client.innerApiCalls[method] as InnerApiCall;
      const answer = await unaryCall(inner, message, { signal, routing, context });
      this.#timeouts = 0;
      this.#deps.meter.apiCall({ budget: name, outcome: 'ok', points: pointsIn(answer) });
      return answer;
    } catch (error) {
      this.#note(error, name, budget);
      throw error;
    } finally {
      release();
    }
  }

  #note(error: unknown, name: string, budget: RateBudget): void {
    const isFault = error instanceof ProviderError;
    this.#deps.meter.apiCall({ budget: name, outcome: isFault ? error.code : 'aborted' });
    if (!isFault) return;
    const backOff = backOffOf(error.cause);
    if (backOff !== null) budget.backOffUntil(this.#deps.now() + backOff);
    this.#timeouts = error.code === 'provider-timeout' ? this.#timeouts + 1 : 0;
    if (isUnauthenticated(error.cause) || this.#timeouts >= TIMEOUTS_OF_A_DEAD_CONNECTION) {
      this.#timeouts = 0;
      this.#lazy.renew();
    }
  }

  #budget(name: string, callsPerMinute: number): RateBudget {
    const known = this.#budgets.get(name);
    if (known !== undefined) return known;
    const budget = new RateBudget({
      name,
      callsPerMinute,
      concurrency: CONCURRENCY,
      now: this.#deps.now,
      onLeft: (calls) => {
        this.#deps.meter.budgetLeft(name, calls);
      },
    });
    this.#budgets.set(name, budget);
    return budget;
  }
}

const API = {
  api: 'Cloud Monitoring',
  role: 'roles/monitoring.viewer',
  compare: 'with the metric in the Metrics Explorer of the project',
} as const;

async function open({ google }: MonitoringSettings): Promise<Opened> {
  const { authClient, principal } = await openCredentials(google, SCOPES);
  const { endpoint } = google;
  const client = new MetricServiceClient({
    ...CHANNEL_OPTIONS,
    authClient: authClient as never,
    // Named, so that the SDK does not ask the metadata server for it.
    universeDomain: 'googleapis.com',
    ...(endpoint !== undefined && { apiEndpoint: endpoint.host, port: endpoint.port }),
    ...(endpoint?.plaintext === true && { sslCreds: grpc.credentials.createInsecure() }),
  });
  await client.initialize();
  return { client, principal };
}
