import type { Configuration } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/configuration.js';
import type {
  HttpMethod,
  RequestContext,
} from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/http/http.js';
import type { BaseServerConfiguration } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/servers.js';
import { ProviderError } from '../../src/core/errors.ts';
import type { ProviderDeps } from '../../src/core/provider.ts';
import { RateBudget } from '../_shared/rate-budget.ts';
import { closedProvider, timedOut, unavailable } from './fault.ts';
import { httpFault, type EndpointFacts } from './http-fault.ts';
import { feedBudget, readRateLimit } from './rate-limit.ts';
import { httpRequest, type DatadogRequest } from './requests.ts';
import type { DatadogSettings } from './settings.ts';
import { capturing, parseJson, type Captured } from './wire.ts';

/** Calls of one endpoint under way at once. */
const CONCURRENCY = 4;

const ENDPOINTS = {
  timeseries: { name: 'timeseries', permission: 'timeseries_query' },
  logs: { name: 'logs', permission: 'logs_read_data' },
  slo: { name: 'slo', permission: 'slos_read' },
} satisfies Record<string, EndpointFacts>;
type Endpoint = keyof typeof ENDPOINTS;

/** What is used of Datadog's client: how it configures, signs and sends. */
interface Sdk {
  readonly createConfiguration: (parts: object) => Configuration;
  readonly applySecurityAuthentication: (
    configuration: Configuration,
    request: RequestContext,
    methods: ('apiKeyAuth' | 'appKeyAuth')[],
  ) => void;
  readonly BaseServerConfiguration: typeof BaseServerConfiguration;
  readonly HttpMethod: typeof HttpMethod;
}

type Deps = Pick<ProviderDeps, 'now' | 'meter'>;

/**
 * Datadog's API, three calls of it, over what Datadog's own client sends with. Answers come back as parsed JSON,
 * unread; failures are thrown as `ProviderError`. Never repeats a call.
 */
export class DatadogClient {
  readonly #sdk: Sdk;
  readonly #settings: DatadogSettings;
  readonly #deps: Deps;
  readonly #budgets = new Map<Endpoint, RateBudget>();
  readonly #closing = new AbortController();

  constructor(sdk: Sdk, settings: DatadogSettings, deps: Deps) {
    this.#sdk = sdk;
    this.#settings = settings;
    this.#deps = deps;
  }

  /** One call: its turn, its deadline, its answer. */
  async call(request: DatadogRequest, signal: AbortSignal): Promise<unknown> {
    this.#closing.signal.throwIfAborted();
    const given = AbortSignal.any([signal, this.#closing.signal]);
    const { endpoint } = request;
    const release = await this.#budgetOf(endpoint).take(given);
    try {
      const body = await this.#answer(request, given);
      this.#report(endpoint, 'ok');
      return body;
    } catch (error) {
      this.#report(endpoint, error instanceof ProviderError ? error.code : 'aborted');
      throw error;
    } finally {
      release();
    }
  }

  close(): void {
    this.#closing.abort(closedProvider());
  }

  async #answer(request: DatadogRequest, given: AbortSignal): Promise<unknown> {
    const { timeout, site, apiKey, appKey } = this.#settings;
    const { endpoint } = request;
    const late = AbortSignal.timeout(timeout);
    const answer = await this.#send(request, AbortSignal.any([given, late])).catch((failure: unknown) => {
      throw this.#networkFault(endpoint, failure, { given, late });
    });
    const limit = readRateLimit(answer.headers);
    const refused = answer.status === 429;
    feedBudget(this.#budgetOf(endpoint), limit, { now: this.#deps.now(), refused, jitter: Math.random });
    const facts = ENDPOINTS[endpoint];
    const fault = httpFault(answer, { endpoint: facts, site, limit, secrets: [apiKey, appKey] });
    if (fault !== null) throw fault;
    return parseJson(answer.text);
  }

