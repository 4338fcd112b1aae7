import type { DurationMs, EpochMs } from '../core/units.ts';
import type { Cells } from './cells.ts';

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

/** The counts of an hour with what is known of each bucket. Never changed once made. */
export class Chunk {
  readonly start: EpochMs;
  readonly bucketMs: DurationMs;
  readonly cells: Cells;
  /** NaN: never measured. Below zero, less one: empty, and not firm. */
  readonly #ages = new Float32Array(CHUNK_BUCKETS).fill(NaN);
  readonly #stamps = new Uint32Array(CHUNK_BUCKETS);

  /** @param before what is known of the buckets that are not in `measured` */
  constructor(
    { start, bucketMs }: { readonly start: EpochMs; readonly bucketMs: DurationMs },
    cells: Cells,
    measured: ReadonlyMap<EpochMs, Measured>,
    before: Chunk | undefined,
  ) {
    this.start = start;
    this.bucketMs = bucketMs;
    this.cells = cells;
    if (before !== undefined) {
      this.#ages.set(before.#ages);
      this.#stamps.set(before.#stamps);
    }
    for (let index = 0; index < CHUNK_BUCKETS; index += 1) {
      const known = measured.get(start + index * bucketMs);
      if (known === undefined) continue;
      this.#ages[index] = known.isFirm ? known.ageSeconds : -1 - known.ageSeconds;
      this.#stamps[index] = known.stamp;
    }
  }

  /** Bytes of memory, without its lines, which chunks share. */
  get bytes(): number {
    return OWN_BYTES + this.cells.bytes + CHUNK_BUCKETS * 8;
  }

  indexOf(time: EpochMs): number {
    return (time - this.start) / this.bucketMs;
  }

  /** How old the bucket was when it was measured; NaN: it never was. */
  ageSecondsAt(time: EpochMs): number {
    const age = this.#ages[this.indexOf(time)] ?? NaN;
    return age < 0 ? -1 - age : age;
  }

  isFirmAt(time: EpochMs): boolean {
    return (this.#ages[this.indexOf(time)] ?? NaN) >= 0;
  }

  stampAt(time: EpochMs): number {
    return this.#stamps[this.indexOf(time)] ?? 0;
  }
}
