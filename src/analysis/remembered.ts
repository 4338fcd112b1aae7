import type { Bucket } from '../core/counts.ts';
import type { View } from '../core/look-back.ts';
import type { Fetched } from '../core/provider.ts';
import type { EpochMs } from '../core/units.ts';
import type { Window } from '../core/window.ts';

/** The counts of a window, with their groups and pods. */
export interface Seen {
  /** One for each bucket of the window, oldest first. */
  readonly buckets: readonly Bucket[];
  readonly notes: readonly string[];
}

/** What there is to see in the answers of the providers, at whatever moment one looks at them. */
export interface Sight {
  readonly window: Window;
  readonly attempt: View['attempt'];
  /** All counts as they are; of bounded ones the kindest reading. */
  readonly seen: Seen;
  /** Where counts are only bounded: their harshest reading. */
  readonly harshest?: Seen;
  readonly queriesSent: readonly string[];
  /** The latest time that a provider calls settled; -Infinity: none says so. */
  readonly settledUntil: EpochMs;
  /** True where equal counts of a later look are the same buckets. */
  readonly isHeld: boolean;
}

/** The answers of all providers to one piece of the look-back. */
export interface Piece {
  readonly window: Window;
  readonly answers: readonly Fetched[];
}

/** What a look may see, whatever its answers. */
export interface Reach {
  readonly window: Window;
  /** Explicit start of the window; null: found from the counts. */
  readonly start: EpochMs | null;
}

/** A sight, and the answers it is of; weak, for they are held elsewhere, within bounds. */
export class Remembered {
  readonly sight: Sight;
  readonly #reach: Reach;
  /** Newest piece first. */
  readonly #answers: readonly (readonly WeakRef<Fetched>[])[];

  /** @param pieces oldest first */
  constructor(sight: Sight, reach: Reach, pieces: readonly Piece[]) {
    this.sight = sight;
    this.#reach = reach;
    this.#answers = pieces.toReversed().map(({ answers }) => answers.map((answer) => new WeakRef(answer)));
  }

  isOf({ window, start }: Reach): boolean {
    const own = this.#reach;
    return own.start === start && own.window.start === window.start && own.window.end === window.end;
  }

  /** How many pieces it took. */
  get pieces(): number {
    return this.#answers.length;
  }

  /** Whether these are the very answers to a piece; `index` counts from the newest one. */
  has(index: number, answers: readonly Fetched[]): boolean {
    const own = this.#answers[index] ?? [];
    return own.length === answers.length && own.every((each, place) => each.deref() === answers[place]);
  }
}
