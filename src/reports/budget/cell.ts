import { add, NO_EVENTS, total, type Bucket, type Events } from '../../core/counts.ts';
import type { Slices } from '../../core/slo.ts';
import type { DurationMs, EpochMs } from '../../core/units.ts';

/** What is known of one span of the whole service. */
export interface Cell {
  readonly time: EpochMs;
  readonly width: DurationMs;
  /** Events of the service, good and bad. */
  readonly events: Events;
  /** What the budgeting method counts: events, or time slices (fractions of one with RatioTimeslices). */
  readonly units: Events;
  /** Time with data; less than the width where the source has holes. */
  readonly covered: DurationMs;
  /** Buckets that contradict themselves (more good than total), which count for nothing. */
  readonly flaws: number;
  readonly flaw: string | null;
}

/** One bucket of the provider's grid as a cell. `slices` set: the bucket is one slice. */
export function cellOf(bucket: Bucket, width: DurationMs, slices: Slices | undefined): Cell {
  const { time, stable, flaw } = bucket;
  const events = stable ?? NO_EVENTS;
  return {
    time,
    width,
    events,
    units: slices === undefined ? events : sliceOf(events, slices),
    covered: stable === null ? 0 : width,
    flaws: flaw === undefined ? 0 : 1,
    flaw: flaw ?? null,
  };
}

/** A slice without events is none: nothing was promised to nobody. */
function sliceOf(events: Events, { target }: Slices): Events {
  const all = total(events);
  if (all === 0) return NO_EVENTS;
  const share = events.good / all;
  const good = target === undefined ? share : share >= target ? 1 : 0;
  return { good, bad: 1 - good };
}

/** Cells of one span as one. */
export function mergeCells(time: EpochMs, width: DurationMs, cells: readonly Cell[]): Cell {
  return {
    time,
    width,
    events: cells.reduce((sum, each) => add(sum, each.events), NO_EVENTS),
    units: cells.reduce((sum, each) => add(sum, each.units), NO_EVENTS),
    covered: cells.reduce((sum, { covered }) => sum + covered, 0),
    flaws: cells.reduce((sum, { flaws }) => sum + flaws, 0),
    flaw: cells.find(({ flaw }) => flaw !== null)?.flaw ?? null,
  };
}
