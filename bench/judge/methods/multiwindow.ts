import { NO_EVENTS, add, total, type Events } from '../../../src/core/counts.ts';
import type { Method } from './method.ts';

/** The paging rows of table 5-8, SRE Workbook ch. 5: burn rate, long and short window in minutes. */
const PAGES: readonly (readonly [burn: number, long: number, short: number])[] = [
  [14.4, 60, 5],
  [6, 360, 30],
];

/**
 * Multiwindow, multi-burn-rate alert of the SRE Workbook on the canary's own events: both windows over the burn
 * rate. Windows reach back to the canary's start at most; it compares with nobody.
 */
export const MULTIWINDOW: Method = {
  name: 'multiwindow',
  about: 'multiwindow burn rate of the canary, paging rows 14.4 (1h, 5m) and 6 (6h, 30m): SRE Workbook ch. 5',
  start({ target }) {
    /** Sums up to and including each bucket. */
    const sums: Events[] = [NO_EVENTS];
    const over = (minutes: number, burn: number): boolean => {
      const last = sums.at(-1) ?? NO_EVENTS;
      const before = sums[Math.max(0, sums.length - 1 - minutes)] ?? NO_EVENTS;
      const events = total(last) - total(before);
      return events > 0 && last.bad - before.bad > burn * (1 - target) * events;
    };
    return {
      look({ canary }) {
        sums.push(add(sums.at(-1) ?? NO_EVENTS, canary ?? NO_EVENTS));
        return PAGES.some(([burn, long, short]) => over(long, burn) && over(short, burn));
      },
    };
  },
};
