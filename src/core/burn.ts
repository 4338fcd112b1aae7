import { total, type Events } from './counts.ts';
import type { DurationMs, Ratio } from './units.ts';
import { MINUTE } from './units.ts';

/** Burn rate: bad fraction over the error budget; 1 spends it exactly at the period's end. Null without events. */
export function burnRate(events: Events, budget: Ratio): number | null {
  const valid = total(events);
  return valid > 0 ? events.bad / valid / budget : null;
}

/** How many times the canary's bad fraction is stable's. Null where one cannot be said. */
export function badRatio(canary: Events, stable: Events): number | null {
  if (total(canary) === 0 || stable.bad === 0) return null;
  return canary.bad / total(canary) / (stable.bad / total(stable));
}

/** Report arithmetic for given counts; every figure unrounded, null where no traffic leaves nothing to say. */
export interface BudgetReport {
  readonly sli: Ratio | null;
  readonly objective: Ratio;
  readonly errorBudget: Ratio;
  readonly burnRate: number | null;
  /** Share of the period's budget that this window spent; above 1 is overspent. */
  readonly consumedRatio: number | null;
  /** Negative when overspent, never clamped. */
  readonly remainingRatio: number | null;
  readonly budgetMinutes: number;
  readonly badMinutes: number | null;
  readonly remainingMinutes: number | null;
  readonly goodEvents: number;
  readonly badEvents: number;
  readonly totalEvents: number;
}

/**
 * @param events good and bad events of the window; @param target objective in [0, 1)
 * @param window span the events cover; @param period compliance period whose budget is spent
 * Formulas: SRE Workbook ch. 5; minutes as slo-generator reports them.
 */
export function budgetReport(
  events: Events,
  target: Ratio,
  window: DurationMs,
  period: DurationMs,
): BudgetReport {
  const errorBudget = 1 - target;
  const totalEvents = total(events);
  const budgetMinutes = (period / MINUTE) * errorBudget;
  const known = totalEvents > 0;
  const badFraction = known ? events.bad / totalEvents : null;
  const badMinutes = badFraction === null ? null : (window / MINUTE) * badFraction;
  const consumedRatio = badMinutes === null ? null : badMinutes / budgetMinutes;
  return {
    sli: known ? events.good / totalEvents : null,
    objective: target,
    errorBudget,
    burnRate: burnRate(events, errorBudget),
    consumedRatio,
    remainingRatio: consumedRatio === null ? null : 1 - consumedRatio,
    budgetMinutes,
    badMinutes,
    remainingMinutes: badMinutes === null ? null : budgetMinutes - badMinutes,
    goodEvents: events.good,
    badEvents: events.bad,
    totalEvents,
  };
}
