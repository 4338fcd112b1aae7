/** Rows of as many numbers each, one after the other in one array: as objects they would take twice the memory. */
export class Rows {
  readonly #width: number;
  #cells: Float64Array;
  #length = 0;

  constructor(width: number) {
    this.#width = width;
    this.#cells = new Float64Array(0);
  }

  get length(): number {
    return this.#length;
  }

  /** A row at the end that begins with these values, the rest zeros; its place. */
  add(values: ArrayLike<number> = []): number {
    const needed = (this.#length + 1) * this.#width;
    if (needed > this.#cells.length) {
      const larger = new Float64Array(Math.max(4 * this.#width, Math.ceil(1.5 * needed)));
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.#cells.fill(0, needed - this.#width, needed);
    this.#cells.set(values, needed - this.#width);
    this.#length += 1;
    return this.#length - 1;
  }

  at(row: number, column: number): number {
    return this.#cells[row * this.#width + column] ?? NaN;
  }

  set(row: number, column: number, value: number): void {
    this.#cells[row * this.#width + column] = value;
  }

  dropFirst(rows: number): void {
    this.#cells.copyWithin(0, rows * this.#width, this.#length * this.#width);
    this.#length -= rows;
  }
}
