import type { Fetched } from '../core/provider.ts';
import { bucketCount, type Window } from '../core/window.ts';
import type { EpochMs } from '../core/units.ts';
import { linesOf, type Line } from './line.ts';
import type { SeriesMaker } from './series-maker.ts';

/** One bucket of some cells. */
export interface Column {
  readonly cells: Cells;
  readonly index: number;
}

/** Whether a bucket has counts; odd: one of them is no count, so that none is settled truth, whatever its age. */
export type ColumnState = 'empty' | 'filled' | 'odd';

/**
 * The counts of some consecutive buckets, packed: points as tuples would take eight times the memory. They lie bucket
 * by bucket, since a look wants the newest ones only. Never changed once made.
 */
export class Cells {
  /** Some may have no cell. */
  readonly lines: readonly Line[];
  /** Where the cells of each bucket end. */
  readonly #ends: Uint32Array;
  readonly #lineOf: Uint16Array | Uint32Array;
  readonly #least: Counts;
  /** Absent where all counts are exact; differs from the least where only bounds are known. */
  readonly #most: Float64Array | null;

  private constructor(lines: readonly Line[], draft: Draft) {
    this.lines = lines;
    this.#ends = draft.ends;
    this.#lineOf = draft.lineOf;
    this.#least = compact(draft.least);
    this.#most = draft.isBounded ? draft.most : null;
  }

  /** An answer to a window. A line that occurs twice stays two. */
  static of(answer: Pick<Fetched, 'series' | 'podSplit'>, window: Window): Cells {
    const { start, bucketMs } = window;
    const given = linesOf(answer);
    const counts = new Uint32Array(bucketCount(window));
    const columnOf = (time: EpochMs): number | null => {
      const column = (time - start) / bucketMs;
      return counts[column] === undefined ? null : column;
    };
    for (const { points } of given) {
      for (const [time] of points) {
        const column = columnOf(time);
        if (column !== null) counts[column] = (counts[column] ?? 0) + 1;
      }
    }
    const draft = new Draft(
      counts,
      given.length,
      given.some(({ atMost }) => atMost !== undefined),
    );
    for (const [line, { points, atMost }] of given.entries()) {
      const most = atMost === undefined ? null : new Map(atMost);
      for (const [time, least] of points) {
        const column = columnOf(time);
        if (column !== null) draft.put(column, line, least, most?.get(time) ?? least);
      }
    }
    return new Cells(
      given.map(({ line }) => line),
      draft,
    );
  }

