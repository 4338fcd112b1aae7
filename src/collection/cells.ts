import { narrowest, type NumberArray } from '../core/narrowest.ts';
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
  readonly #least: NumberArray;
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
      widest(columns.flatMap((column) => (column === null ? [] : [column.cells.#least]))),
    );
    for (const [to, column] of columns.entries()) {
      if (column === null) continue;
      const { cells, index } = column;
      const [from, end] = [cells.#startOf(index), cells.#endOf(index)];
      // What has its numbers already, which is all but the newest, is copied as it is.
      if (cells.lines === base && cells.#most === null && draft.most === null)
        draft.copy(to, cells.#lineOf.subarray(from, end), cells.#least.subarray(from, end));
      else {
        const renumbered = numbers.of(cells);
        for (let cell = from; cell < end; cell += 1) {
          const least = cells.#least[cell] ?? NaN;
          const most = cells.#most === null ? least : (cells.#most[cell] ?? NaN);
          draft.put(to, renumbered(cells.#lineOf[cell] ?? 0), least, most);
        }
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

  /** Compares buckets with those of other cells: whether they have the same counts, in whatever order. */
  comparedWith(other: Cells): (index: number, otherIndex: number) => boolean {
    const numbers = new Map(other.lines.map(({ id }, number) => [id, number]));
    const numberOf = Int32Array.from(this.lines, ({ id }) => numbers.get(id) ?? -1);
    const cellOf = new Int32Array(other.lines.length);
    return (index, otherIndex) => {
      if (this.#countIn(index) !== other.#countIn(otherIndex)) return false;
      cellOf.fill(-1);
      const from = other.#startOf(otherIndex);
      for (let cell = from; cell < other.#endOf(otherIndex); cell += 1)
        cellOf[other.#lineOf[cell] ?? 0] = cell;
      const end = this.#endOf(index);
      for (let cell = this.#startOf(index); cell < end; cell += 1) {
        const same = cellOf[numberOf[this.#lineOf[cell] ?? 0] ?? -1] ?? -1;
        if (same === -1 || !this.#isEqual(cell, other, same)) return false;
      }
      return true;
    };
  }

  #isEqual(cell: number, other: Cells, otherCell: number): boolean {
    const least = this.#least[cell] ?? NaN;
    const otherLeast = other.#least[otherCell] ?? NaN;
    // NaN is no count, and no two of them are the same.
    if (least !== otherLeast) return false;
    return (this.#most?.[cell] ?? least) === (other.#most?.[otherCell] ?? otherLeast);
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

type Width = ReturnType<typeof narrowest>;

/** What holds all of them. */
function widest(all: readonly NumberArray[]): Width {
  if (all.some((counts) => counts instanceof Float64Array)) return Float64Array;
  return all.some((counts) => counts instanceof Uint32Array) ? Uint32Array : Uint16Array;
}

/** The same counts in as few bytes as hold them. */
function compact(counts: NumberArray): NumberArray {
  if (counts instanceof Uint16Array) return counts;
  const kind = narrowest(counts);
  return counts instanceof kind ? counts : new kind(counts);
}

/** Cells while they are filled in: how many each bucket gets is known before. */
class Draft {
  readonly ends: Uint32Array;
  readonly lineOf: Uint16Array | Uint32Array;
  readonly least: NumberArray;
  readonly most: Float64Array | null;
  isBounded = false;
  /** Where the next cell of each bucket goes. */
  readonly #next: Uint32Array;

  constructor(counts: Uint32Array, lines: number, mayBeBounded: boolean, width: Width = Float64Array) {
    let size = 0;
    this.#next = counts.map((count) => (size += count) - count);
    this.ends = counts.map((count, index) => (this.#next[index] ?? 0) + count);
    this.lineOf = lines <= 0xffff ? new Uint16Array(size) : new Uint32Array(size);
    this.least = new width(size);
    this.most = mayBeBounded ? new Float64Array(size) : null;
  }

  /** Puts all cells of a bucket at once, of exact counts. */
  copy(column: number, lines: Uint16Array | Uint32Array, least: NumberArray): void {
    const cell = this.#next[column] ?? 0;
    this.#next[column] = cell + lines.length;
    this.lineOf.set(lines, cell);
    this.least.set(least, cell);
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
