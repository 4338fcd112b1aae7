import type { DirtyReason } from './access-log.ts';

/** Lines of one reason that counted for nothing. */
interface DirtyCount {
  readonly count: number;
  /** The first few line numbers, for somebody who wants to look. */
  readonly first: readonly number[];
}

export type DirtyCounts = ReadonlyMap<DirtyReason, DirtyCount>;

const SHOWN = 5;

const MEANING: Readonly<Record<DirtyReason, string>> = {
  unreadable: 'not of the format',
  overlong: 'too long',
  'no-time': 'without a time',
  'no-status': 'without a status',
  'no-latency': 'without a latency',
  'no-cohort': 'without a cohort',
  'unknown-cohort': 'of an unknown cohort',
  'too-many-cohorts': 'of yet another cohort',
};

/** Counts dirty lines by reason. */
export class DirtyTally {
  readonly #counts = new Map<DirtyReason, { count: number; first: number[] }>();

  add(reason: DirtyReason, line: number): void {
    let entry = this.#counts.get(reason);
    if (entry === undefined) this.#counts.set(reason, (entry = { count: 0, first: [] }));
    entry.count += 1;
    if (entry.first.length < SHOWN) entry.first.push(line);
  }

  counts(): DirtyCounts {
    return this.#counts;
  }
}

export function dirtyTotal(dirty: DirtyCounts): number {
  let sum = 0;
  for (const { count } of dirty.values()) sum += count;
  return sum;
}

/**
 * One sentence for people, or null where nothing is dirty: `14 of 10,000 lines were not understood:
 * 12 without a status (lines 3, 9, 77, 80, 81 ...), 2 too long (lines 5, 6)`.
 */
export function describeDirty(dirty: DirtyCounts, lines: number): string | null {
  const sum = dirtyTotal(dirty);
  if (sum === 0) return null;
  const parts = [...dirty]
    .toSorted(([, a], [, b]) => b.count - a.count)
    .map(([reason, { count, first }]) => `${whole(count)} ${MEANING[reason]} (${numbers(count, first)})`);
  return `${whole(sum)} of ${whole(lines)} lines were not understood: ${parts.join(', ')}`;
}

function numbers(count: number, first: readonly number[]): string {
  const list = first.join(', ');
  return `${count === 1 ? 'line' : 'lines'} ${list}${count > first.length ? ' ...' : ''}`;
}

/** With thousands separators; a fixed locale, so that every machine writes the same. */
function whole(value: number): string {
  return value.toLocaleString('en-US');
}
