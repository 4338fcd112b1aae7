import { assemble, isBounded, MAX_GROUPS, type Assembled, type AssembleOptions } from '../core/assemble.ts';
import type { Bucket } from '../core/counts.ts';
import type { Fetched, PodSeries, Points, Series } from '../core/provider.ts';
import type { Slo } from '../core/slo.ts';
import { HOUR, type EpochMs } from '../core/units.ts';
import { alignDown, bucketTimes, type Window } from '../core/window.ts';
import type { Turns } from './turns.ts';

/** How buckets are joined; the counts by pod come out of the answers. */
export type JoinOptions = Omit<AssembleOptions, 'podSplit'>;

interface Held {
  /** What `stampOf` of every answer said, joined. */
  readonly stamps: string;
  readonly bucket: Bucket;
}

interface Entry {
  readonly buckets: Map<EpochMs, Held>;
  readonly groups: Set<string>;
  readonly notes: Set<string>;
  cells: number;
}

/** Two look-backs of minutes. */
const MOST_BUCKETS = 2880;
/** Bytes of one group in one bucket: a map entry, a pair and two counts; see bench/service.ts. */
const CELL_BYTES = 220;

/**
 * Buckets that were joined before. Joining is most of what a look costs, and all but the newest bucket of a look was
 * there at the one before; which of them still are what they were, the stamps of the answers say. What comes out equals
 * `assemble` over the whole window.
 */
export class BucketMemo {
  readonly #entries = new Map<string, Entry>();
  readonly #maxCells: number;
  #cells = 0;

  constructor(maxBytes: number) {
    this.#maxCells = maxBytes / CELL_BYTES;
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

  /** Bytes in use, as far as they are counted. */
  get bytes(): number {
    return this.#cells * CELL_BYTES;
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
  ): Promise<Assembled> {
    const known = answers.every(({ held }) => held !== undefined && !held.bounded);
    if (!known) return assembleInTurns(window, partOf(answers), options, [turns, signal]);
    const entry = this.#entry(key);
    const stamps = new Map(bucketTimes(window).map((time) => [time, stampsAt(answers, time)]));
    const fresh = new Map<EpochMs, Bucket>();
    for (const run of staleRuns(window, stamps, entry)) {
      const joined = await assembleInTurns(run, partOf(answers, run), options, [turns, signal]);
      for (const bucket of joined.buckets) fresh.set(bucket.time, bucket);
      this.#keep(entry, joined, stamps);
    }
    if (entry.groups.size > MAX_GROUPS) {
      // Which groups are pooled depends on the whole window, and no bucket can be kept by itself.
      this.#drop(key);
      return assembleInTurns(window, partOf(answers), options, [turns, signal]);
    }
    const buckets = [...stamps.keys()].map(
      (time) => fresh.get(time) ?? entry.buckets.get(time)?.bucket ?? hole(time),
    );
    return { buckets, notes: [...entry.notes] };
  }

  #entry(key: string): Entry {
    const entry: Entry = this.#entries.get(key) ?? {
      buckets: new Map(),
      groups: new Set(),
      notes: new Set(),
      cells: 0,
    };
    // The order of the map is that of use.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #keep(entry: Entry, { buckets, notes }: Assembled, stamps: ReadonlyMap<EpochMs, string | null>): void {
    for (const note of notes) entry.notes.add(note);
    for (const bucket of buckets) {
      for (const group of bucket.groups?.keys() ?? []) entry.groups.add(group);
      const stamp = stamps.get(bucket.time) ?? null;
      if (stamp === null) continue;
      const cells = cellsOf(bucket) - cellsOf(entry.buckets.get(bucket.time)?.bucket);
      entry.buckets.set(bucket.time, { stamps: stamp, bucket });
      entry.cells += cells;
      this.#cells += cells;
    }
    if (entry.buckets.size > MOST_BUCKETS) this.#forget(entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#cells <= this.#maxCells || this.#entries.size <= 1) break;
      this.#drop(oldest);
    }
  }

  /** The older half: looks go on, and their windows with them. */
  #forget(entry: Entry): void {
    const times = [...entry.buckets.keys()].toSorted((a, b) => a - b);
    for (const time of times.slice(0, times.length / 2)) {
      const cells = cellsOf(entry.buckets.get(time)?.bucket);
      entry.buckets.delete(time);
      entry.cells -= cells;
      this.#cells -= cells;
    }
  }

  #drop(key: string): void {
    this.#cells -= this.#entries.get(key)?.cells ?? 0;
    this.#entries.delete(key);
  }
}

/** More runs than this are one: each goes through the answers once. */
const MOST_RUNS = 4;

