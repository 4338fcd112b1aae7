import { SECOND, type DurationMs, type EpochMs } from '../core/units.ts';
import { bucketTimes, type Window } from '../core/window.ts';
import type { Measured } from './chunk.ts';
import { hourOf, NO_HOURS, type Hour, type Hours, type KeptCounts } from './kept-counts.ts';
import { CHUNK_BUCKETS } from './chunk.ts';
import type { Rows } from './rows.ts';

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
  readonly #neededAge: number;
  readonly settledUntil: EpochMs | undefined;
  readonly hasPods: boolean;

  /**
   * Counts measured at a younger age than the request's own settling lag are none for it.
   *
   * @param before what was held of the same request when it came
   */
  constructor(
    kept: KeptCounts | null,
    request: { readonly window: Window; readonly settledBefore: EpochMs; readonly askedAt: EpochMs },
    before?: Held,
  ) {
    const { window, settledBefore, askedAt } = request;
    this.#window = window;
    this.#layers = [kept?.hours ?? NO_HOURS, ...(before === undefined ? [] : before.#layers)];
    this.#neededAge = (Math.min(LONGEST_LAG, askedAt - settledBefore) - window.bucketMs - SLACK) / SECOND;
    this.settledUntil = kept?.settledUntil ?? before?.settledUntil;
    this.hasPods = kept?.hasPods === true || before?.hasPods === true;
  }

  isFirm(time: EpochMs): boolean {
    return this.#at(time)?.measured.isFirm === true;
  }

  /** Also what was empty when last asked. */
  isMeasured(time: EpochMs): boolean {
    return this.#at(time) !== null;
  }

  /** Of the answer that this bucket's counts are from. */
  stampOf(time: EpochMs): number | undefined {
    return this.#at(time)?.measured.stamp;
  }

  /** What has to be asked for, oldest first; none: everything is held. */
  missing(): Window[] {
    const { bucketMs } = this.#window;
    const spans: { start: EpochMs; end: EpochMs }[] = [];
    for (const time of bucketTimes(this.#window)) {
      if (this.isFirm(time)) continue;
      const last = spans.at(-1);
      if (last !== undefined && time - last.end <= NEAR * bucketMs) last.end = time + bucketMs;
      else spans.push({ start: time, end: time + bucketMs });
    }
    return spans.map((span) => ({ ...span, bucketMs }));
  }

  /** Adds what is held of a span. */
  addTo(rows: Rows, span: Window, isWanted: (time: EpochMs) => boolean): void {
    const wanted = this.#layers.map(() => new Set<EpochMs>());
    for (const time of bucketTimes(span)) {
      const found = isWanted(time) ? this.#at(time) : null;
      if (found !== null) wanted[found.layer]?.add(time);
    }
    for (const [index, hours] of this.#layers.entries()) {
      const times = wanted[index] ?? new Set();
      for (const { chunk } of hoursIn([hours], span)) chunk.addTo(rows, (time) => times.has(time));
    }
  }

  /** Whether any of the hours that the window touches has bounds. */
  get mayBeBounded(): boolean {
    return hoursIn(this.#layers, this.#window).some(({ chunk }) => chunk.isBounded);
  }

  get notes(): string[] {
    const newestFirst = this.#layers.flatMap((hours) => hoursIn([hours], this.#window).toReversed());
    return [...new Set(newestFirst.flatMap(({ notes }) => notes))].slice(0, MOST_NOTES);
  }

  get queriesSent(): string[] {
    return hoursIn(this.#layers, this.#window).flatMap(({ queriesSent }) => queriesSent);
  }

  #at(time: EpochMs): { readonly layer: number; readonly measured: Measured } | null {
    const hour = hourOf(time, this.#window.bucketMs);
    for (const [layer, hours] of this.#layers.entries()) {
      const measured = hours.get(hour)?.chunk.measuredAt(time) ?? null;
      if (measured !== null && measured.ageSeconds >= this.#neededAge) return { layer, measured };
    }
    return null;
  }
}

/** The hours that a window touches, oldest first in each layer. */
function hoursIn(layers: readonly Hours[], { start, end, bucketMs }: Window): Hour[] {
  return layers.flatMap((hours) =>
    [...hours]
      .filter(([hour]) => hour < end && hour + CHUNK_BUCKETS * bucketMs > start)
      .toSorted(([a], [b]) => a - b)
      .map(([, hour]) => hour),
  );
}
