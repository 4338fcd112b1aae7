import { HOUR, MINUTE, type DurationMs, type EpochMs } from '../../core/units.ts';
import { alignDown, type Window } from '../../core/window.ts';
import { overlap, type Span } from './spans.ts';

/** Reports read hours; only where an hour has to be cut do they read finer. */
export const COARSE: DurationMs = HOUR;
/** The shortest burn window. */
const FINE: DurationMs = 5 * MINUTE;
/** The newest hours, for the burn windows up to six hours. */
const RECENT: DurationMs = 6 * HOUR;
/** Most buckets asked at once: below what any source answers in one page of a series. */
const MOST_BUCKETS = 2000;

/** The finer grid: five minutes, or the SLO's own bucket or slice where that is wider. */
export function fineGrid(bucketMs: DurationMs, sliceMs: DurationMs | undefined): DurationMs {
  return sliceMs ?? Math.max(FINE, bucketMs);
}

export interface PlanTerms {
  readonly span: Span;
  readonly fineMs: DurationMs;
  /** True where every hour is read finely, because slices are counted. */
  readonly fineOnly: boolean;
  /** Starts of periods: hours that hold one are cut there. */
  readonly cuts: readonly EpochMs[];
  readonly maintenance: readonly Span[];
}

/** One hour and how it is read. */
export interface PlannedHour {
  readonly hour: EpochMs;
  readonly bucketMs: DurationMs;
  /** True where only its sum matters: not cut, and not among the newest. */
  readonly whole: boolean;
}

/** The hours to read. Hours all in maintenance are not. */
export function planHours({ span, fineMs, fineOnly, cuts, maintenance }: PlanTerms): PlannedHour[] {
  const hours: PlannedHour[] = [];
  const recent = alignDown(span.end - RECENT, COARSE);
  for (let hour = alignDown(span.start, COARSE); hour < span.end; hour += COARSE) {
    const itself: Span = { start: hour, end: hour + COARSE };
    const out = overlap(itself, maintenance);
    if (out >= COARSE) continue;
    const isCut = out > 0 || itself.end > span.end || cuts.some((cut) => cut > hour && cut < itself.end);
    const whole = !isCut && hour < recent;
    hours.push({ hour, bucketMs: fineOnly || !whole ? fineMs : COARSE, whole });
  }
  return hours;
}

/** Neighbouring hours of one grid as windows that one call may ask for. */
export function windowsOf(hours: readonly PlannedHour[], until: EpochMs): Window[] {
  const windows: Window[] = [];
  for (const { hour, bucketMs } of hours) {
    const end = Math.min(hour + COARSE, alignDown(until, bucketMs));
    if (end <= hour) continue;
    const last = windows.at(-1);
    const joins =
      last?.end === hour && last.bucketMs === bucketMs && (end - last.start) / bucketMs <= MOST_BUCKETS;
    if (joins) windows[windows.length - 1] = { ...last, end };
    else windows.push({ start: hour, end, bucketMs });
  }
  return windows;
}
