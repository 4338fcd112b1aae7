import { assemble, isShared, MAX_GROUPS, type Assembled } from '../core/assemble.ts';
import type { Bucket, Events, Pair } from '../core/counts.ts';
import type { Fetched } from '../core/provider.ts';
import type { Slo } from '../core/slo.ts';
import { HOUR, type DurationMs, type EpochMs } from '../core/units.ts';
import { alignDown, type Window } from '../core/window.ts';
import { assembleInTurns, partOf, withGroups, type Joined, type JoinOptions } from './assemble-in-turns.ts';
import { OneAtATime } from './one-at-a-time.ts';
import type { Turns } from './turns.ts';

interface Kept {
  /** What `stampOf` of each answer said. */
  readonly stamps: readonly number[];
  readonly bucket: Bucket;
}

interface Entry {
  /** By their place on the grid, a small integer: as a key, an epoch in milliseconds costs an object a look-up. */
  readonly buckets: Map<number, Kept>;
  readonly groups: Set<string>;
  readonly notes: Set<string>;
  bytes: number;
  /** Its part of the memo's sum. */
  counted: number;
}

/** Two look-backs of minutes. */
const MOST_BUCKETS = 2880;
/** Of a bucket, or of a group in it: a place in a map and a pair; see bench/service.ts. */
const PAIR_BYTES = 100;
/** Counts of a cohort that are an object of their own. */
const EVENTS_BYTES = 60;

/**
 * Buckets that were joined before. Joining is most of what a look costs, and all but the newest bucket of a look was
 * there at the one before; which of them still are what they were, the stamps of the answers say. What comes out equals
 * `assemble` over the whole window.
 */
export class BucketMemo {
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;
  readonly #large = new OneAtATime();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  readonly #ids = new WeakMap<Slo, number>();
  #nextId = 1;

  /** A number for this very object: an SLO that was loaded again is another one. */
  idOf(slo: Slo): number {
    const known = this.#ids.get(slo);
    if (known !== undefined) return known;
    this.#ids.set(slo, this.#nextId);
    this.#nextId += 1;
    return this.#nextId - 1;
  }

  /** Forgets everything: memory is short. */
  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** Bytes in use, as far as they are counted. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param key names the request (all but its window) and the options
   * @param answers of all providers, each to the whole window
   */
  async join(
    key: string,
    window: Window,
    answers: readonly Fetched[],
    options: JoinOptions,
    [turns, signal]: readonly [Turns, AbortSignal],
  ): Promise<Joined> {
    const whole = async (): Promise<Joined> =>
      withGroups(await assembleInTurns(window, partOf(answers), options, [turns, signal]));
    const known = answers.every(({ held }) => held !== undefined && !held.bounded);
    if (!known) return whole();
    const entry = this.#entry(key);
    let found = entryAt(window, entry, answers);
    if (found.stale.length > 0) {
      const joinStale = async (): Promise<void> => {
        found = await this.#joinStale(key, window, entry, answers, options, [turns, signal]);
      };
      // Who has to wait finds what the one before has made, which for equal first looks is all.
      if (found.stale.length > 1) await this.#large.run(signal, joinStale);
      else await joinStale();
    }
    if (entry.groups.size > MAX_GROUPS) {
      // Which groups are pooled depends on the whole window, and no bucket can be kept by itself.
      this.#drop(key);
      return this.#large.run(signal, whole);
    }
    // Another look with other counts came in between.
    if (found.stale.length > 0) return whole();
    return { buckets: found.buckets, notes: [...entry.notes], groups: entry.groups };
  }

