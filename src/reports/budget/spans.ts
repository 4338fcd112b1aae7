import type { DurationMs, EpochMs } from '../../core/units.ts';

/** [start, end) */
export interface Span {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** How much of one span lies inside some others, which may overlap each other. */
export function overlap({ start, end }: Span, others: readonly Span[]): DurationMs {
  let covered = 0;
  let until = start;
  for (const other of others.toSorted((a, b) => a.start - b.start)) {
    const from = Math.max(until, other.start);
    const to = Math.min(end, other.end);
    if (to <= from) continue;
    covered += to - from;
    until = to;
  }
  return covered;
}