/** The spans of the window whose buckets are not held as they are now. */
function staleRuns(
  window: Window,
  stamps: ReadonlyMap<EpochMs, string | null>,
  { buckets }: Pick<Entry, 'buckets'>,
): Window[] {
  const { bucketMs } = window;
  const runs: { start: EpochMs; end: EpochMs; bucketMs: number }[] = [];
  for (const [time, stamp] of stamps) {
    if (stamp !== null && buckets.get(time)?.stamps === stamp) continue;
    const last = runs.at(-1);
    if (last?.end === time) last.end += bucketMs;
    else runs.push({ start: time, end: time + bucketMs, bucketMs });
  }
  const [first, last] = [runs[0], runs.at(-1)];
  if (runs.length <= MOST_RUNS || first === undefined || last === undefined) return runs;
  return [{ start: first.start, end: last.end, bucketMs }];
}

function cellsOf(bucket: Bucket | undefined): number {
  return bucket === undefined ? 0 : 1 + (bucket.groups?.size ?? 0) + (bucket.pods?.size ?? 0);
}

function hole(time: EpochMs): Bucket {
  return { time, canary: null, stable: null };
}

function stampsAt(answers: readonly Fetched[], time: EpochMs): string | null {
  let joined = '';
  for (const { held } of answers) {
    const stamp = held?.stampOf(time);
    if (stamp === undefined) return null;
    joined += `${String(stamp)},`;
  }
  return joined;
}

type Part = Pick<Fetched, 'series' | 'podSplit'>;

/** The counts of all answers, or those of a span. */
export function partOf(answers: readonly Fetched[], span?: Window): Part {
  const parts: Part[] = answers.map((answer) =>
    span === undefined || answer.held === undefined ? answer : answer.held.between(span.start, span.end),
  );
  const podSplit = parts.flatMap((part) => part.podSplit ?? []);
  return {
    series: parts.flatMap((part) => part.series),
    ...(podSplit.length === 0 ? {} : { podSplit }),
  };
}

/** Below this many points one turn is enough. */
const ONE_TURN = 20_000;

/** As `assemble`, an hour a turn where there is much; which groups are pooled is seen over all hours first. */
export async function assembleInTurns(
  window: Window,
  { series, podSplit }: Part,
  options: JoinOptions,
  [turns, signal]: readonly [Turns, AbortSignal],
): Promise<Assembled> {
  const points = series.reduce((sum, each) => sum + each.points.length, 0);
  const groups = new Set(series.map(({ group }) => group ?? ''));
  const all = { ...options, ...(podSplit === undefined ? {} : { podSplit }) };
  if (points <= ONE_TURN || (options.grouped && groups.size > MAX_GROUPS))
    return assemble(window, series, all);
  const seriesByHour = byHour(series);
  const podsByHour = byHour(podSplit ?? []);
  const buckets: Bucket[] = [];
  const notes = new Set<string>();
  for (let start = window.start; start < window.end;) {
    const hour = alignDown(start, Math.max(HOUR, window.bucketMs));
    const end = Math.min(window.end, hour + Math.max(HOUR, window.bucketMs));
    const pods = podsByHour.get(hour);
    const joined = assemble({ ...window, start, end }, seriesByHour.get(hour) ?? [], {
      ...options,
      ...(pods === undefined ? {} : { podSplit: pods }),
    });
    buckets.push(...joined.buckets);
    for (const note of joined.notes) notes.add(note);
    await turns.pause(signal);
    start = end;
  }
  return { buckets, notes: [...notes] };
}

/** The same lines cut by hour. */
function byHour<Line extends Series | PodSeries>(lines: readonly Line[]): Map<EpochMs, Line[]> {
  const hours = new Map<EpochMs, Line[]>();
  for (const line of lines) {
    const cut = cutByHour(line.points);
    const most = 'atMost' in line && line.atMost !== undefined ? cutByHour(line.atMost) : null;
    for (const [hour, points] of cut) {
      const lineOfHour = { ...line, points, ...(most === null ? {} : { atMost: most.get(hour) ?? [] }) };
      const known = hours.get(hour);
      if (known === undefined) hours.set(hour, [lineOfHour]);
      else known.push(lineOfHour);
    }
  }
  return hours;
}

function cutByHour(points: Points): Map<EpochMs, [EpochMs, number][]> {
  const hours = new Map<EpochMs, [EpochMs, number][]>();
  for (const [time, events] of points) {
    const hour = alignDown(time, HOUR);
    const known = hours.get(hour);
    if (known === undefined) hours.set(hour, [[time, events]]);
    else known.push([time, events]);
  }
  return hours;
}

/** Whether an answer holds counts of which only bounds are known, without making its series. */
export function isBoundedAnswer(answer: Fetched): boolean {
  return answer.held?.bounded ?? isBounded(answer.series);
}