  async #joinStale(
    key: string,
    window: Window,
    entry: Entry,
    answers: readonly Fetched[],
    options: JoinOptions,
    [turns, signal]: readonly [Turns, AbortSignal],
  ): Promise<Found> {
    const fresh = new Map<EpochMs, Bucket>();
    for (const run of entryAt(window, entry, answers).stale) {
      const { series, podSplit } = partOf(answers, run);
      const joined = assemble(run, series, { ...options, ...(podSplit === undefined ? {} : { podSplit }) });
      for (const bucket of joined.buckets) fresh.set(bucket.time, bucket);
      this.#keep(key, entry, joined, answers, window.bucketMs);
      await turns.pause(signal);
    }
    return entryAt(window, entry, answers, fresh);
  }

  #entry(key: string): Entry {
    const entry: Entry = this.#entries.get(key) ?? {
      buckets: new Map(),
      groups: new Set(),
      notes: new Set(),
      bytes: 0,
      counted: 0,
    };
    // The order of the map is that of use.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #keep(
    key: string,
    entry: Entry,
    { buckets, notes }: Assembled,
    answers: readonly Fetched[],
    bucketMs: DurationMs,
  ): void {
    for (const note of notes) entry.notes.add(note);
    for (const bucket of buckets) {
      for (const group of bucket.groups?.keys() ?? []) entry.groups.add(group);
      const stamps = stampsAt(answers, bucket.time);
      const place = bucket.time / bucketMs;
      const known = entry.buckets.get(place);
      // What is as it was stays the same object: trials go by that.
      if (stamps === null || (known !== undefined && isCurrent(known, answers, bucket.time))) continue;
      entry.bytes += bytesOf(bucket) - bytesOf(known?.bucket);
      entry.buckets.set(place, { stamps, bucket });
    }
    if (entry.buckets.size > MOST_BUCKETS) forgetHalf(entry);
    this.#count(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes || this.#entries.size <= 1) break;
      this.#drop(oldest);
    }
  }

  /** An entry that had to go while it was being used is no longer held, and counts no more. */
  #count(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return;
    this.#bytes += entry.bytes - entry.counted;
    entry.counted = entry.bytes;
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.counted ?? 0;
    this.#entries.delete(key);
  }
}

/** The older half goes: looks go on, and their windows with them. */
function forgetHalf(entry: Entry): void {
  const places = [...entry.buckets.keys()].toSorted((a, b) => a - b);
  for (const place of places.slice(0, places.length / 2)) {
    entry.bytes -= bytesOf(entry.buckets.get(place)?.bucket);
    entry.buckets.delete(place);
  }
}

interface Found {
  /** One for each of the window's; a hole where it is stale. */
  readonly buckets: Bucket[];
  /**
   * The spans whose buckets are not held as they are now, at most one an hour: what is joined at once is to be little,
   * for memory and for the others who wait.
   */
  readonly stale: readonly Window[];
}

/** What is held of a window, or was joined just now. Runs at every look over every bucket. */
function entryAt(
  window: Window,
  { buckets: held }: Pick<Entry, 'buckets'>,
  answers: readonly Fetched[],
  fresh?: ReadonlyMap<EpochMs, Bucket>,
): Found {
  const { start, end, bucketMs } = window;
  const buckets: Bucket[] = [];
  const stale: { start: EpochMs; end: EpochMs; bucketMs: DurationMs }[] = [];
  for (let time = start; time < end; time += bucketMs) {
    const kept = held.get(time / bucketMs);
    const bucket = kept !== undefined && isCurrent(kept, answers, time) ? kept.bucket : fresh?.get(time);
    buckets.push(bucket ?? hole(time));
    if (bucket !== undefined) continue;
    const last = stale.at(-1);
    if (last !== undefined && alignDown(last.start, HOUR) === alignDown(time, HOUR))
      last.end = time + bucketMs;
    else stale.push({ start: time, end: time + bucketMs, bucketMs });
  }
  return { buckets, stale };
}

function isCurrent({ stamps }: Kept, answers: readonly Fetched[], time: EpochMs): boolean {
  for (let index = 0; index < stamps.length; index += 1)
    if (answers[index]?.held?.stampOf(time) !== stamps[index]) return false;
  return true;
}

function bytesOf(bucket: Bucket | undefined): number {
  if (bucket === undefined) return 0;
  let bytes = pairBytes(bucket);
  for (const pair of bucket.groups?.values() ?? []) bytes += pairBytes(pair);
  return bytes + (bucket.pods?.size ?? 0) * (PAIR_BYTES + EVENTS_BYTES);
}

function pairBytes({ canary, stable }: Pair): number {
  const own = (events: Events | null): number => (events === null || isShared(events) ? 0 : EVENTS_BYTES);
  return PAIR_BYTES + own(canary) + own(stable);
}

function hole(time: EpochMs): Bucket {
  return { time, canary: null, stable: null };
}

function stampsAt(answers: readonly Fetched[], time: EpochMs): number[] | null {
  const stamps: number[] = [];
  for (const { held } of answers) {
    const stamp = held?.stampOf(time);
    if (stamp === undefined) return null;
    stamps.push(stamp);
  }
  return stamps;
}