  async #send(request: DatadogRequest, signal: AbortSignal): Promise<Captured> {
    const { HttpMethod: methods, applySecurityAuthentication } = this.#sdk;
    const { method, path, search, body } = httpRequest(request);
    let answer: Captured | undefined;
    const configuration = this.#configuration(
      capturing(signal, (captured) => {
        answer = captured;
      }),
    );
    const context = configuration.getServer(request.endpoint).makeRequestContext(path, methods[method]);
    context.setHeaderParam('Accept', 'application/json');
    for (const [name, value] of Object.entries(search)) context.setQueryParam(name, value, '');
    if (body !== null) {
      context.setHeaderParam('Content-Type', 'application/json');
      context.setBody(JSON.stringify(body));
    }
    applySecurityAuthentication(configuration, context, ['apiKeyAuth', 'appKeyAuth']);
    await configuration.httpApi.send(context);
    if (answer === undefined) throw new Error('the client of Datadog sent nothing');
    return answer;
  }

  /** Nothing of the client's own error is shown: it may hold the address and more. */
  #networkFault(
    endpoint: Endpoint,
    failure: unknown,
    { given, late }: { readonly given: AbortSignal; readonly late: AbortSignal },
  ): unknown {
    if (given.aborted) return given.reason;
    if (failure instanceof ProviderError) return failure;
    if (late.aborted) return timedOut(endpoint, this.#settings.timeout);
    const code = systemCode(failure);
    return code === null
      ? failure
      : unavailable(`Datadog at ${this.#settings.site} cannot be reached: ${code}.`);
  }

  /** A configuration of its own for each call: the client takes the `fetch` of the one that its API was made with. */
  #configuration(fetched: ReturnType<typeof capturing>): Configuration {
    const { apiKey, appKey, endpoint } = this.#settings;
    return this.#sdk.createConfiguration({
      authMethods: { apiKeyAuth: apiKey, appKeyAuth: appKey },
      // Never the client's own servers, which DD_SITE of the environment would change.
      baseServer: new this.#sdk.BaseServerConfiguration(endpoint, {}),
      enableRetry: false,
      fetch: fetched,
    });
  }

  #budgetOf(endpoint: Endpoint): RateBudget {
    const known = this.#budgets.get(endpoint);
    if (known !== undefined) return known;
    const { now, meter } = this.#deps;
    const name = this.#nameOf(endpoint);
    const { callsPerMinute } = this.#settings;
    const budget = new RateBudget({
      name,
      callsPerMinute,
      concurrency: CONCURRENCY,
      now,
      onLeft: (calls) => {
        meter.budgetLeft(name, calls);
      },
    });
    this.#budgets.set(endpoint, budget);
    return budget;
  }

  #nameOf(endpoint: Endpoint): string {
    return `${this.#settings.site} ${endpoint}`;
  }

  #report(endpoint: Endpoint, outcome: 'ok' | ProviderError['code'] | 'aborted'): void {
    this.#deps.meter.apiCall({ budget: this.#nameOf(endpoint), outcome });
  }
}

/**
 * Imports what Datadog's client sends with, and none of its operations: each of them loads the models of all, which
 * costs 100 MB and up to a second, for requests that are a few lines and answers that it misreads.
 */
export async function openClient(settings: DatadogSettings, deps: Deps): Promise<DatadogClient> {
  const [{ createConfiguration, applySecurityAuthentication }, servers, http, logging] = await Promise.all([
    import('@datadog/datadog-api-client/dist/packages/datadog-api-client-common/configuration.js'),
    import('@datadog/datadog-api-client/dist/packages/datadog-api-client-common/servers.js'),
    import('@datadog/datadog-api-client/dist/packages/datadog-api-client-common/http/http.js'),
    import('@datadog/datadog-api-client/dist/logger.js'),
  ]);
  // It prints whole addresses on every network failure.
  (logging.logger as { setLevel(level: string): void }).setLevel('silent');
  const { BaseServerConfiguration: Server } = servers;
  const { HttpMethod: methods } = http;
  const sdk = {
    createConfiguration,
    applySecurityAuthentication,
    BaseServerConfiguration: Server,
    HttpMethod: methods,
  };
  return new DatadogClient(sdk, settings, deps);
}

/** Why the network failed; null: it did not, and the error is our own bug. */
function systemCode(failure: unknown): string | null {
  const cause = failure instanceof Error ? failure.cause : undefined;
  if (typeof cause !== 'object' || cause === null) return null;
  const code: unknown = Reflect.get(cause, 'code');
  return typeof code === 'string' && /^[A-Z_0-9]{2,40}$/.test(code) ? code : 'the connection failed';
}
