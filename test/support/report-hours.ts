import type { Slo } from '../../src/core/slo.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/units.ts';
import { cellOf, type Cell } from '../../src/reports/budget/cell.ts';
import { sloReport, type SloReport } from '../../src/reports/budget/slo-report.ts';
import type { AnalysisRow } from '../../src/reports/history/history-store.ts';

export const END = Date.parse('2026-03-29T12:00:00Z');

/** An SLO of 99.9% over 30 days. */
export function slo(fields: Partial<Slo> = {}): Slo {
  const source = { provider: 'made-up', query: null };
  return {
    name: 'checkout',
    service: 'shop',
    target: 0.999,
    timeWindow: { kind: 'rolling', duration: 30 * DAY },
    budgetingMethod: 'Occurrences',
    indicator: { kind: 'bad-total', bad: source, total: source },
    policy: {},
    required: true,
    scope: 'global',
    bucketMs: MINUTE,
    maintenance: [],
    origin: { file: 'made-up.yaml', line: 1 },
    ...fields,
  };
}

/** Hours up to the end, oldest first. */
export function hours(
  count: number,
  events: (age: number) => { good: number; bad: number } | null,
  own = slo(),
): Cell[] {
  return Array.from({ length: count }, (_, index) => {
    const time = END - (count - index) * HOUR;
    return cellOf({ time, canary: null, stable: events(count - 1 - index) }, HOUR, own.slices);
  });
}

/** The report of a rolling period that ends at `END`. */
export function report(
  cells: readonly Cell[],
  own = slo(),
  analyses: readonly AnalysisRow[] = [],
): SloReport {
  const duration = own.timeWindow.duration;
  const period = { kind: 'rolling' as const, start: END - duration, end: END };
  return sloReport({ slo: own, period, asOf: END, cells, analyses });
}

/** A burn of exactly 1. */
export const EVEN = { good: 999, bad: 1 };
/** Hours of 30 days. */
export const MONTH = 30 * 24;
