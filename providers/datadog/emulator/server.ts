import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { disturbed, statusFault, type Disturbed, type Fault } from './faults.ts';
import { answerLogs } from './log-aggregate.ts';
import { SyntaxFault } from './scanner.ts';
import { answerSloHistory } from './slo-history.ts';
import { Store } from './store.ts';
import { answerTimeseries } from './timeseries.ts';

export type EmulatedEndpoint = 'timeseries' | 'logs' | 'slo';

/** A call as it came in. */
export interface SeenCall {
  readonly endpoint: EmulatedEndpoint;
  readonly headers: IncomingMessage['headers'];
  /** Path and query. */
  readonly target: string;
  readonly body: unknown;
}

const KEPT_CALLS = 10_000;
const ENLARGED = 5;

/** Datadog's API on a free port of this machine: the shapes of the real one, evaluated over what was submitted. */
export class DatadogEmulator {
  readonly store = new Store();
  /** Keys that are let in. */
  readonly apiKey = 'api0key0of0the0emulator0aaaaaaaa';
  readonly appKey = 'app0key0of0the0emulator0bbbbbbbbbbbbbbbb';
  readonly calls: SeenCall[] = [];
  /** What goes wrong from now on. */
  fault: Fault | null = null;
  /** How long each answer takes. */
  delayMs = 0;
  /** Calls of each endpoint in a period, as Datadog limits them by organisation. */
  limit = { calls: 1_000_000, periodSeconds: 3600 };
  readonly #used = new Map<EmulatedEndpoint, number>();
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<DatadogEmulator> {
    const emulator = new DatadogEmulator();
    await emulator.listen();
    return emulator;
  }

  /** Listens, on the same port again after `stop`. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections until `listen`. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeAllConnections();
    await closed;
  }

  /** As a network does that drops what it knew of connections; new ones are welcome. */
  closeConnections(): void {
    this.#server.closeAllConnections();
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** Environment of the provider that reaches this server. */
  get env(): Record<string, string> {
    return {
      DD_API_KEY: this.apiKey,
      DD_APP_KEY: this.appKey,
      DD_SITE: 'datadoghq.eu',
      BURNGATE_DATADOG_ENDPOINT: this.url,
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      if (this.delayMs > 0) await sleep(this.delayMs);
      const answer = this.#answer(request, body);
      if (answer === null) return;
      if (answer === 'reset') {
        response.writeHead(200, { 'content-length': '1000', 'content-type': 'application/json' });
        response.write('{"data":');
        setImmediate(() => request.socket.destroy());
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.text);
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : 'failed');
    }
  }

  /** The answer; null: none, ever. */
  #answer(request: IncomingMessage, body: unknown): Disturbed | 'reset' | null {
    const url = new URL(request.url ?? '/', this.url);
    const endpoint = endpointOf(request.method ?? '', url.pathname);
    if (endpoint === null) return { status: 404, text: '{"errors":["Not found"]}' };
    if (this.calls.length < KEPT_CALLS)
      this.calls.push({ endpoint, headers: request.headers, target: request.url ?? '', body });
    if (this.fault === 'hang') return null;
    if (this.fault === 'reset') return 'reset';
    const wrong = statusFault(this.fault, this) ?? this.#unwelcome(request);
    if (wrong !== null) return wrong;
    const headers = this.#limitHeaders(endpoint);
    if (headers === null) return statusFault('limited', this);
    try {
      const answer = this.#evaluate(endpoint, url, body);
      if (answer === null) return { status: 404, text: '{"errors":["SLO not found"]}', headers };
      return { status: 200, text: disturbed(this.fault, answer), headers };
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      return { status: 400, text: JSON.stringify({ errors: [error.message] }), headers };
    }
  }

  #evaluate(endpoint: EmulatedEndpoint, url: URL, body: unknown): object | null {
    const enlarge = this.fault === 'enlarged' ? ENLARGED : 1;
    switch (endpoint) {
      case 'timeseries':
        return answerTimeseries(this.store, body, enlarge);
      case 'logs':
        return answerLogs(this.store, body, enlarge);
      case 'slo':
        return answerSloHistory(this.store, url.pathname.split('/')[4] ?? '', url.searchParams);
    }
  }

  #unwelcome({ headers }: IncomingMessage): Disturbed | null {
    const isKnown = headers['dd-api-key'] === this.apiKey && headers['dd-application-key'] === this.appKey;
    return isKnown ? null : { status: 403, text: '{"errors":["Forbidden"]}' };
  }

  /** Headers of a call that counts; null: the limit is reached. */
  #limitHeaders(endpoint: EmulatedEndpoint): Record<string, string> | null {
    const used = (this.#used.get(endpoint) ?? 0) + 1;
    if (used > this.limit.calls) return null;
    this.#used.set(endpoint, used);
    return {
      'x-ratelimit-limit': String(this.limit.calls),
      'x-ratelimit-period': String(this.limit.periodSeconds),
      'x-ratelimit-remaining': String(this.limit.calls - used),
      'x-ratelimit-reset': String(this.limit.periodSeconds),
      'x-ratelimit-name': `${endpoint}_query`,
    };
  }
}

function endpointOf(method: string, path: string): EmulatedEndpoint | null {
  if (method === 'POST' && path === '/api/v2/query/timeseries') return 'timeseries';
  if (method === 'POST' && path === '/api/v2/logs/analytics/aggregate') return 'logs';
  return method === 'GET' && /^\/api\/v1\/slo\/[0-9a-f]+\/history$/.test(path) ? 'slo' : null;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? null : (JSON.parse(text) as unknown);
}
