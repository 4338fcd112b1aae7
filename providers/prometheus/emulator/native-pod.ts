import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A process that exposes one native histogram of schema 0, whose bucket i holds what is above 2^(i-1) and at or below
 * 2^i. Native histograms exist in the protobuf exposition only:
 * https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto
 */
export class NativePod {
  readonly #labels: Readonly<Record<string, string>>;
  readonly #name: string;
  readonly #buckets = new Map<number, number>();
  #sum = 0;
  readonly #server: Server;
  scrapes = 0;

  constructor(name: string, labels: Readonly<Record<string, string>>) {
    this.#name = name;
    this.#labels = labels;
    this.#server = createServer((_, response) => {
      this.scrapes += 1;
      const type =
        'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
      const family = this.#family();
      response.writeHead(200, { 'content-type': type }).end(Buffer.concat([varint(family.length), family]));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  observe(seconds: number, times = 1): void {
    const index = Math.ceil(Math.log2(seconds));
    this.#buckets.set(index, (this.#buckets.get(index) ?? 0) + times);
    this.#sum += seconds * times;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #family(): Buffer {
    const labels = Object.entries(this.#labels).map(([name, value]) =>
      field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])),
    );
    const metric = Buffer.concat([...labels, field(7, this.#histogram())]);
    return Buffer.concat([field(1, Buffer.from(this.#name)), number(3, 4), field(4, metric)]);
  }

  /** Spans say how many buckets follow each gap, deltas how each bucket differs from the one before. */
  #histogram(): Buffer {
    const sorted = [...this.#buckets].toSorted(([a], [b]) => a - b);
    const count = sorted.reduce((sum, [, inside]) => sum + inside, 0);
    const spans = sorted.map(([index], nth) => {
      const gap = nth === 0 ? index : index - (sorted[nth - 1]?.[0] ?? 0) - 1;
      return field(12, Buffer.concat([number(1, zigzag(gap)), number(2, 1)]));
    });
    const deltas = sorted.map(([, inside], nth) => number(13, zigzag(inside - (sorted[nth - 1]?.[1] ?? 0))));
    // A zero threshold above nothing marks the histogram as native while it is empty.
    const head = [
      number(1, count),
      double(2, this.#sum),
      number(5, zigzag(0)),
      double(6, 1e-9),
      number(7, 0),
    ];
    return Buffer.concat([...head, ...spans, ...deltas]);
  }
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

function number(tag: number, value: number): Buffer {
  return Buffer.concat([varint(tag * 8), varint(value)]);
}

function double(tag: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(tag * 8 + 1), bytes]);
}

function field(tag: number, content: Buffer): Buffer {
  return Buffer.concat([varint(tag * 8 + 2), varint(content.length), content]);
}
