import type { Fetched } from '../core/provider.ts';
import { MINUTE, SECOND, type DurationMs, type EpochMs } from '../core/units.ts';
import { alignDown, bucketTimes, type Window } from '../core/window.ts';
import { Cells } from './cells.ts';
import { CHUNK_BUCKETS, Chunk, type Measured } from './chunk.ts';
import type { Line } from './line.ts';

/** An empty bucket is believed once it has been settled for this long: late data are the likeliest reason for holes. */
const EMPTY_FOR: DurationMs = 30 * MINUTE;
/**
 * What comes after its lag comes soon after it: until a bucket was measured this long after its lag it is asked for
 * again, along with the newest. Without that, a replica that held it would go on judging by what others do not see.
 */
export const RECHECK: DurationMs = 5 * MINUTE;
/** Texts kept of each hour, the newest: a note may count something and so be another one every minute. */
const MOST_NOTES = 4;
const MOST_QUERIES = 4;

/** Measured again at an age so little greater says nothing new. */
export const SAME_SECONDS = 10;

/** A complete answer but for its counts. */
export type Said = Pick<Fetched, 'settledUntil' | 'notes' | 'queriesSent' | 'podSplit'>;

/** What an answer is worth keeping for. */
export interface Keeping {
  /** The span that was asked for. */
  readonly window: Window;
  readonly settledBefore: EpochMs;
  /** When it was asked for. */
  readonly askedAt: EpochMs;
}

/** A place in a list of lines. */
const LIST_BYTES = 8;

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
  keep(answer: Said, cells: Cells, { window, settledBefore, askedAt }: Keeping, stamp: number): void {
    if (window.end >= this.#claimEnd) {
      this.#claimEnd = window.end;
      this.#settledUntil = answer.settledUntil;
    }
    this.#hasPods ||= answer.podSplit !== undefined;
    const until = Math.min(settledBefore, answer.settledUntil ?? Infinity);
    const fresh = new Map<EpochMs, Measured>();
    const compared = new Map<Cells, ReturnType<Cells['comparedWith']>>();
    const isSame = (index: number, other: Chunk, time: EpochMs): boolean => {
      const compare = compared.get(other.cells) ?? cells.comparedWith(other.cells);
      compared.set(other.cells, compare);
      return compare(index, other.indexOf(time));
    };
    for (const [index, time] of bucketTimes(window).entries()) {
      const end = time + window.bucketMs;
      const state = cells.stateOf(index);
      if (end > until || state === 'odd') continue;
      const isFirm = state === 'filled' || end <= settledBefore - EMPTY_FOR;
      const ageSeconds = Math.max(0, askedAt - end) / SECOND;
      const known = this.#hours.get(hourOf(time, window.bucketMs))?.chunk;
      // Asked for again, it is news only if it is older than it was.
      // What was there is not gone because it is not told again: a source may leave out what it has told.
      const isKnown =
        known?.isFirmAt(time) === true &&
        (state === 'empty' || known.ageSecondsAt(time) >= ageSeconds - SAME_SECONDS);
      if (isKnown) continue;
      // The same counts measured again are the same counts: what was made of them stays.
      const isUnchanged = known !== undefined && known.ageSecondsAt(time) >= 0 && isSame(index, known, time);
      fresh.set(time, { ageSeconds, isFirm, stamp: isUnchanged ? known.stampAt(time) : stamp });
    }
    if (fresh.size > 0) this.#merge(fresh, cells, answer, window);
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

  #merge(fresh: ReadonlyMap<EpochMs, Measured>, cells: Cells, answer: Said, window: Window): void {
    const { bucketMs } = window;
    const hours = new Map(this.#hours);
    for (const start of new Set([...fresh.keys()].map((time) => hourOf(time, bucketMs)))) {
      const old = hours.get(start);
      const columns = Array.from({ length: CHUNK_BUCKETS }, (_, index) => {
        const time = start + index * bucketMs;
        if (fresh.has(time)) return { cells, index: (time - window.start) / bucketMs };
        return old === undefined ? null : { cells: old.chunk.cells, index };
      });
      const before = hours.get(start - CHUNK_BUCKETS * bucketMs);
      const base = old?.chunk.cells.lines ?? carriedOver(before, cells);
      hours.set(start, {
        chunk: new Chunk({ start, bucketMs }, Cells.joined(columns, base), fresh, old?.chunk),
        notes: newest(old?.notes, answer.notes, MOST_NOTES),
        queriesSent: newest(old?.queriesSent, answer.queriesSent, MOST_QUERIES),
      });
    }
    this.#replace(hours);
  }

  #replace(hours: Hours): void {
    this.#hours = hours;
    this.#bytes = 0;
    const lists = new Set<readonly Line[]>();
    for (const hour of hours.values()) {
      this.#bytes += hourBytes(hour);
      lists.add(hour.chunk.cells.lines);
    }
    const lines = new Set<Line>();
    for (const list of lists) {
      this.#bytes += LIST_BYTES * list.length;
      for (const line of list) lines.add(line);
    }
    for (const line of lines) this.#bytes += lineBytes(line);
  }
}

/**
 * The lines of the hour before, which mostly has the same: a list of them for each hour would be much of the memory.
 * Not where most of them are gone, or labels with an id in them would pile up.
 */
function carriedOver(before: Hour | undefined, now: Cells): readonly Line[] {
  const lines = before?.chunk.cells.lines ?? [];
  return lines.length <= 2 * now.lines.length ? lines : [];
}

/** The start of the hour (of `CHUNK_BUCKETS` buckets) that a bucket lies in. */
export function hourOf(time: EpochMs, bucketMs: DurationMs): EpochMs {
  return alignDown(time, CHUNK_BUCKETS * bucketMs);
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
