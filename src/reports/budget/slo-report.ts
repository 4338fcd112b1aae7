import { budgetReport, type BudgetReport } from '../../core/burn.ts';
import { add, NO_EVENTS, total, type Events } from '../../core/counts.ts';
import type { Slo } from '../../core/slo.ts';
import type { DurationMs, EpochMs, Ratio } from '../../core/units.ts';
import type { AnalysisRow } from '../history/history-store.ts';
import { alertStates, burnByWindow, type AlertState, type WindowBurn } from './burn-windows.ts';
import type { Cell } from './cell.ts';
import { exhaustion, type Exhaustion, type ExhaustionTerms, type Spent } from './exhaustion.ts';
import type { Period } from './period.ts';
import { releaseSpends, type ReleaseSpend } from './release-spend.ts';
import { overlap } from './spans.ts';

/** How an SLO stands, in one word. */
export type SloState = 'no-data' | 'exhausted' | 'page' | 'ticket' | 'healthy';

/** Everything a report says, unrounded. */
export interface SloReport {
  readonly slo: string;
  readonly service: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly budgetingMethod: Slo['budgetingMethod'];
  readonly state: SloState;
  readonly period: Period;
  /** The report is of the time until here; newer counts are not settled. */
  readonly asOf: EpochMs;
  /** Share of the time until `asOf` that has data, maintenance left out; null before any time has passed. */
  readonly coverage: Ratio | null;
  readonly maintenance: DurationMs;
  /** Buckets that contradict themselves, and what the first of them says. */
  readonly flaws: { readonly count: number; readonly first: string | null };
  /** In what the method counts: events, or slices. */
  readonly budget: BudgetReport;
  readonly events: Events;
  /** Bad events that the whole period allows if traffic goes on as it was; null where slices are counted. */
  readonly badAllowed: number | null;
  readonly burns: readonly WindowBurn[];
  readonly alerts: readonly (AlertState & { readonly exhaustion: Exhaustion })[];
  /** At the burn of the last six hours. */
  readonly exhaustion: Exhaustion;
  readonly releases: readonly ReleaseSpend[];
  /** Budget left at the end of each cell, as the period's share; null where nothing is known of the cell. */
  readonly burnDown: readonly (readonly [EpochMs, number | null])[];
}

export interface ReportInput {
  readonly slo: Slo;
  readonly period: Period;
  /** End of the newest settled cell. */
  readonly asOf: EpochMs;
  /** Oldest first; may begin before the period, for the burn windows. */
  readonly cells: readonly Cell[];
  readonly analyses: readonly AnalysisRow[];
}

/** Points of the burn-down line that a chart can show. */
const MOST_POINTS = 400;

/** Report arithmetic: a pure function of counts and history. */
export function sloReport({ slo, period, asOf, cells, analyses }: ReportInput): SloReport {
  const own = cells.filter(({ time, width }) => time >= period.start && time + width <= asOf);
  const sum = (of: (cell: Cell) => Events): Events =>
    own.reduce((all, cell) => add(all, of(cell)), NO_EVENTS);
  const times = timesOf(slo, period, asOf);
  const units = sum((cell) => cell.units);
  const budget = budgetReport(units, slo.target, times.elapsed, times.length);
  const burns = burnByWindow(cells, asOf, budget.errorBudget);
  const spent = spentOf(own, budget);
  const terms: ExhaustionTerms = { period, length: times.length, at: asOf, spent };
  const events = sum((cell) => cell.events);
  const allowed = badAllowed(slo, events, budget.errorBudget, times);
  const alerts = alertStates(burns, times.length).map((row) => ({
    ...row,
    exhaustion: exhaustion(row.longBurn, terms),
  }));
  return {
    ...namesOf(slo),
    state: stateOf(budget, alerts),
    period,
    asOf,
    maintenance: times.maintenance,
    ...qualityOf(own, times),
    budget,
    events,
    badAllowed: allowed,
    burns,
    alerts,
    exhaustion: exhaustion(burns.find(({ window }) => window === HEADLINE)?.burn ?? null, terms),
    releases: releaseSpends(analyses, period, {
      target: slo.target,
      length: times.length,
      badAllowed: allowed,
      remainingRatio: budget.remainingRatio,
    }),
    burnDown: thinned(burnDown(own, spent)),
  };
}

function namesOf({
  name,
  service,
  displayName,
  description,
  budgetingMethod,
}: Slo): Pick<SloReport, 'slo' | 'service' | 'displayName' | 'description' | 'budgetingMethod'> {
  return {
    slo: name,
    service,
    ...(displayName === undefined ? {} : { displayName }),
    ...(description === undefined ? {} : { description }),
    budgetingMethod,
  };
}

function qualityOf(cells: readonly Cell[], { elapsed }: Times): Pick<SloReport, 'coverage' | 'flaws'> {
  return {
    coverage: elapsed > 0 ? cells.reduce((all, { covered }) => all + covered, 0) / elapsed : null,
    flaws: {
      count: cells.reduce((all, { flaws }) => all + flaws, 0),
      first: cells.find(({ flaw }) => flaw !== null)?.flaw ?? null,
    },
  };
}

/** Long enough not to jump with every error, short enough to see an incident. */
const HEADLINE = 6 * 60 * 60 * 1000;

interface Times {
  readonly elapsed: DurationMs;
  readonly length: DurationMs;
  readonly maintenance: DurationMs;
}

/** Maintenance is left out of the time that has passed and of the period, so that it neither spends nor earns. */
function timesOf({ maintenance }: Slo, period: Period, asOf: EpochMs): Times {
  const past = { start: period.start, end: Math.min(asOf, period.end) };
  const out = overlap(past, maintenance);
  return {
    elapsed: Math.max(0, past.end - past.start - out),
    length: period.end - period.start - overlap(period, maintenance),
    maintenance: out,
  };
}

/** Bad events that the whole period allows if traffic goes on as it was. */
function badAllowed(slo: Slo, events: Events, errorBudget: Ratio, { elapsed, length }: Times): number | null {
  if (slo.budgetingMethod !== 'Occurrences' || elapsed <= 0 || total(events) === 0) return null;
  return (total(events) * errorBudget * length) / elapsed;
}

/** Each cell's part of what the period has spent, so that they sum to `consumedRatio`. */
function spentOf(cells: readonly Cell[], budget: BudgetReport): Spent[] {
  const { consumedRatio, badEvents } = budget;
  return cells.map(({ time, width, units }) => ({
    end: time + width,
    share: consumedRatio === null || badEvents === 0 ? 0 : (consumedRatio * units.bad) / badEvents,
  }));
}

function burnDown(cells: readonly Cell[], spent: readonly Spent[]): [EpochMs, number | null][] {
  let left = 1;
  return spent.map(({ end, share }, index) => {
    left -= share;
    return [end, (cells[index]?.covered ?? 0) > 0 ? left : null];
  });
}

/** Every n-th point and the last. */
function thinned<T>(points: readonly T[]): T[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, index) => (points.length - 1 - index) % step === 0);
}

function stateOf({ remainingRatio }: BudgetReport, alerts: readonly AlertState[]): SloState {
  if (remainingRatio === null) return 'no-data';
  const firing = alerts.filter(({ state }) => state === 'firing');
  if (firing.some(({ severity }) => severity === 'page')) return 'page';
  if (remainingRatio <= 0) return 'exhausted';
  return firing.length > 0 ? 'ticket' : 'healthy';
}
