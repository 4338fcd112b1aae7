import { settlingLag } from '../../analysis/ask-providers.ts';
import type { Slo } from '../../core/slo.ts';
import { DAY, HOUR, type DurationMs, type EpochMs } from '../../core/units.ts';
import { alignDown } from '../../core/window.ts';
import type { AnalysisRow } from '../history/history-store.ts';
import type { Cell } from './cell.ts';
import { COARSE, fineGrid, planHours, windowsOf, type PlannedHour } from './fetch-plan.ts';
import type { HourCache } from './hour-cache.ts';
import { periodAt, type Period } from './period.ts';
import { readCells, type CellSource } from './read-cells.ts';
import { sloReport, type SloReport } from './slo-report.ts';
import { overlap } from './spans.ts';

/** A report cannot be made for this SLO, whatever the source has. */
export class UnsupportedReport extends Error {
  override readonly name = 'UnsupportedReport';
}

export interface ComputeDeps {
  readonly source: (slo: Slo) => CellSource;
  readonly cache: HourCache;
  /** Analyses of an SLO whose newest look is in the span; none where there is no history. */
  readonly analyses: (slo: string, from: EpochMs, to: EpochMs) => Promise<readonly AnalysisRow[]>;
}

export interface Computed {
  readonly report: SloReport;
  /** Age from which the source's counts no longer change, as it was told for this report. */
  readonly lag: DurationMs;
  readonly queriesSent: readonly string[];
  readonly notes: readonly string[];
}

/** The longest burn window, which may reach back before the period. */
const LONGEST_BURN = 3 * DAY;
/** A source further behind than this has no newest data, and its old data are not the state of today. */
const MOST_BEHIND = DAY;
/** Hours younger than this may still be filled in later where they are empty. */
const LATE_DATA = DAY;

/** The finer grid of an SLO's reports: one never ends between two of its steps. */
export function reportGrid(slo: Slo): DurationMs {
  return fineGrid(slo.bucketMs, slo.slices?.window);
}

/** Reads what is missing and computes. Throws `ProviderError` or `UnsupportedReport`. */
export async function computeReport(
  slo: Slo,
  at: EpochMs,
  deps: ComputeDeps,
  signal: AbortSignal,
): Promise<Computed> {
  const source = deps.source(slo);
  const fineMs = fineGrid(slo.bucketMs, sliceMs(slo));
  const lag = await settlingLag(slo, source.providers, signal);
  const end = alignDown(at - lag, fineMs);
  const hours = hoursOf(slo, end, fineMs);
  const fetched = await fetchMissing(slo, { hours, end, source }, deps.cache, signal);
  const behind = end - fetched.settledUntil;
  const asOf = behind > 0 && behind <= MOST_BEHIND ? alignDown(fetched.settledUntil, fineMs) : end;
  const period = periodOf(slo, asOf, fineMs);
  const cells = hours
    .flatMap(({ hour }) => fetched.byHour.get(hour) ?? [])
    .filter(({ time, width }) => time + width <= asOf)
    .filter(({ time, width }) => overlap({ start: time, end: time + width }, slo.maintenance) === 0);
  const analyses = await deps.analyses(slo.name, period.start, Math.max(period.end, at));
  return {
    report: sloReport({ slo, period, asOf, cells, analyses }),
    lag,
    queriesSent: fetched.queriesSent,
    notes: fetched.notes,
  };
}

function sliceMs({ slices, name }: Slo): number | undefined {
  if (slices === undefined) return undefined;
  if (HOUR % slices.window === 0 && slices.window >= 1000) return slices.window;
  throw new UnsupportedReport(
    `SLO ${name} counts time slices of ${String(slices.window / 1000)} s; reports need a timeSliceWindow that divides an hour`,
  );
}

function hoursOf(slo: Slo, end: EpochMs, fineMs: number): PlannedHour[] {
  const period = periodOf(slo, end, fineMs);
  // What lies a little behind the end shifts the period of a rolling window as well.
  const start = Math.min(period.start - (period.kind === 'rolling' ? COARSE : 0), end - LONGEST_BURN);
  return planHours({
    span: { start, end },
    fineMs,
    fineOnly: slo.slices !== undefined,
    cuts: [period.start],
    maintenance: slo.maintenance,
  });
}

/** The period, beginning on the finer grid. */
function periodOf(slo: Slo, at: EpochMs, fineMs: number): Period {
  const period = periodAt(slo.timeWindow, at);
  return { ...period, start: Math.ceil(period.start / fineMs) * fineMs };
}

interface Wanted {
  readonly hours: readonly PlannedHour[];
  readonly end: EpochMs;
  readonly source: CellSource;
}

interface FetchedHours {
  readonly byHour: ReadonlyMap<EpochMs, readonly Cell[]>;
  readonly settledUntil: EpochMs;
  readonly queriesSent: readonly string[];
  readonly notes: readonly string[];
}

async function fetchMissing(
  slo: Slo,
  { hours, end, source }: Wanted,
  cache: HourCache,
  signal: AbortSignal,
): Promise<FetchedHours> {
  // Taken out before anything is put in, which may push them out.
  const kept = new Map(hours.map((hour) => [hour.hour, cache.get(slo, hour)]));
  const missing = hours.filter(({ hour }) => (kept.get(hour) ?? null) === null);
  const cells: Cell[] = [];
  const queriesSent = new Set<string>();
  const notes = new Set<string>();
  let settledUntil = Infinity;
  for (const window of windowsOf(missing, end)) {
    const read = await readCells(slo, window, source, signal);
    for (const cell of read.cells) cells.push(cell);
    for (const query of read.queriesSent) queriesSent.add(query);
    for (const note of read.notes) notes.add(note);
    settledUntil = Math.min(settledUntil, read.settledUntil);
  }
  const byHour = Map.groupBy(cells, ({ time }) => alignDown(time, COARSE));
  keep(slo, missing, byHour, Math.min(end, settledUntil), cache);
  for (const [hour, own] of kept) if (own !== null) byHour.set(hour, [...own]);
  return { byHour, settledUntil, queriesSent: [...queriesSent], notes: [...notes] };
}

/** Only whole hours that no longer change; an hour without any data only once nothing can still fill it. */
function keep(
  slo: Slo,
  missing: readonly PlannedHour[],
  byHour: ReadonlyMap<EpochMs, readonly Cell[]>,
  settled: EpochMs,
  cache: HourCache,
): void {
  for (const hour of missing) {
    const cells = byHour.get(hour.hour) ?? [];
    const isEmpty = cells.every(({ covered }) => covered === 0);
    if (hour.hour + COARSE > settled || (isEmpty && hour.hour > settled - LATE_DATA)) continue;
    cache.put(slo, hour, cells);
  }
}
