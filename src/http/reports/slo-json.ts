import type { Slo } from '../../core/slo.ts';
import { MINUTE, type EpochMs } from '../../core/units.ts';
import type { Exhaustion } from '../../reports/budget/exhaustion.ts';
import type { ReleaseSpend } from '../../reports/budget/release-spend.ts';
import type { MadeReport } from '../../reports/budget/report-service.ts';
import type { SloReport } from '../../reports/budget/slo-report.ts';
import { windowLabel } from '../../reports/window-label.ts';
import type { SloReportJson, SloSummaryJson } from './slo-schemas.ts';

type ReleaseJson = SloReportJson['releases'][number];

/** A report as the API gives it, unrounded. `now` is what ages are counted from: our clock, or the time asked for. */
export function sloReportJson(made: MadeReport, now: EpochMs): SloReportJson {
  const { report, outdated, queriesSent, notes } = made;
  const { budget, period } = report;
  return {
    slo: report.slo,
    service: report.service,
    ...(report.displayName === undefined ? {} : { displayName: report.displayName }),
    ...(report.description === undefined ? {} : { description: report.description }),
    state: report.state,
    objective: budget.objective,
    budgetingMethod: report.budgetingMethod,
    period: { kind: period.kind, start: iso(period.start), end: iso(period.end) },
    asOf: iso(report.asOf),
    computedAt: iso(made.computedAt),
    dataAgeSeconds: (now - report.asOf) / 1000,
    outdated,
    coverage: report.coverage,
    maintenanceSeconds: report.maintenance / 1000,
    flaws: report.flaws,
    sli: budget.sli,
    burnRate: budget.burnRate,
    events: report.events,
    units: { good: budget.goodEvents, bad: budget.badEvents },
    budget: budgetJson(report),
    burns: report.burns.map(({ window, burn, units }) => ({ window: windowLabel(window), burn, ...units })),
    alerts: report.alerts.map(({ long, short, share: _share, exhaustion, ...row }) => ({
      ...row,
      long: windowLabel(long),
      short: windowLabel(short),
      exhaustion: exhaustionJson(exhaustion),
    })),
    exhaustion: exhaustionJson(report.exhaustion),
    releases: report.releases.map((spend) => releaseJson(spend)),
    burnDown: report.burnDown.map(([time, remaining]) => ({ time: iso(time), remaining })),
    queriesSent: [...queriesSent],
    notes: [...notes],
  };
}

function budgetJson({ budget, events, badAllowed }: SloReport): SloReportJson['budget'] {
  return {
    ratio: { total: budget.errorBudget, consumed: budget.consumedRatio, remaining: budget.remainingRatio },
    minutes: {
      total: budget.budgetMinutes,
      consumed: budget.badMinutes,
      remaining: budget.remainingMinutes,
    },
    events:
      badAllowed === null
        ? null
        : { total: badAllowed, consumed: events.bad, remaining: badAllowed - events.bad },
  };
}

function exhaustionJson(exhaustion: Exhaustion): SloReportJson['exhaustion'] {
  return {
    state: exhaustion.kind,
    seconds: exhaustion.kind === 'in' ? exhaustion.duration / 1000 : null,
  };
}

function releaseJson(spend: ReleaseSpend): ReleaseJson {
  const { saved, budgetTime, start, end, release, ...same } = spend;
  return {
    ...same,
    report: `/analyses/${spend.analysis}`,
    release: { ...release },
    start: iso(start),
    end: iso(end),
    budgetSeconds: budgetTime === null ? null : budgetTime / 1000,
    saved:
      saved === null
        ? null
        : {
            ratioPerHour: saved.ratioPerHour,
            exhaustedInSeconds: saved.exhaustedIn === null ? null : saved.exhaustedIn / 1000,
          },
  };
}

/** A line of the list; without a report where none could be made. */
export function sloSummaryJson(
  slo: Slo,
  made: MadeReport | { readonly problem: string },
  now: EpochMs,
): SloSummaryJson {
  const head = {
    slo: slo.name,
    service: slo.service,
    ...(slo.displayName === undefined ? {} : { displayName: slo.displayName }),
    objective: slo.target,
  };
  if ('problem' in made) return { ...head, ...unavailable(made.problem) };
  const { report, computedAt, outdated } = made;
  const burnOf = (minutes: number): number | null =>
    report.burns.find(({ window }) => window === minutes * MINUTE)?.burn ?? null;
  const [last] = report.releases;
  return {
    ...head,
    state: report.state,
    sli: report.budget.sli,
    budgetRemaining: report.budget.remainingRatio,
    burn: { '1h': burnOf(60), '6h': burnOf(360), '3d': burnOf(4320) },
    lastRelease:
      last === undefined ? null : { analysis: last.analysis, verdict: last.verdict, at: iso(last.end) },
    asOf: iso(report.asOf),
    computedAt: iso(computedAt),
    dataAgeSeconds: (now - report.asOf) / 1000,
    outdated,
  };
}

function unavailable(problem: string): Omit<SloSummaryJson, 'slo' | 'service' | 'displayName' | 'objective'> {
  return {
    state: 'unavailable',
    sli: null,
    budgetRemaining: null,
    burn: { '1h': null, '6h': null, '3d': null },
    lastRelease: null,
    asOf: null,
    computedAt: null,
    dataAgeSeconds: null,
    outdated: problem,
  };
}

function iso(time: EpochMs): string {
  return new Date(time).toISOString();
}
