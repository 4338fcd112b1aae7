import type { Fetched } from '../core/provider.ts';
import { MINUTE, SECOND, type DurationMs, type EpochMs } from '../core/units.ts';
import { alignDown, bucketTimes, type Window } from '../core/window.ts';
import { CHUNK_BUCKETS, Chunk, type Measured } from './chunk.ts';
import { addRows, rowsOf, timesIn, type Cell, type Line, type Rows } from './rows.ts';

/** An empty bucket is believed once it has been settled for this long: late data are the likeliest reason for holes. */
const EMPTY_FOR: DurationMs = 10 * MINUTE;
/** Texts kept of each hour, the newest: a note may count something and so be another one every minute. */
const MOST_NOTES = 4;
const MOST_QUERIES = 4;

/** Measured again at an age so little greater says nothing new. */
const SAME_SECONDS = 10;

/** What an answer is worth keeping for. */
export interface Keeping {
  /** The span that was asked for. */
  readonly window: Window;
  readonly settledBefore: EpochMs;
  /** When it was asked for. */
  readonly askedAt: EpochMs;
}

/** Nothing is held. */
export const NO_HOURS: Hours = new Map();

/** What is held of an hour. */
export interface Hour {
  readonly chunk: Chunk;
  readonly notes: readonly string[];
  readonly queriesSent: readonly string[];
}

/** What is held at one moment; later answers do not change it. */
export type Hours = ReadonlyMap<EpochMs, Hour>;

/** The settled counts kept of one request, whatever its windows. */
export class KeptCounts {
  /** By start; replaced, never changed, so that who reads them may go on. */
  #hours: Hours = NO_HOURS;
  #lines = new Map<string, Line>();
  #bytes = 0;
  #settledUntil: EpochMs | undefined;
  /** The end of the window that this was said of. */
  #claimEnd: EpochMs = -Infinity;
  #hasPods = false;

  get hours(): Hours {
    return this.#hours;
  }

  /** Up to when the provider calls its counts settled, in its answer about the newest counts. */
  get settledUntil(): EpochMs | undefined {
    return this.#settledUntil;
  }

  /** Whether the provider's answers tell pods apart. */
  get hasPods(): boolean {
    return this.#hasPods;
  }

  /** Bytes of memory, by an estimate that bench/collection.ts holds against the process. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps what will not change any more of a complete answer, under a stamp of its own. */
  keep(answer: Fetched, { window, settledBefore, askedAt }: Keeping, stamp: number): void {
    if (answer.complete !== true) return;
    if (window.end >= this.#claimEnd) {
      this.#claimEnd = window.end;
      this.#settledUntil = answer.settledUntil;
    }
    this.#hasPods ||= answer.podSplit !== undefined;
    const until = Math.min(settledBefore, answer.settledUntil ?? Infinity);
    const rows = rowsOf(answer);
    const filled = timesIn(rows);
    const odd = oddTimes(rows);
    const fresh = new Map<EpochMs, Measured>();
    for (const time of bucketTimes(window)) {
      const end = time + window.bucketMs;
      if (end > until || odd.has(time)) continue;
      const isFirm = filled.has(time) || end <= settledBefore - EMPTY_FOR;
      const ageSeconds = Math.max(0, askedAt - end) / SECOND;
      // Callers that shared one answer all bring it.
      const known = this.#at(time, window.bucketMs);
      if (known?.isFirm !== true || known.ageSeconds < ageSeconds - SAME_SECONDS)
        fresh.set(time, { ageSeconds, isFirm, stamp });
    }
    if (fresh.size > 0) this.#merge(fresh, rows, answer, window.bucketMs);
  }

  /** Gives up the oldest hours until so many bytes are left. */
  trim(toBytes: number): void {
    const starts = [...this.#hours.keys()].toSorted((a, b) => b - a);
    while (this.#bytes > toBytes && starts.length > 0) {
      const hours = new Map(this.#hours);
      hours.delete(starts.pop() ?? NaN);
      this.#replace(hours);
    }
  }

  #at(time: EpochMs, bucketMs: DurationMs): Measured | null {
    return this.#hours.get(hourOf(time, bucketMs))?.chunk.measuredAt(time) ?? null;
  }

  #merge(fresh: ReadonlyMap<EpochMs, Measured>, rows: Rows, answer: Fetched, bucketMs: DurationMs): void {
    const span = CHUNK_BUCKETS * bucketMs;
    const hours = new Map(this.#hours);
    const starts = new Set([...fresh.keys()].map((time) => hourOf(time, bucketMs)));
    for (const start of starts) {
      const old = hours.get(start);
      const isHere = (time: EpochMs): boolean => time >= start && time < start + span;
      const merged: Rows = new Map();
      old?.chunk.addTo(merged, (time) => !fresh.has(time));
      addRows(merged, rows, (time) => isHere(time) && fresh.has(time));
      const measured = new Map([...fresh].filter(([time]) => isHere(time)));
      for (let time = start; time < start + span; time += bucketMs) {
        const before = fresh.has(time) ? null : (old?.chunk.measuredAt(time) ?? null);
        if (before !== null) measured.set(time, before);
      }
      hours.set(start, {
        chunk: new Chunk(start, bucketMs, measured, this.#shared(merged)),
        notes: newest(old?.notes, answer.notes, MOST_NOTES),
        queriesSent: newest(old?.queriesSent, answer.queriesSent, MOST_QUERIES),
      });
    }
    this.#replace(hours);
  }

  /** The same rows with the lines that other hours have too. */
  #shared(rows: Rows): { readonly line: Line; readonly cells: readonly Cell[] }[] {
    return [...rows.values()].map(({ line, cells }) => {
      const known = this.#lines.get(line.id) ?? line;
      this.#lines.set(line.id, known);
      return { line: known, cells };
    });
  }

  #replace(hours: Hours): void {
    this.#hours = hours;
    const lines = [...hours.values()].flatMap(({ chunk }) => chunk.lines);
    this.#lines = new Map(lines.map((line) => [line.id, line]));
    this.#bytes =
      [...hours.values()].reduce((sum, hour) => sum + hourBytes(hour), 0) +
      [...this.#lines.values()].reduce((sum, line) => sum + lineBytes(line), 0);
  }
}

/** The start of the hour (of `CHUNK_BUCKETS` buckets) that a bucket lies in. */
export function hourOf(time: EpochMs, bucketMs: DurationMs): EpochMs {
  return alignDown(time, CHUNK_BUCKETS * bucketMs);
}

/** Buckets with a number that is no count: they are not settled truth, whatever their age. */
function oddTimes(rows: Rows): Set<EpochMs> {
  const odd = new Set<EpochMs>();
  for (const { cells } of rows.values()) {
    for (const [time, least, most] of cells)
      if (!(Number.isFinite(least) && least >= 0 && most >= least)) odd.add(time);
  }
  return odd;
}

function newest(old: readonly string[] | undefined, more: readonly string[], most: number): string[] {
  return [...new Set([...more.slice(-most), ...(old ?? [])])].slice(0, most);
}

function hourBytes({ chunk, notes, queriesSent }: Hour): number {
  return chunk.bytes + [...notes, ...queriesSent].reduce((sum, text) => sum + 40 + 2 * text.length, 0);
}

function lineBytes({ id, group, pod }: Line): number {
  return 220 + 2 * (id.length + (group?.length ?? 0) + (pod?.length ?? 0));
}
