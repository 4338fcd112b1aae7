import { assemble, MAX_GROUPS, type Assembled } from '../core/assemble.ts';
import { holeAt, type Bucket } from '../core/counts.ts';
import { GroupNames, PackedGroups } from '../core/packed-groups.ts';
import type { Fetched } from '../core/provider.ts';
import type { Slo } from '../core/slo.ts';
import { HOUR, type DurationMs, type EpochMs } from '../core/units.ts';
import { alignDown, type Window } from '../core/window.ts';
import { assembleInTurns, partOf, withGroups, type Joined, type JoinOptions } from './assemble-in-turns.ts';
import type { Asked } from './fetch-all.ts';
import { OneAtATime } from './one-at-a-time.ts';
import type { Remembered } from './remembered.ts';
import type { Turns } from './turns.ts';

interface Kept {
  /** What `stampOf` of each answer said. */
  readonly stamps: readonly number[];
  readonly bucket: Bucket;
}

interface Entry {
  /** By their place on the grid, a small integer: as a key, an epoch in milliseconds costs an object a look-up. */
  readonly buckets: Map<number, Kept>;
  readonly groups: GroupNames;
  readonly notes: Set<string>;
  /** What the latest look saw, made of these buckets. */
  remembered?: Remembered;
  bytes: number;
  /** Its part of the memo's sum. */
  counted: number;
  /** By `performance.now`. */
  usedAt: number;
}

/** Two look-backs of minutes. */
const MOST_BUCKETS = 2880;
/** A bucket, its counts and its place; see bench/service.ts. */
const BUCKET_BYTES = 200;
/** A pod of a bucket. */
const POD_BYTES = 160;

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
      withGroups(await assembleInTurns(window, partOf(answers, window), options, [turns, signal]));
    const known = answers.every(({ held }) => held !== undefined && !held.bounded);
    if (!known) return whole();
    const entry = this.#entry(key);
    const buckets: Bucket[] = [];
    const work: Work = { key, window, entry, answers, options, buckets };
    const stale = fillIn(work, window);
    // Who has to wait finds what the one before has made, which for equal first looks is all.
    if (stale.length > 1)
      await this.#large.run(signal, async () => this.#joinStale(work, stale, [turns, signal]));
    else await this.#joinStale(work, stale, [turns, signal]);
    if (entry.groups.size > MAX_GROUPS) {
      // Which groups are pooled depends on the whole window, and no bucket can be kept by itself.
      this.#drop(key);
      return this.#large.run(signal, whole);
    }
    return { buckets, notes: [...entry.notes], groups: entry.groups };
  }

  /** Forgets what no look has used since then, by `performance.now`: its release is over. */
  forgetUnused(since: number): void {
    for (const [oldest, { usedAt }] of this.#entries) {
      if (usedAt >= since) break;
      this.#drop(oldest);
    }
  }

  /** What the latest look saw that was kept by `remember`. */
  remembered(key: string): Remembered | undefined {
    return this.#entries.has(key) ? this.#entry(key).remembered : undefined;
  }

  /** Keeps what was seen for as long as its buckets are. */
  remember(key: string, remembered: Remembered): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.remembered = remembered;
  }

  async #joinStale(
    work: Work,
    stale: readonly Window[],
    [turns, signal]: readonly [Turns, AbortSignal],
  ): Promise<void> {
    const { window, answers, options, buckets } = work;
    for (const run of stale.flatMap((span) => fillIn(work, span))) {
      const { series, podSplit } = partOf(answers, run);
      const joined = assemble(run, series, { ...options, ...(podSplit === undefined ? {} : { podSplit }) });
      for (const bucket of joined.buckets) buckets[indexIn(window, bucket.time)] = bucket;
      this.#keep(work, joined);
      // What another look has made of the same counts meanwhile is the bucket to go on with.
      fillIn(work, run);
      await turns.pause(signal);
    }
  }

  #entry(key: string): Entry {
    const entry: Entry = this.#entries.get(key) ?? {
      buckets: new Map(),
      groups: new GroupNames(),
      notes: new Set(),
      bytes: 0,
      counted: 0,
      usedAt: 0,
    };
    entry.usedAt = performance.now();
    // The order of the map is that of use.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #keep({ key, entry, answers, window }: Work, { buckets, notes }: Assembled): void {
    for (const note of notes) entry.notes.add(note);
    for (const bucket of buckets) {
      for (const group of bucket.groups?.keys() ?? []) entry.groups.numberOf(group);
      const stamps = stampsAt(answers, bucket.time);
      const place = bucket.time / window.bucketMs;
      const known = entry.buckets.get(place);
      // What is as it was stays the same object: trials go by that.
      if (stamps === null || (known !== undefined && isCurrent(known, answers, bucket.time))) continue;
      const packed =
        bucket.groups === undefined
          ? bucket
          : { ...bucket, groups: new PackedGroups(bucket.groups, entry.groups) };
      entry.bytes += bytesOf(packed) - bytesOf(known?.bucket);
      entry.buckets.set(place, { stamps, bucket: packed });
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

/** One look at an entry. */
interface Work {
  readonly key: string;
  readonly window: Window;
  readonly entry: Entry;
  readonly answers: readonly Fetched[];
  readonly options: JoinOptions;
  /** One for each of the window's, filled in as they are found and made. */
  readonly buckets: Bucket[];
}

/**
 * Fills in what is held of a part of the window. Runs at every look over every bucket.
 *
 * @returns the spans with buckets that are not held as they are now, at most one an hour: what is joined at once is to be
 *   little, for memory and for the others who wait
 */
function fillIn({ window, entry, answers, buckets }: Work, { start, end, bucketMs }: Window): Window[] {
  const stale: { start: EpochMs; end: EpochMs; bucketMs: DurationMs }[] = [];
  for (let time = start; time < end; time += bucketMs) {
    const kept = entry.buckets.get(time / bucketMs);
    const index = indexIn(window, time);
    if (kept !== undefined && isCurrent(kept, answers, time)) {
      buckets[index] = kept.bucket;
      continue;
    }
    buckets[index] ??= holeAt(time);
    const last = stale.at(-1);
    if (last !== undefined && alignDown(last.start, HOUR) === alignDown(time, HOUR))
      last.end = time + bucketMs;
    else stale.push({ start: time, end: time + bucketMs, bucketMs });
  }
  return stale;
}

function indexIn({ start, bucketMs }: Window, time: EpochMs): number {
  return (time - start) / bucketMs;
}

function isCurrent({ stamps }: Kept, answers: readonly Fetched[], time: EpochMs): boolean {
  for (let index = 0; index < stamps.length; index += 1)
    if (answers[index]?.held?.stampOf(time) !== stamps[index]) return false;
  return true;
}

function bytesOf(bucket: Bucket | undefined): number {
  if (bucket === undefined) return 0;
  const groups = bucket.groups instanceof PackedGroups ? bucket.groups.bytes : 0;
  return BUCKET_BYTES + groups + (bucket.pods?.size ?? 0) * POD_BYTES;
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

/** Names what is asked, whatever the window. */
export function memoKey(
  { slo, cohorts, scope }: Pick<Asked, 'slo' | 'cohorts' | 'scope'>,
  memo: BucketMemo,
  options: object = {},
): string {
  return JSON.stringify([memo.idOf(slo), cohorts, scope, options]);
}
