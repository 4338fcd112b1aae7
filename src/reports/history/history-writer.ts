import type { Measurement, Recorder } from '../../core/recorder.ts';
import { HOUR, SECOND, type DurationMs, type EpochMs } from '../../core/units.ts';
import type { Filed, HistoryLog, Retention } from './history-store.ts';
import { sizeOf } from './size-of.ts';

/** What becomes of measurements, for the log and the metrics. */
export type HistoryEvent =
  | { readonly kind: 'written'; readonly stored: number; readonly repeated: number; readonly seconds: number }
  | { readonly kind: 'dropped'; readonly measurements: readonly Measurement[]; readonly why: string }
  | { readonly kind: 'down'; readonly error: unknown; readonly waiting: number }
  | { readonly kind: 'up'; readonly waiting: number }
  | { readonly kind: 'pruned'; readonly parts: number }
  | { readonly kind: 'unpruned'; readonly error: unknown };

export interface HistoryWriterOptions {
  /** Opens the store; asked again after a failure. */
  readonly open: () => Promise<HistoryLog>;
  readonly serviceOf: (slo: string) => string;
  readonly onEvent: (event: HistoryEvent) => void;
  readonly retention: Retention;
  readonly clock: () => EpochMs;
  /** Bytes of measurements that may wait; default 64 MiB. */
  readonly mostBytes?: number;
  /** First and longest pause after a failure; defaults 1 s and 30 s. */
  readonly pauses?: { readonly first: DurationMs; readonly longest: DurationMs };
}

const MOST_BYTES = 64 * 1024 * 1024;
/** Large enough to share a commit, small enough that encoding one does not hold the queue. */
const BATCH = 32;
const PAUSES = { first: SECOND, longest: 30 * SECOND };
const PRUNE_EVERY = HOUR;
/** A measurement that failed alone this often, while the database is there, is the fault itself. */
const TRIES_ALONE = 5;

interface Waiting {
  readonly filed: Filed;
  readonly bytes: number;
}

/**
 * Takes measurements at once and writes them when it can, in batches, in order, again and again until it works.
 * A verdict never waits for it: `record` only puts a reference into a queue. The queue is bounded by bytes; what is
 * beyond is dropped, the oldest first, because a later look at the same release holds its counts as well.
 */
export class HistoryWriter implements Recorder {
  readonly #options: HistoryWriterOptions;
  readonly #queue: Waiting[] = [];
  #bytes = 0;
  /** Length of the queue's front that is being written. */
  #inFlight = 0;
  #store: HistoryLog | null = null;
  #running: Promise<void> | null = null;
  #pause: DurationMs = 0;
  #triesAlone = 0;
  #prunedAt = -Infinity;
  #closing = false;
  #wake = (): void => undefined;

  constructor(options: HistoryWriterOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** False from the first failure until something was written again. */
  get up(): boolean {
    return this.#pause === 0;
  }

  record(measurement: Measurement): void {
    if (this.#closing) return;
    const { serviceOf, clock } = this.#options;
    const filed = { measurement, service: serviceOf(measurement.slo), recordedAt: clock() };
    this.#queue.push({ filed, bytes: sizeOf(measurement) });
    this.#bytes += this.#queue.at(-1)?.bytes ?? 0;
    this.#dropBeyond(this.#options.mostBytes ?? MOST_BYTES);
    this.#start();
  }

  /** Opens the store now, so that trouble is known at the start and not at the first verdict. */
  start(): void {
    this.#start();
  }

  /** Writes what waits, at most for this long, and closes the store. */
  async close(within: DurationMs): Promise<void> {
    this.#closing = true;
    this.#wake();
    const late = AbortSignal.timeout(within);
    await Promise.race([
      this.#running ?? Promise.resolve(),
      new Promise<void>((resolve) => {
        late.addEventListener('abort', () => {
          resolve();
        });
      }),
    ]);
    this.#drop(this.#queue.splice(0), 'the process ended before they could be written');
    await this.#store?.close();
  }

  #dropBeyond(most: number): void {
    const dropped: Waiting[] = [];
    // What is being written now may get there yet.
    while (this.#bytes > most && this.#queue.length > this.#inFlight + 1) {
      const [oldest] = this.#queue.splice(this.#inFlight, 1);
      if (oldest === undefined) break;
      this.#bytes -= oldest.bytes;
      dropped.push(oldest);
    }
    this.#drop(dropped, `more than ${String(most)} bytes waited to be written`);
  }

  #drop(dropped: readonly Waiting[], why: string): void {
    if (dropped.length === 0) return;
    const measurements = dropped.map(({ filed }) => filed.measurement);
    this.#options.onEvent({ kind: 'dropped', measurements, why });
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#queue.length > 0 && !this.#closing) this.#start();
    });
  }

  async #run(): Promise<void> {
    do {
      const batch = this.#queue.slice(0, this.#pause === 0 ? BATCH : 1);
      this.#inFlight = batch.length;
      try {
        await this.#write(batch);
      } catch (error) {
        this.#inFlight = 0;
        if (this.#closing) return;
        await this.#failed(batch, error);
      }
    } while (this.#queue.length > 0);
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const begun = performance.now();
    this.#store ??= await this.#options.open();
    const { stored, repeated } = await this.#store.append(batch.map(({ filed }) => filed));
    this.#remove(batch);
    this.#inFlight = 0;
    if (this.#pause > 0) this.#options.onEvent({ kind: 'up', waiting: this.#queue.length });
    this.#pause = 0;
    this.#triesAlone = 0;
    const seconds = (performance.now() - begun) / 1000;
    if (batch.length > 0) this.#options.onEvent({ kind: 'written', stored, repeated, seconds });
    await this.#prune();
  }

  /** By identity: while it rested after a failure, the oldest may have been dropped. */
  #remove(batch: readonly Waiting[]): void {
    const done = new Set(batch);
    while (this.#queue[0] !== undefined && done.has(this.#queue[0])) {
      this.#bytes -= this.#queue[0].bytes;
      this.#queue.shift();
    }
  }

  async #failed(batch: readonly Waiting[], error: unknown): Promise<void> {
    const { first, longest } = this.#options.pauses ?? PAUSES;
    if (this.#pause === 0) this.#options.onEvent({ kind: 'down', error, waiting: this.#queue.length });
    this.#pause = Math.min(longest, this.#pause === 0 ? first : 2 * this.#pause);
    this.#triesAlone += batch.length === 1 ? 1 : 0;
    if (this.#triesAlone >= TRIES_ALONE && (await this.#answers())) {
      this.#remove(batch);
      this.#triesAlone = 0;
      this.#drop(batch, `the store refuses it: ${String(error)}`);
      return;
    }
    await this.#rest(this.#pause);
  }

  /** Whether the store takes an empty change: then what it refused is to blame, not the store. */
  async #answers(): Promise<boolean> {
    try {
      this.#store ??= await this.#options.open();
      await this.#store.snapshot([{ slo: '-', at: 0, body: '{}' }]);
      return true;
    } catch {
      return false;
    }
  }

  async #rest(pause: DurationMs): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #prune(): Promise<void> {
    const now = this.#options.clock();
    if (this.#store === null || now - this.#prunedAt < PRUNE_EVERY) return;
    this.#prunedAt = now;
    try {
      const parts = await this.#store.prune(this.#options.retention, now);
      if (parts > 0) this.#options.onEvent({ kind: 'pruned', parts });
    } catch (error) {
      // What was written is written; the next hour tries again.
      this.#options.onEvent({ kind: 'unpruned', error });
    }
  }
}
