import { ProviderError } from '../../src/core/errors.ts';
import { HOUR, MINUTE, type EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import { quote } from '../_shared/google/quote.ts';
import type { MonitoringApi } from './api.ts';
import { listSeries } from './list-series.ts';
import type { SloQuery } from './query.ts';

/**
 * How Cloud Monitoring itself sees an SLO that it keeps, as notes for the reader of a report: its burn rate over the
 * last hour and what is left of the budget. Nothing is judged by it, so what cannot be had is left out.
 */
export async function sloStanding(
  { project, slo }: SloQuery,
  { end }: Window,
  api: MonitoringApi,
  signal: AbortSignal,
): Promise<string[]> {
  const newest = async (filter: string): Promise<number | null> =>
    newestValue(api, { project, filter, end }, signal);
  const [burnRate, budget] = await Promise.all([
    newest(`select_slo_burn_rate(${quote(slo)}, "3600s")`),
    newest(`select_slo_budget_fraction(${quote(slo)})`),
  ]);
  return [
    ...(burnRate === null ? [] : [`Cloud Monitoring's own burn rate over 1h: ${burnRate.toFixed(2)}`]),
    ...(budget === null ? [] : [`Cloud Monitoring's own error budget left: ${(budget * 100).toFixed(1)}%`]),
  ];
}

/** Older pieces of a report's window are history; only the newest says how things stand. */
export function isNewest({ end }: Window, now: EpochMs): boolean {
  return end > now - 2 * HOUR;
}

async function newestValue(
  api: MonitoringApi,
  ask: { readonly project: string; readonly filter: string; readonly end: EpochMs },
  signal: AbortSignal,
): Promise<number | null> {
  const aggregation = { period: MINUTE, aligner: 'ALIGN_NEXT_OLDER' as const };
  try {
    const { series } = await listSeries(
      api,
      { ...ask, start: ask.end - HOUR, aggregation, party: ask.filter },
      signal,
    );
    const value: unknown = series[0]?.points.at(-1)?.value;
    const number: unknown = Reflect.get(Object(value), 'doubleValue');
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  } catch (error) {
    if (error instanceof ProviderError) return null;
    throw error;
  }
}
