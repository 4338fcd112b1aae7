import { v2 } from '@google-cloud/logging';
import { grpc } from 'google-gax';
import { z } from 'zod';
import { ProviderError } from '../../src/core/errors.ts';
import type { ProviderDeps } from '../../src/core/provider.ts';
import type { DurationMs } from '../../src/core/units.ts';
import { unaryCall, type InnerApiCall } from '../_shared/google/call.ts';
import { openCredentials } from '../_shared/google/credentials.ts';
import { backOffOf, isUnauthenticated, type CallContext } from '../_shared/google/grpc-fault.ts';
import { LazyClient } from '../_shared/google/lazy-client.ts';
import { LogBudgets, type Turn } from './log-budgets.ts';
import { QUOTA_REMEDY } from './quota-remedy.ts';
import type { CloudLoggingSettings } from './settings.ts';

export interface ListRequest {
  readonly resourceNames: readonly string[];
  readonly filter: string;
  readonly order: 'oldest first' | 'newest first';
  readonly pageSize: number;
  /** '' for the first page. */
  readonly pageToken: string;
  /** Who asks: analyses take turns. */
  readonly party: string;
}

export interface Page {
  /** Entries as the SDK decodes them. */
  readonly entries: readonly unknown[];
  /** '' where this was the last one. */
  readonly nextPageToken: string;
}

/** What of the SDK is used; its own types say `any`. */
interface LoggingClient {
  initialize(): Promise<unknown>;
  close(): Promise<void>;
  readonly innerApiCalls: Readonly<Record<string, InnerApiCall>>;
}
interface LoggingModule {
  readonly LoggingServiceV2Client: new (options: object) => LoggingClient;
}

interface Opened {
  readonly client: LoggingClient;
  readonly principal: string;
}

const SCOPES = ['https://www.googleapis.com/auth/logging.read'];
const PAGE = z.object({ entries: z.array(z.unknown()).nullish(), nextPageToken: z.string().nullish() });

/** Cloud Logging's `entries.list`, one page a call, within the budgets of its projects. */
export class CloudLoggingClient {
  readonly #client: LazyClient<Opened>;
  readonly #budgets: LogBudgets;
  readonly #meter: ProviderDeps['meter'];

  /** @param patience how long a call may wait for its turn; by default what the rate budget has */
  constructor(settings: CloudLoggingSettings, deps: ProviderDeps, patience?: DurationMs) {
    this.#client = new LazyClient(
      async () => open(settings),
      async ({ client }) => client.close(),
    );
    this.#budgets = new LogBudgets(settings, deps, patience);
    this.#meter = deps.meter;
  }

  /** Throws `ProviderError`, or the signal's reason. */
  async list(request: ListRequest, signal: AbortSignal): Promise<Page> {
    const { names, release } = await this.#turn(request, signal);
    try {
      const page = await this.#listNow(request, signal);
      this.#report(names, 'ok', page.entries.length);
      return page;
    } catch (error) {
      const cause = error instanceof ProviderError ? error.cause : error;
      const backOff = backOffOf(cause);
      if (backOff !== null) this.#budgets.backOff(names, backOff);
      if (isUnauthenticated(cause)) this.#client.renew();
      this.#report(names, error instanceof ProviderError ? error.code : 'aborted');
      throw advised(error);
    } finally {
      release();
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #turn({ resourceNames, party }: ListRequest, signal: AbortSignal): Promise<Turn> {
    try {
      return await this.#budgets.take(resourceNames, party, signal);
    } catch (error) {
      throw advised(error);
    }
  }

  async #listNow(request: ListRequest, signal: AbortSignal): Promise<Page> {
    const { client, principal } = await this.#client.get(signal);
    const { resourceNames, filter, order, pageSize, pageToken } = request;
    const method = client.innerApiCalls['listLogEntries'];
    if (method === undefined) throw new TypeError('the Cloud Logging client has no listLogEntries');
    const orderBy = order === 'oldest first' ? 'timestamp asc' : 'timestamp desc';
    const raw = await unaryCall(
      method,
      { resourceNames, filter, orderBy, pageSize, pageToken },
      { signal, routing: {}, context: contextOf(resourceNames, principal) },
    );
    const parsed = PAGE.safeParse(raw);
    if (!parsed.success) throw garbled('its answer is no list of log entries', resourceNames);
    return { entries: parsed.data.entries ?? [], nextPageToken: parsed.data.nextPageToken ?? '' };
  }

  #report(
    names: readonly string[],
    outcome: Parameters<ProviderDeps['meter']['apiCall']>[0]['outcome'],
    points?: number,
  ): void {
    for (const budget of names)
      this.#meter.apiCall({ budget, outcome, ...(points !== undefined && { points }) });
  }
}

/** A quota fault with the remedy that this quota has. */
function advised(error: unknown): unknown {
  if (!(error instanceof ProviderError) || error.code !== 'provider-quota') return error;
  const { code, message, retryable, cause } = error;
  return new ProviderError({ code, message, remedy: QUOTA_REMEDY, retryable, cause });
}

/** What Cloud Logging answered is not what its API promises. */
export function garbled(what: string, resourceNames: readonly string[]): ProviderError {
  return new ProviderError({
    code: 'provider-garbled',
    message: `Cloud Logging answered for ${namesOf(resourceNames)}, but ${what}.`,
    remedy: 'Nothing: the next look asks again; if it stays so, compare with gcloud logging read.',
    retryable: true,
  });
}

export function namesOf(resourceNames: readonly string[]): string {
  const [first = 'no resource'] = resourceNames;
  return resourceNames.length > 1 ? `${first} and ${String(resourceNames.length - 1)} more` : first;
}

function contextOf(resourceNames: readonly string[], principal: string): CallContext {
  const isView = resourceNames.some((name) => name.includes('/views/'));
  const [first = ''] = resourceNames;
  return {
    api: 'Cloud Logging',
    action: `listing log entries of ${namesOf(resourceNames)}`,
    permission: isView ? 'logging.views.access' : 'logging.logEntries.list',
    role: isView ? 'roles/logging.viewAccessor' : 'roles/logging.viewer',
    principal,
    project: first.split('/').slice(0, 2).join('/').replace('projects/', ''),
    compare: 'in the Logs Explorer of the project',
  };
}

async function open({ google }: CloudLoggingSettings): Promise<Opened> {
  const { authClient, principal } = await openCredentials(google, SCOPES);
  const { LoggingServiceV2Client } = v2 as unknown as LoggingModule;
  const { endpoint } = google;
  const client = new LoggingServiceV2Client({
    authClient,
    // Known, so that nobody asks the metadata server for it.
    universeDomain: 'googleapis.com',
    ...(endpoint !== undefined && { apiEndpoint: endpoint.host, port: endpoint.port }),
    ...(endpoint?.plaintext === true && { sslCreds: grpc.credentials.createInsecure() }),
  });
  await client.initialize();
  return { client, principal };
}
