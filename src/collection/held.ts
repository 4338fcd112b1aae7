import { SECOND, type DurationMs, type EpochMs } from '../core/units.ts';
import type { Window } from '../core/window.ts';
import { CHUNK_BUCKETS, type Chunk } from './chunk.ts';
import { hourOf, NO_HOURS, RECHECK, type Hour, type Hours, type KeptCounts } from './kept-counts.ts';

/** Gaps as near as this are one: a call costs more than the buckets between. */
const NEAR = 30;
/** Looks at the same lag differ by a bucket and by how long they take; a longer lag of another SLO is told apart. */
const SLACK: DurationMs = 10 * SECOND;
/** The newest say what there is to say. */
const MOST_NOTES = 10;
/** Beyond this no lag is told from another: as of a past time, the lag in force cannot be seen in the request. */
const LONGEST_LAG: DurationMs = 3600 * SECOND;

/** What is held of one request at one moment. */
export class Held {
  readonly #window: Window;
  /** What is held now, and what was before where that had to go meanwhile. */
  readonly #layers: readonly Hours[];
  /** Where the counts of each bucket of the window are. */
  readonly #chunks: readonly (Chunk | null)[];
  readonly #askedAt: EpochMs;
  /** Measured at this age, in seconds, a bucket is not asked for again. */
  readonly #finalAge: number;
  readonly #hasNew: boolean;
  readonly settledUntil: EpochMs | undefined;
  readonly hasPods: boolean;

  /**
   * Counts measured at a younger age than the request's own settling lag are none for it.
   *
   * @param before what was held of the same request when it came
   */
  constructor(
    kept: KeptCounts | null,
    request: {
      readonly window: Window;
      readonly settledBefore: EpochMs;
      readonly settlingLag?: DurationMs;
      readonly askedAt: EpochMs;
    },
    before?: Held,
  ) {
    const { window, settledBefore, settlingLag, askedAt } = request;
    this.#window = window;
    this.#layers = [kept?.hours ?? NO_HOURS, ...(before === undefined ? [] : before.#layers)];
    const guess = Math.min(LONGEST_LAG, askedAt - settledBefore);
    const neededAge = ((settlingLag ?? guess - window.bucketMs) - SLACK) / SECOND;
    this.#chunks = chunksOf(this.#layers, window, neededAge);
    this.#askedAt = askedAt;
    this.#finalAge = ((settlingLag ?? guess) + RECHECK) / SECOND;
    this.#hasNew = this.#findNew();
    this.settledUntil = kept?.settledUntil ?? before?.settledUntil;
    this.hasPods = kept?.hasPods === true || before?.hasPods === true;
  }

  isFirm(time: EpochMs): boolean {
    const chunk = this.chunkOf(time);
    if (chunk?.isFirmAt(time) !== true) return false;
    const age = chunk.ageSecondsAt(time);
    // What may still change is asked for along with what is new, and costs no call of its own.
    return age >= this.#finalAge || !this.#hasNew || this.#isFresh(time, age);
  }

  /** Measured less than a bucket's time ago: looks of the same minute ask once. */
  #isFresh(time: EpochMs, age: number): boolean {
    const { bucketMs } = this.#window;
    const ageNow = (this.#askedAt - time - bucketMs) / SECOND;
    return Math.abs(ageNow - age) < (bucketMs - SLACK) / SECOND;
  }

  /** Whether the provider has to be asked anyway. */
  #findNew(): boolean {
    const { start, end, bucketMs } = this.#window;
    for (let time = end - bucketMs; time >= start; time -= bucketMs) {
      if (this.chunkOf(time)?.isFirmAt(time) !== true) return true;
    }
    return false;
  }

  /** Whether every bucket of the window is held for good, whenever it is asked for. */
  get isWhole(): boolean {
    return !this.#hasNew;
  }

  /** Also what was empty when last asked. */
  isMeasured(time: EpochMs): boolean {
    return this.chunkOf(time) !== null;
  }

  /** Where the counts of a bucket of the window are; null: not held. */
  chunkOf(time: EpochMs): Chunk | null {
    const { start, bucketMs } = this.#window;
    return this.#chunks[(time - start) / bucketMs] ?? null;
  }

  /** What has to be asked for, oldest first; none: everything is held. */
  missing(): Window[] {
    const { start, end, bucketMs } = this.#window;
    const spans: { start: EpochMs; end: EpochMs }[] = [];
    for (let time = start; time < end; time += bucketMs) {
      if (this.isFirm(time)) continue;
      const last = spans.at(-1);
      if (last !== undefined && time - last.end <= NEAR * bucketMs) last.end = time + bucketMs;
      else spans.push({ start: time, end: time + bucketMs });
    }
    return spans.map((span) => ({ ...span, bucketMs }));
  }

  /** Whether any of the hours that the window touches has bounds. */
  get mayBeBounded(): boolean {
    return this.#layers.some((hours) =>
      hoursIn(hours, this.#window).some(({ chunk }) => chunk.cells.isBounded),
    );
  }

  get notes(): string[] {
    const newestFirst = this.#layers.flatMap((hours) => hoursIn(hours, this.#window).toReversed());
    return [...new Set(newestFirst.flatMap(({ notes }) => notes))].slice(0, MOST_NOTES);
  }

  get queriesSent(): string[] {
    return this.#layers.flatMap((hours) =>
      hoursIn(hours, this.#window).flatMap(({ queriesSent }) => queriesSent),
    );
  }
}

/** The first layer's chunk that has the bucket, measured old enough, for each bucket of the window. */
function chunksOf(layers: readonly Hours[], window: Window, neededAge: number): (Chunk | null)[] {
  const { start, end, bucketMs } = window;
  const chunks: (Chunk | null)[] = [];
  for (let hour = hourOf(start, bucketMs); hour < end; hour += CHUNK_BUCKETS * bucketMs) {
    const candidates = layers.flatMap((hours) => hours.get(hour)?.chunk ?? []);
    const until = Math.min(end, hour + CHUNK_BUCKETS * bucketMs);
    for (let time = Math.max(start, hour); time < until; time += bucketMs)
      chunks.push(firstThatHas(time, candidates, neededAge));
  }
  return chunks;
}

function firstThatHas(time: EpochMs, candidates: readonly Chunk[], neededAge: number): Chunk | null {
  for (const chunk of candidates) if (chunk.ageSecondsAt(time) >= neededAge) return chunk;
  return null;
}

/** The hours that a window touches, oldest first. */
function hoursIn(hours: Hours, { start, end, bucketMs }: Window): Hour[] {
  const found: Hour[] = [];
  for (let hour = hourOf(start, bucketMs); hour < end; hour += CHUNK_BUCKETS * bucketMs) {
    const known = hours.get(hour);
    if (known !== undefined) found.push(known);
  }
  return found;
}
