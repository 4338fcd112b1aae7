import { burnRate } from '../../core/burn.ts';
import { add, NO_EVENTS, type Events } from '../../core/counts.ts';
import { DAY, HOUR, MINUTE, type DurationMs, type EpochMs, type Ratio } from '../../core/units.ts';
import type { Cell } from './cell.ts';

/** The windows of the workbook's table, long and short. */
const BURN_WINDOWS: readonly DurationMs[] = [5 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY];

export interface WindowBurn {
  readonly window: DurationMs;
  readonly units: Events;
  /** Null without events. */
  readonly burn: number | null;
}

/** Burn over each window that ends with the newest cell. Cells wider than a window stand for it as a whole. */
export function burnByWindow(cells: readonly Cell[], end: EpochMs, budget: Ratio): WindowBurn[] {
  return BURN_WINDOWS.map((window) => {
    const units = unitsIn(cells, end - window);
    return { window, units, burn: burnRate(units, budget) };
  });
}

function unitsIn(cells: readonly Cell[], from: EpochMs): Events {
  let sum = NO_EVENTS;
  for (let at = cells.length - 1; at >= 0; at -= 1) {
    const cell = cells[at];
    if (cell === undefined || cell.time + cell.width <= from) break;
    sum = add(sum, cell.units);
  }
  return sum;
}

/** One row of the multiwindow, multi-burn-rate table. */
export interface AlertRow {
  readonly severity: 'page' | 'ticket';
  readonly long: DurationMs;
  readonly short: DurationMs;
  /** Share of the period's budget that the long window has to spend. */
  readonly share: Ratio;
}

/**
 * Recommended rows of the SRE Workbook, ch. 5, "Multiwindow, Multi-Burn-Rate Alerts", with the one of a day that
 * the chapter gives for tickets. The burn rate follows from the share and the period: 2% of 30 days in an hour is
 * 14.4, of 28 days 13.44.
 */
const ALERT_ROWS: readonly AlertRow[] = [
  { severity: 'page', long: HOUR, short: 5 * MINUTE, share: 0.02 },
  { severity: 'page', long: 6 * HOUR, short: 30 * MINUTE, share: 0.05 },
  { severity: 'ticket', long: DAY, short: 2 * HOUR, share: 0.1 },
  { severity: 'ticket', long: 3 * DAY, short: 6 * HOUR, share: 0.1 },
];

export interface AlertState extends AlertRow {
  readonly threshold: number;
  readonly longBurn: number | null;
  readonly shortBurn: number | null;
  /** Firing: both windows at or above the threshold. Unknown: one of them has no events. */
  readonly state: 'firing' | 'quiet' | 'unknown';
}

/** The table's rows against the burns. @param period length of the compliance period */
export function alertStates(burns: readonly WindowBurn[], period: DurationMs): AlertState[] {
  const burnOf = (window: DurationMs): number | null =>
    burns.find((each) => each.window === window)?.burn ?? null;
  return ALERT_ROWS.map((row) => {
    const threshold = (row.share * period) / row.long;
    const [longBurn, shortBurn] = [burnOf(row.long), burnOf(row.short)];
    const unknown = longBurn === null || shortBurn === null;
    const firing = !unknown && longBurn >= threshold && shortBurn >= threshold;
    return {
      ...row,
      threshold,
      longBurn,
      shortBurn,
      state: unknown ? 'unknown' : firing ? 'firing' : 'quiet',
    };
  });
}
