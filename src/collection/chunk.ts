import type { DurationMs, EpochMs } from '../core/units.ts';
import type { Cell, Line, Rows } from './rows.ts';

/** Buckets of one chunk: an hour of the usual minutes. */
export const CHUNK_BUCKETS = 60;

/** What is known of one bucket. */
export interface Measured {
  /** How old the bucket was, from its end, when it was measured; in seconds. */
  readonly ageSeconds: number;
  /** False: it was empty and may only have been late, so that it is asked for again. */
  readonly isFirm: boolean;
  /** Of the answer that it is from: no two answers of a process have the same. */
  readonly stamp: number;
}

/** Measured once an object's fields, arrays and their buffers are laid out; see bench/collection.ts. */
const OWN_BYTES = 1250;

/**
 * The counts of some consecutive buckets, packed: points as tuples would take eight times the memory. Never changed
 * once made.
 */
export class Chunk {
  readonly start: EpochMs;
  readonly bucketMs: DurationMs;
  readonly lines: readonly Line[];
  /** Where the cells of each line end. */
  readonly #ends: Uint32Array;
  /** The bucket of each cell, from the chunk's start. */
  readonly #offsets: Uint8Array;
  readonly #least: Float64Array;
  /** Absent where all counts are exact. */
  readonly #most: Float64Array | null;
  /** NaN: never measured. Below zero, less one: empty, and not firm. */
  readonly #ages: Float32Array;
  readonly #stamps: Uint32Array;

  constructor(
    start: EpochMs,
    bucketMs: DurationMs,
    measured: ReadonlyMap<EpochMs, Measured>,
    rows: readonly { readonly line: Line; readonly cells: readonly Cell[] }[],
  ) {
    this.start = start;
    this.bucketMs = bucketMs;
    this.lines = rows.map(({ line }) => line);
    const cells = rows.flatMap((row) => row.cells);
    this.#ends = new Uint32Array(rows.length);
    let end = 0;
    for (const [index, row] of rows.entries()) this.#ends[index] = end += row.cells.length;
    this.#offsets = Uint8Array.from(cells, ([time]) => (time - start) / bucketMs);
    this.#least = Float64Array.from(cells, ([, least]) => least);
    this.#most = cells.some(([, least, most]) => least !== most)
      ? Float64Array.from(cells, ([, , most]) => most)
      : null;
    this.#ages = new Float32Array(CHUNK_BUCKETS).fill(NaN);
    this.#stamps = new Uint32Array(CHUNK_BUCKETS);
    for (const [time, { ageSeconds, isFirm, stamp }] of measured) {
      this.#ages[(time - start) / bucketMs] = isFirm ? ageSeconds : -1 - ageSeconds;
      this.#stamps[(time - start) / bucketMs] = stamp;
    }
  }

  /** Bytes of memory, without its lines, which chunks share. */
  get bytes(): number {
    const cells = this.#offsets.length;
    return OWN_BYTES + this.lines.length * 12 + cells * (this.#most === null ? 9 : 17) + CHUNK_BUCKETS * 8;
  }

  /** Whether any of its counts is a bound. */
  get isBounded(): boolean {
    return this.#most !== null;
  }

  measuredAt(time: EpochMs): Measured | null {
    const index = (time - this.start) / this.bucketMs;
    const age = this.#ages[index];
    if (age === undefined || Number.isNaN(age)) return null;
    const stamp = this.#stamps[index] ?? 0;
    return age >= 0
      ? { ageSeconds: age, isFirm: true, stamp }
      : { ageSeconds: -1 - age, isFirm: false, stamp };
  }

  /** Adds the cells at the times wanted. */
  addTo(rows: Rows, isWanted: (time: EpochMs) => boolean): void {
    let cell = 0;
    for (const [index, line] of this.lines.entries()) {
      const end = this.#ends[index] ?? cell;
      let row = rows.get(line.id);
      for (; cell < end; cell += 1) {
        const time = this.start + (this.#offsets[cell] ?? 0) * this.bucketMs;
        if (!isWanted(time)) continue;
        const least = this.#least[cell] ?? NaN;
        if (row === undefined) rows.set(line.id, (row = { line, cells: [] }));
        row.cells.push([time, least, this.#most?.[cell] ?? least]);
      }
    }
  }
}