  /**
   * Buckets of several cells side by side; null: an empty one.
   *
   * @param base lines to number from where they are the same, so that neighbours in time share one list
   */
  static joined(columns: readonly (Column | null)[], base: readonly Line[]): Cells {
    const counts = Uint32Array.from(columns, (column) =>
      column === null ? 0 : column.cells.#countIn(column.index),
    );
    const numbers = new Numbers(columns, base);
    const draft = new Draft(
      counts,
      numbers.lines.length,
      columns.some((each) => each?.cells.isBounded),
    );
    for (const [to, column] of columns.entries()) {
      if (column === null) continue;
      const { cells, index } = column;
      const renumbered = numbers.of(cells);
      for (let cell = cells.#startOf(index); cell < cells.#endOf(index); cell += 1) {
        const least = cells.#least[cell] ?? NaN;
        const most = cells.#most === null ? least : (cells.#most[cell] ?? NaN);
        draft.put(to, renumbered(cells.#lineOf[cell] ?? 0), least, most);
      }
    }
    return new Cells(numbers.lines, draft);
  }

  get size(): number {
    return this.#least.length;
  }

  /** Whether any of the counts is a bound. */
  get isBounded(): boolean {
    return this.#most !== null;
  }

  /** Bytes of the cells themselves. */
  get bytes(): number {
    const most = this.#most?.byteLength ?? 0;
    return this.#lineOf.byteLength + this.#least.byteLength + most + this.#ends.byteLength;
  }

  stateOf(index: number): ColumnState {
    const end = this.#endOf(index);
    for (let cell = this.#startOf(index); cell < end; cell += 1) {
      const least = this.#least[cell] ?? NaN;
      const most = this.#most === null ? least : (this.#most[cell] ?? NaN);
      if (!(Number.isFinite(least) && least >= 0 && most >= least)) return 'odd';
    }
    return this.#countIn(index) === 0 ? 'empty' : 'filled';
  }

  /** Whether a bucket has the same counts as one of other cells, in whatever order. */
  isSame(index: number, other: Cells, otherIndex: number): boolean {
    if (this.#countIn(index) !== other.#countIn(otherIndex)) return false;
    const own = new Map<string, string>();
    for (const [id, counts] of this.#texts(index)) own.set(id, counts);
    for (const [id, counts] of other.#texts(otherIndex)) if (own.get(id) !== counts) return false;
    return true;
  }

  *#texts(index: number): Generator<[id: string, counts: string]> {
    const end = this.#endOf(index);
    for (let cell = this.#startOf(index); cell < end; cell += 1) {
      const least = this.#least[cell] ?? NaN;
      yield [
        this.lines[this.#lineOf[cell] ?? 0]?.id ?? '',
        `${String(least)} ${String(this.#most?.[cell] ?? least)}`,
      ];
    }
  }

  /** Adds one bucket, which begins at `time`. */
  addTo(maker: SeriesMaker, index: number, time: EpochMs): void {
    const end = this.#endOf(index);
    for (let cell = this.#startOf(index); cell < end; cell += 1) {
      const line = this.lines[this.#lineOf[cell] ?? 0];
      const least = this.#least[cell] ?? NaN;
      if (line !== undefined) maker.add(line, time, least, this.#most?.[cell] ?? least);
    }
  }

  #startOf(index: number): number {
    return index === 0 ? 0 : this.#endOf(index - 1);
  }

  #endOf(index: number): number {
    return this.#ends[index] ?? 0;
  }

  #countIn(index: number): number {
    return this.#endOf(index) - this.#startOf(index);
  }
}

type Counts = Uint16Array | Uint32Array | Float64Array;

/** The same counts in as few bytes as hold them: most are small whole numbers. */
function compact(counts: Float64Array): Counts {
  let most = 0;
  for (const count of counts) {
    if (!(Number.isInteger(count) && count >= 0)) return counts;
    if (count > most) most = count;
  }
  if (most > 0xffff_ffff) return counts;
  return most > 0xffff ? Uint32Array.from(counts) : Uint16Array.from(counts);
}

/** Cells while they are filled in: how many each bucket gets is known before. */
class Draft {
  readonly ends: Uint32Array;
  readonly lineOf: Uint16Array | Uint32Array;
  readonly least: Float64Array;
  readonly most: Float64Array | null;
  isBounded = false;
  /** Where the next cell of each bucket goes. */
  readonly #next: Uint32Array;

  constructor(counts: Uint32Array, lines: number, mayBeBounded: boolean) {
    let size = 0;
    this.#next = counts.map((count) => (size += count) - count);
    this.ends = counts.map((count, index) => (this.#next[index] ?? 0) + count);
    this.lineOf = lines <= 0xffff ? new Uint16Array(size) : new Uint32Array(size);
    this.least = new Float64Array(size);
    this.most = mayBeBounded ? new Float64Array(size) : null;
  }

  put(column: number, line: number, least: number, most: number): void {
    const cell = this.#next[column] ?? 0;
    this.#next[column] = cell + 1;
    this.lineOf[cell] = line;
    this.least[cell] = least;
    if (this.most !== null) this.most[cell] = most;
    if (most !== least) this.isBounded = true;
  }
}

/** Lines of several cells under one numbering. */
class Numbers {
  readonly lines: readonly Line[];
  readonly #byCells = new Map<Cells, (line: number) => number>();

  constructor(columns: readonly (Column | null)[], base: readonly Line[]) {
    const lists = new Set(columns.flatMap((column) => (column === null ? [] : [column.cells.lines])));
    const known = new Map(base.map((line, number) => [line.id, number]));
    const added: Line[] = [];
    const numbersOf = new Map<readonly Line[], Uint32Array>();
    for (const lines of lists) {
      if (lines === base) continue;
      const numbers = Uint32Array.from(lines, (line) => {
        const number = known.get(line.id) ?? base.length + added.length;
        if (number === base.length + added.length) {
          known.set(line.id, number);
          added.push(line);
        }
        return number;
      });
      numbersOf.set(lines, numbers);
    }
    this.lines = added.length === 0 ? base : [...base, ...added];
    for (const column of columns) {
      if (column === null) continue;
      const numbers = numbersOf.get(column.cells.lines);
      this.#byCells.set(column.cells, numbers === undefined ? (line) => line : (line) => numbers[line] ?? 0);
    }
  }

  of(cells: Cells): (line: number) => number {
    return this.#byCells.get(cells) ?? ((line) => line);
  }
}
