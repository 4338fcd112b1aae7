import { connect, type Socket } from 'node:net';

/** One response as it stood on the wire. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection on which nothing is put right: what is written is what is sent. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #received = Buffer.alloc(0);
  #changed: () => void = () => undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    // A reset is an end like another: what counts is what came before it.
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#changed();
    });
    this.#closed = new Promise((resolve) => {
      this.#socket.once('close', () => {
        resolve();
      });
      this.#socket.once('end', () => {
        this.#socket.end();
      });
    });
  }

  write(...parts: readonly (string | Buffer)[]): void {
    for (const part of parts) this.#socket.write(part);
  }

  /** No more will be written; the other side may still answer. */
  finish(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** All responses, once the server has closed the connection. */
  async untilClosed(): Promise<readonly RawResponse[]> {
    await this.#closed;
    return parseResponses(this.#received);
  }

  /** The responses, as soon as there are so many, or the connection is closed. */
  async responses(count: number): Promise<readonly RawResponse[]> {
    const enough = new Promise<void>((resolve) => {
      this.#changed = () => {
        if (parseResponses(this.#received).length >= count) resolve();
      };
      this.#changed();
    });
    await Promise.race([enough, this.#closed]);
    return parseResponses(this.#received);
  }
}

/** The head of a request up to the blank line, with a Host. */
export function head(requestLine: string, headers: Readonly<Record<string, string | number>> = {}): string {
  const all: Record<string, string | number> = { Host: 'burngate', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  return `${requestLine} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

const EMPTY = '0\r\n\r\n';

/** Complete responses in what was received; the service sends a Content-Length with each. */
function parseResponses(received: Buffer): RawResponse[] {
  const responses: RawResponse[] = [];
  for (let at = 0; ;) {
    const end = received.indexOf('\r\n\r\n', at);
    if (end === -1) return responses;
    const [statusLine = '', ...lines] = received.subarray(at, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const start = end + 4;
    // Node's own answers to what is no request are chunked and empty.
    const length =
      headers['transfer-encoding'] === 'chunked' ? EMPTY.length : Number(headers['content-length'] ?? 0);
    if (received.length < start + length) return responses;
    responses.push({
      status: Number(statusLine.split(' ')[1]),
      headers,
      body: received.subarray(start, start + length).toString('utf8'),
    });
    at = start + length;
  }
}
