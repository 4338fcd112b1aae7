import { readFile } from 'node:fs/promises';
import type { Agent, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { MINUTE, type EpochMs } from '../../src/core/units.ts';
import { AnswerTooLarge, fault } from './fault.ts';
import type { PrometheusSettings } from './settings.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

// Not imported: an import reads every export, and that of `WebSocket` loads Node's whole fetch, 12 MiB of it.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

/** Certificates rotate; they are looked at again this often. */
const TLS_RECHECK = MINUTE;

/**
 * POSTs forms over connections that are kept. Redirects are not followed: they would carry credentials elsewhere.
 * The built-in fetch takes no client certificates, hence node:https.
 */
export class Transport {
  readonly #settings: PrometheusSettings;
  readonly #now: () => EpochMs;
  #agent: Agent | null = null;
  #tls = '';
  #checkedAt: EpochMs = -Infinity;

  constructor(settings: PrometheusSettings, now: () => EpochMs) {
    this.#settings = settings;
    this.#now = now;
  }

  /** Rejects with `AnswerTooLarge`, with the signal's abort, or with the system's error. */
  async post(
    path: string,
    form: URLSearchParams,
    headers: Headers,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const url = new URL(this.#settings.url + path);
    const agent = await this.#agentFor(url);
    signal.throwIfAborted();
    const body = form.toString();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === 'https:' ? https.request : http.request;
      const request = send(url, {
        method: 'POST',
        agent,
        signal,
        headers: {
          ...headers,
          accept: 'application/json',
          'accept-encoding': 'gzip',
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'burngate',
        },
      });
      request.once('response', resolve);
      request.on('error', reject);
      request.end(body);
    });
    const text = await readBody(response, this.#settings.maxAnswerBytes);
    return { status: response.statusCode ?? 0, headers: response.headers, body: text };
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = null;
  }

  async #agentFor(url: URL): Promise<Agent> {
    const options = { keepAlive: true, maxSockets: this.#settings.concurrency, timeout: MINUTE };
    if (url.protocol === 'http:') return (this.#agent ??= new http.Agent(options));
    if (this.#agent !== null && this.#now() - this.#checkedAt < TLS_RECHECK) return this.#agent;
    const { caFile, certFile, keyFile } = this.#settings;
    const [ca, cert, key] = await Promise.all([
      pem(caFile, 'CA_FILE'),
      pem(certFile, 'CERT_FILE'),
      pem(keyFile, 'KEY_FILE'),
    ]);
    this.#checkedAt = this.#now();
    const tls = JSON.stringify([ca, cert, key]);
    if (this.#agent !== null && tls === this.#tls) return this.#agent;
    // Calls under way end on the old connections.
    this.#tls = tls;
    this.#agent = new https.Agent({
      ...options,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
    return this.#agent;
  }
}

async function pem(file: string | undefined, setting: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, 'utf8').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw fault(
      'provider-denied',
      `The file of BURNGATE_PROMETHEUS_${setting} cannot be read: the system says ${code}.`,
      'Check the path and that the user this process runs as may read it.',
      { retryable: true },
    );
  });
}

/** The whole body, unpacked; never more than `most` bytes of it, packed or not. */
async function readBody(response: IncomingMessage, most: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  const collect = async (source: Readable | AsyncIterable<Buffer>): Promise<void> => {
    for await (const part of source as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > most) throw new AnswerTooLarge(`more than ${String(most)} bytes`);
      parts.push(part);
    }
  };
  try {
    if (response.headers['content-encoding'] === 'gzip') await pipeline(response, createGunzip(), collect);
    else await pipeline(response, collect);
  } finally {
    if (size > most) response.destroy();
  }
  return Buffer.concat(parts).toString('utf8');
}
