import { MINUTE, type EpochMs } from '../../../src/core/units.ts';
import type { LogLine } from './model.ts';

/** The entries of one project or log view. */
export interface EntryStore {
  /** Entries of [from, to) in the order of time, as far as the caller reads on. */
  between(from: EpochMs, to: EpochMs, order: 'asc' | 'desc'): Iterable<LogLine>;
}

/** Entries in memory, found by the minute. */
export class HeldEntries implements EntryStore {
  readonly #minutes: readonly (readonly [EpochMs, readonly LogLine[]])[];

  constructor(entries: readonly LogLine[]) {
    const sorted = entries.toSorted(
      (a, b) => a.timestamp - b.timestamp || (a.insertId < b.insertId ? -1 : 1),
    );
    this.#minutes = [...Map.groupBy(sorted, ({ timestamp }) => Math.floor(timestamp / MINUTE) * MINUTE)];
  }

  *between(from: EpochMs, to: EpochMs, order: 'asc' | 'desc'): Iterable<LogLine> {
    const found = this.#minutes.filter(([minute]) => minute + MINUTE > from && minute < to);
    for (const [, lines] of order === 'asc' ? found : found.toReversed())
      yield* order === 'asc' ? lines : lines.toReversed();
  }
}

/** What one release did in one minute: as many entries as it says, without holding each. */
export interface TrafficRow {
  /** Start of the minute. */
  readonly time: EpochMs;
  readonly hash: string;
  readonly pod: string;
  readonly group: string;
  readonly good: number;
  readonly bad: number;
}

/** Makes one entry of a row; `nth` counts within the row, `at` is its time. */
export type MakeLine = (row: TrafficRow, nth: number, at: EpochMs, isBad: boolean) => LogLine;

/** A model of traffic: entries are made when they are asked for, the same ones every time. */
export class TrafficEntries implements EntryStore {
  readonly #rows: ReadonlyMap<EpochMs, readonly TrafficRow[]>;
  readonly #minutes: readonly EpochMs[];
  readonly #make: MakeLine;
  /** The minute made last: the pages of one minute follow each other. */
  #made: { readonly minute: EpochMs; readonly lines: readonly LogLine[] } | null = null;

  constructor(rows: readonly TrafficRow[], make: MakeLine) {
    this.#rows = Map.groupBy(rows, ({ time }) => time);
    this.#minutes = [...this.#rows.keys()].toSorted((a, b) => a - b);
    this.#make = make;
  }

  *between(from: EpochMs, to: EpochMs, order: 'asc' | 'desc'): Iterable<LogLine> {
    const found = this.#minutes.filter((minute) => minute + MINUTE > from && minute < to);
    for (const minute of order === 'asc' ? found : found.toReversed()) {
      const lines = this.#linesOf(minute);
      yield* order === 'asc' ? lines : lines.toReversed();
    }
  }

  #linesOf(minute: EpochMs): readonly LogLine[] {
    if (this.#made?.minute === minute) return this.#made.lines;
    const rows = this.#rows.get(minute) ?? [];
    const lines = rows.flatMap((row) => {
      const events = row.good + row.bad;
      // Spread over the minute, the bad ones among the good.
      return Array.from({ length: events }, (_, nth) => {
        const at = minute + Math.floor((MINUTE * (nth + 0.5)) / events);
        const isBad = Math.floor(((nth + 1) * row.bad) / events) > Math.floor((nth * row.bad) / events);
        return this.#make(row, nth, at, isBad);
      });
    });
    lines.sort((a, b) => a.timestamp - b.timestamp || (a.insertId < b.insertId ? -1 : 1));
    this.#made = { minute, lines };
    return lines;
  }
}
