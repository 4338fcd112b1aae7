import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Code = '200' | '500';

/** What one scrape told beyond the one before, as the process itself knows it. */
export interface LedgerLine {
  /** Also exposed, so that the sample's own time can be looked up. */
  readonly scrape: number;
  /** Number of the process; what one has counted is not known to the next. */
  readonly life: number;
  readonly good: number;
  readonly bad: number;
}

/**
 * A process that counts requests and serves /metrics. It keeps a ledger of what each scrape could see. Like most
 * clients it has no counter of a code before the first request with it.
 */
export class ShopPod {
  readonly ledger: LedgerLine[] = [];
  /** Requests that the process forgot with its counters before any scrape saw them. */
  lost = 0;
  /** Answers 503 to scrapes while true. */
  isBroken = false;
  readonly #port: number;
  readonly #pod: string;
  #server: Server | null = null;
  #scrape: number;
  #life = 0;
  #counts = new Map<Code, number>();
  #seen = new Map<Code, number>();

  constructor(port: number, pod: string, scrape: number) {
    this.#port = port;
    this.#pod = pod;
    this.#scrape = scrape;
  }

  /** A pod whose address is known before it listens, as that of a pod that is still starting. */
  static async reserve(pod: string, scrape = 0): Promise<ShopPod> {
    const server = createServer();
    const port = await listen(server, 0);
    await new Promise((resolve) => server.close(resolve));
    return new ShopPod(port, pod, scrape);
  }

  get address(): string {
    return `127.0.0.1:${String(this.#port)}`;
  }

  /** @param counts what the process has counted before the first scrape of this server */
  async start(counts: Readonly<Partial<Record<Code, number>>> = {}): Promise<void> {
    for (const [code, count] of Object.entries(counts) as [Code, number][]) {
      this.#counts.set(code, count);
      this.#seen.set(code, count);
    }
    this.#server = createServer((_, response) => {
      if (this.isBroken) {
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(this.#expose());
    });
    await listen(this.#server, this.#port);
  }

  serve(code: Code, requests: number): void {
    if (requests > 0) this.#counts.set(code, (this.#counts.get(code) ?? 0) + requests);
  }

  /** The process dies and a new one takes its place: same pod, same address, counters from zero. */
  restart(): void {
    for (const code of ['200', '500'] as const) this.lost += this.#unseen(code);
    this.#life += 1;
    this.#counts = new Map();
    this.#seen = new Map();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #unseen(code: Code): number {
    return (this.#counts.get(code) ?? 0) - (this.#seen.get(code) ?? 0);
  }

  #expose(): string {
    this.#scrape += 1;
    const [good, bad] = [this.#unseen('200'), this.#unseen('500')];
    this.ledger.push({ scrape: this.#scrape, life: this.#life, good, bad });
    this.#seen = new Map(this.#counts);
    const lines = [...this.#counts].map(
      ([code, count]) => `http_requests_total{pod="${this.#pod}",code="${code}"} ${String(count)}`,
    );
    return [
      '# TYPE http_requests_total counter',
      ...lines,
      '# TYPE scrape gauge',
      `scrape{pod="${this.#pod}"} ${String(this.#scrape)}`,
      '',
    ].join('\n');
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
