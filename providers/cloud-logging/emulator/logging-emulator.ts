import { grpc } from 'google-gax';
import type { EpochMs } from '../../../src/core/units.ts';
import { GrpcStatusError } from '../../_shared/google/emulator/grpc-status-error.ts';
import { LoopbackServer } from '../../_shared/google/emulator/loopback-server.ts';
import { parseFilter } from '../filter/parse.ts';
import { FilterSyntaxError } from '../filter/scanner.ts';
import { HeldEntries, type EntryStore } from './entry-store.ts';
import { compileFilter, FilterError } from './evaluate.ts';
import { beforePage, brokenLine, NO_FAULT, type Fault } from './faults.ts';
import { toMessage, type LogLine } from './model.ts';
import { boundsOf, Pages, type Cursor } from './paging.ts';
import { CallQuota } from './quota.ts';
import { checkedAsk, invalid, type Ask } from './request.ts';

export interface EmulatorCall {
  readonly resourceNames: readonly string[];
  readonly filter: string;
  readonly orderBy: string;
  readonly pageSize: number;
  readonly entries: number;
  /** The entries as JSON, which is about what they are on the wire; 0 where nobody wants to know. */
  readonly bytes: number;
}

/** Cloud Logging's entries.list on loopback: evaluates filters over its entries, pages, orders and counts calls. */
export class LoggingEmulator {
  readonly #server: LoopbackServer;
  /** By resource name: a project or a log view. */
  readonly #stores = new Map<string, EntryStore>();
  readonly #pages = new Pages();
  readonly quota: CallQuota;
  readonly calls: EmulatorCall[] = [];
  countsBytes = false;
  fault: Fault = NO_FAULT;
  /** Entries that arrive later are not there yet. */
  arrivedBy: EpochMs = Infinity;

  constructor(quota = new CallQuota()) {
    this.quota = quota;
    this.#server = new LoopbackServer({
      protos: '@google-cloud/logging-api/build/protos/protos.json',
      service: 'google.logging.v2.LoggingServiceV2',
      methods: { ListLogEntries: async (request, signal) => this.#list(request, signal) },
    });
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  hold(resourceName: string, entries: readonly LogLine[] | EntryStore): void {
    this.#stores.set(
      resourceName,
      Array.isArray(entries) ? new HeldEntries(entries) : (entries as EntryStore),
    );
  }

  async start(): Promise<void> {
    await this.#server.start();
  }

  stop(): void {
    this.#server.stop();
  }

  async #list(request: Record<string, unknown>, signal: AbortSignal): Promise<object> {
    const ask = checkedAsk(request);
    const expression = understood(() => parseFilter(ask.filter));
    const test = understood(() => compileFilter(expression));
    this.quota.take(ask.resourceNames, boundsOf(expression).to);
    const fault = this.calls.length < (this.fault.afterCalls ?? 0) ? NO_FAULT : this.fault;
    await beforePage(fault, signal);
    const { lines, next } = this.#pages.find({
      stores: ask.resourceNames.map((name) => this.#store(name)),
      expression,
      test,
      order: ask.orderBy === 'timestamp desc' ? 'desc' : 'asc',
      size: ask.pageSize,
      cursor: ask.cursor,
      fault,
      arrivedBy: this.arrivedBy,
    });
    this.#note(ask, lines);
    return {
      entries: lines.map((line) => messageOf(fault, line)),
      nextPageToken: next === null ? '' : tokenOf(next),
    };
  }

  #store(name: string): EntryStore {
    const store = this.#stores.get(name);
    if (store === undefined) throw new GrpcStatusError(grpc.status.NOT_FOUND, `${name} does not exist`);
    return store;
  }

  #note({ resourceNames, filter, orderBy, pageSize }: Ask, lines: readonly LogLine[]): void {
    const bytes = this.countsBytes ? lines.reduce((sum, line) => sum + JSON.stringify(line).length, 0) : 0;
    this.calls.push({ resourceNames, filter, orderBy, pageSize, entries: lines.length, bytes });
  }
}

function messageOf(fault: Fault, line: LogLine): object {
  const sent = brokenLine(fault, line);
  return sent === null ? { logName: line.logName } : toMessage(sent);
}

function tokenOf(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw invalid(`Unparseable filter: ${error.message}`);
    if (error instanceof FilterError) throw invalid(error.message);
    throw error;
  }
}
