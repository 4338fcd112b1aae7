import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { evaluateInstant, evaluateRange, type Evaluated } from './evaluate.ts';
import type { StoredSeries } from './store.ts';

/** What calls meet instead of an answer: it writes one, or none, or lets the call pass. */
export type Disturbance = (response: ServerResponse, request: SeenRequest) => 'pass' | undefined;

export interface SeenRequest {
  readonly path: string;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** The HTTP API of Prometheus on loopback, over samples in memory. */
export class PrometheusEmulator {
  store: readonly StoredSeries[];
  /** null: none. */
  disturbance: Disturbance | null = null;
  /** Put beside the data of each answer. */
  beside: Readonly<Record<string, unknown>> = {};
  readonly requests: SeenRequest[] = [];
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response);
  });

  constructor(store: readonly StoredSeries[] = []) {
    this.store = store;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += String(part);
    const seen = { path: request.url ?? '', form: new URLSearchParams(body), headers: request.headers };
    this.requests.push(seen);
    if (this.disturbance !== null && this.disturbance(response, seen) !== 'pass') return;
    try {
      send(response, 200, { status: 'success', data: this.#evaluate(seen), ...this.beside });
    } catch (error) {
      send(response, 400, { status: 'error', errorType: 'bad_data', error: String(error) });
    }
  }

  #evaluate({ path, form }: SeenRequest): object {
    const number = (name: string): number => Math.round(Number(form.get(name)) * 1000);
    const query = form.get('query') ?? '';
    if (path.endsWith('/api/v1/query_range')) {
      const span = { start: number('start'), end: number('end'), step: number('step') };
      return { resultType: 'matrix', result: evaluateRange(this.store, query, span).map(matrixOf) };
    }
    const { resultType, result } = evaluateInstant(this.store, query, number('time'));
    return { resultType, result: result.map(resultType === 'matrix' ? matrixOf : vectorOf) };
  }
}

/** As Prometheus does: JSON, packed where the caller can unpack it. */
export function send(response: ServerResponse, status: number, body: object): void {
  const packed = gzipSync(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
  response.end(packed);
}

function matrixOf({ metric, values }: Evaluated): object {
  return { metric, values: values.map(([time, value]) => [time / 1000, printed(value)]) };
}

function vectorOf({ metric, values }: Evaluated): object {
  const [time, value] = values[0] ?? [0, 0];
  return { metric, value: [time / 1000, printed(value)] };
}

function printed(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
