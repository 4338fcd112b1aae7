import type { Events, Pair } from './counts.ts';
import { few } from './few.ts';
import { narrowest, type NumberArray } from './narrowest.ts';

/** The groups of many buckets, numbered, so that each bucket need not name them. */
export class GroupNames implements Iterable<string> {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  get size(): number {
    return this.#names.length;
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#names.values();
  }

  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  nameOf(number: number): string {
    return this.#names[number] ?? '';
  }
}

/** Of a group: its number, then good and bad of the canary, then of stable. */
const WIDTH = 5;
/** The object, its array and what the array's own memory takes besides its bytes. */
const OWN_BYTES = 320;

/**
 * The counts of a bucket's groups in a tenth of the memory of a map, in the same order: the buckets of hundreds of groups
 * are held for hours, and each is read once or twice.
 */
export class PackedGroups implements ReadonlyMap<string, Pair> {
  readonly #names: GroupNames;
  readonly #cells: NumberArray;
  /** Stands for the counts of a cohort that has none; no count is as large. */
  readonly #none: number;

  constructor(groups: ReadonlyMap<string, Pair>, names: GroupNames) {
    this.#names = names;
    const numbers: (number | null)[] = [];
    for (const [name, { canary, stable }] of groups)
      numbers.push(
        names.numberOf(name),
        canary?.good ?? null,
        canary?.bad ?? null,
        stable?.good ?? null,
        stable?.bad ?? null,
      );
    // One more than each, for the largest number stands for none.
    const kind = narrowest(numbers.map((number) => (number ?? 0) + 1));
    this.#none = kind === Float64Array ? NaN : 2 ** (8 * kind.BYTES_PER_ELEMENT) - 1;
    this.#cells = new kind(numbers.map((number) => number ?? this.#none));
  }

  /** Bytes of memory, without the names. */
  get bytes(): number {
    return OWN_BYTES + this.#cells.byteLength;
  }

  get size(): number {
    return this.#cells.length / WIDTH;
  }

  get(name: string): Pair | undefined {
    const number = this.#names.find(name);
    for (let at = 0; at < this.#cells.length; at += WIDTH)
      if (this.#cells[at] === number) return this.#pairAt(at);
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  *keys(): Generator<string, undefined> {
    for (let at = 0; at < this.#cells.length; at += WIDTH) yield this.#names.nameOf(this.#cells[at] ?? 0);
  }

  *values(): Generator<Pair, undefined> {
    for (let at = 0; at < this.#cells.length; at += WIDTH) yield this.#pairAt(at);
  }

  *entries(): Generator<[string, Pair], undefined> {
    for (let at = 0; at < this.#cells.length; at += WIDTH)
      yield [this.#names.nameOf(this.#cells[at] ?? 0), this.#pairAt(at)];
  }

  [Symbol.iterator](): Generator<[string, Pair], undefined> {
    return this.entries();
  }

  forEach(each: (pair: Pair, name: string, map: ReadonlyMap<string, Pair>) => void): void {
    for (const [name, pair] of this) each(pair, name, this);
  }

  #pairAt(at: number): Pair {
    return { canary: this.#eventsAt(at + 1), stable: this.#eventsAt(at + 3) };
  }

  #eventsAt(at: number): Events | null {
    const good = this.#cells[at] ?? NaN;
    if (Object.is(good, this.#none)) return null;
    return few({ good, bad: this.#cells[at + 1] ?? NaN });
  }
}
