import { ProviderError } from '../../src/core/errors.ts';
import type { EpochMs } from '../../src/core/units.ts';
import { garbled, type ListRequest, type Page } from './client.ts';
import { headOf, type EntryHead } from './entry.ts';
import type { Look, Stop } from './look.ts';

/** The part of the client that reading needs. */
export interface PageSource {
  list(request: ListRequest, signal: AbortSignal): Promise<Page>;
}

export interface SpanAsk {
  readonly request: Omit<ListRequest, 'pageToken'>;
  /** [from, to), as the filter says. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Entries that were read before. */
  readonly known?: ReadonlySet<string>;
  /** More pages than this are not read, whatever the look still has. */
  readonly maxPages?: number;
  /** The first page shows how dense the entries are: pages in all that are worth beginning. */
  readonly worthwhile?: number;
}

export interface SpanRead {
  /** Null: everything in the span was read. */
  readonly stop: Stop | 'hopeless' | null;
  /** Oldest first: all before it was read. Newest first: all from it on. */
  readonly edge: EpochMs;
  /** Entries of the edge itself that were read: others of the same time may follow. */
  readonly atEdge: ReadonlySet<string>;
  readonly entries: number;
  readonly calls: number;
}

/** Pages without an entry in a row; the API says to go on, not for how long. */
const MOST_EMPTY = 20;

/**
 * Reads a span page by page and hands over each entry once: the same log name, time and insert id is the same entry.
 * An empty page with a token is no end. Ends early where the budget is spent, and says how far it came.
 */
export async function readSpan(
  source: PageSource,
  ask: SpanAsk,
  look: Look,
  onEntry: (entry: unknown, head: EntryHead) => void,
  signal: AbortSignal,
): Promise<SpanRead> {
  const progress = new Progress(ask);
  const { maxPages = Infinity, worthwhile = Infinity } = ask;
  for (;;) {
    const stop = progress.calls >= maxPages ? 'pages of a look' : look.take();
    if (stop !== null) return progress.stopped(stop);
    const page = await nextPage(source, ask, progress, signal);
    if (page === null) return progress.stopped('quota of the project');
    for (const entry of page.entries) {
      const head = progress.absorb(entry);
      if (head !== null) onEntry(entry, head);
    }
    if (page.nextPageToken === '') return progress.ended();
    progress.turn(page);
    if (progress.calls === 1 && progress.pagesInAll() > worthwhile) return progress.stopped('hopeless');
  }
}

/** Null: the project's quota is spent, and something was read before. */
async function nextPage(
  source: PageSource,
  ask: SpanAsk,
  progress: Progress,
  signal: AbortSignal,
): Promise<Page | null> {
  try {
    return await source.list({ ...ask.request, pageToken: progress.token }, signal);
  } catch (error) {
    signal.throwIfAborted();
    const isQuota = error instanceof ProviderError && error.code === 'provider-quota';
    if (isQuota && progress.calls > 0) return null;
    throw error;
  }
}

class Progress {
  readonly #ask: SpanAsk;
  readonly #seen = new Set<string>();
  readonly #tokens = new Set<string>();
  #atEdge = new Set<string>();
  #empty = 0;
  #furthest: EpochMs | null = null;
  #isOrdered = true;
  token = '';
  calls = 0;

  constructor(ask: SpanAsk) {
    this.#ask = ask;
  }

  /** Null: seen before. Throws `provider-garbled` for what is no entry of the span. */
  absorb(entry: unknown): EntryHead | null {
    const { from, to, request } = this.#ask;
    const head = headOf(entry);
    if (head === null) throw garbled('an entry has no time, log name or insert id', request.resourceNames);
    const { timestamp } = head;
    if (timestamp < from || timestamp >= to)
      throw garbled(
        `an entry of ${new Date(timestamp).toISOString()} lies outside the time asked for`,
        request.resourceNames,
      );
    if (this.#seen.has(head.key) || this.#ask.known?.has(head.key) === true) return null;
    this.#seen.add(head.key);
    this.#follow(head);
    return head;
  }

  /** Goes on to the next page. Throws `provider-garbled` where the pages lead nowhere. */
  turn(page: Page): void {
    this.calls += 1;
    this.#empty = page.entries.length === 0 ? this.#empty + 1 : 0;
    if (this.#tokens.has(page.nextPageToken) || this.#empty >= MOST_EMPTY)
      throw garbled('its pages go round in a circle', this.#ask.request.resourceNames);
    this.#tokens.add(page.nextPageToken);
    this.token = page.nextPageToken;
  }

  ended(): SpanRead {
    const { from, to } = this.#ask;
    return this.#read(null, this.#isForward ? to : from, this.calls + 1);
  }

  stopped(stop: NonNullable<SpanRead['stop']>): SpanRead {
    const { from, to } = this.#ask;
    const none = this.#isForward ? from : to;
    // Out of order, anything may still be missing anywhere.
    const edge = this.#isOrdered ? (this.#furthest ?? none) : none;
    return this.#read(stop, edge, this.calls);
  }

  /** Pages that the whole span would take if it went on like the first. */
  pagesInAll(): number {
    const { from, to } = this.#ask;
    if (this.#furthest === null) return 1;
    const covered = Math.max(1, this.#isForward ? this.#furthest - from : to - this.#furthest);
    return (to - from) / covered;
  }

  #read(stop: SpanRead['stop'], edge: EpochMs, calls: number): SpanRead {
    const atEdge = this.#isOrdered && edge === this.#furthest ? this.#atEdge : new Set<string>();
    return { stop, edge, atEdge, entries: this.#seen.size, calls };
  }

  #follow({ timestamp, key }: EntryHead): void {
    const last = this.#furthest;
    if (last !== null && (this.#isForward ? timestamp < last : timestamp > last)) {
      this.#isOrdered = false;
      return;
    }
    if (timestamp !== last) this.#atEdge = new Set();
    this.#atEdge.add(key);
    this.#furthest = timestamp;
  }

  get #isForward(): boolean {
    return this.#ask.request.order === 'oldest first';
  }
}
