import { DAY, HOUR, MINUTE, type DurationMs } from '../core/units.ts';

/** `5m`, `6h`, `3d`: the name of a burn window. */
export function windowLabel(window: DurationMs): string {
  if (window % DAY === 0) return `${String(window / DAY)}d`;
  return window % HOUR === 0 ? `${String(window / HOUR)}h` : `${String(window / MINUTE)}m`;
}
