import type { AnalysisRowJson } from './analysis-schemas.ts';
import type { SloReportJson, SloSummaryJson } from './slo-schemas.ts';

type Row = (string | number | null)[];

export const SLO_CSV = [
  'slo',
  'service',
  'state',
  'objective',
  'sli',
  'budget_remaining',
  'burn_1h',
  'burn_6h',
  'burn_3d',
  'last_release_verdict',
  'as_of',
  'data_age_seconds',
  'outdated',
];

export function sloCsvRow(slo: SloSummaryJson): Row {
  return [
    slo.slo,
    slo.service,
    slo.state,
    slo.objective,
    slo.sli,
    slo.budgetRemaining,
    slo.burn['1h'],
    slo.burn['6h'],
    slo.burn['3d'],
    slo.lastRelease?.verdict ?? null,
    slo.asOf,
    slo.dataAgeSeconds,
    slo.outdated,
  ];
}

export const RELEASE_CSV = [
  'analysis',
  'rollout',
  'namespace',
  'cluster',
  'canary',
  'stable',
  'verdict',
  'code',
  'start',
  'end',
  'canary_events',
  'bad_events',
  'excess_bad_events',
  'budget_ratio',
  'budget_seconds',
];

export function releaseCsvRow(spend: SloReportJson['releases'][number]): Row {
  const { release } = spend;
  return [
    spend.analysis,
    release.rollout ?? null,
    release.namespace ?? null,
    release.cluster ?? null,
    release.canary,
    release.stable,
    spend.verdict,
    spend.code,
    spend.start,
    spend.end,
    spend.canaryEvents,
    spend.badEvents,
    spend.excessBadEvents,
    spend.budgetRatio,
    spend.budgetSeconds,
  ];
}

export const ANALYSIS_CSV = [
  'analysis',
  'slo',
  'service',
  'rollout',
  'namespace',
  'cluster',
  'canary',
  'stable',
  'revision',
  'verdict',
  'code',
  'first_at',
  'last_at',
  'looks',
  'canary_good',
  'canary_bad',
  'stable_good',
  'stable_bad',
  'reason',
];

export function analysisCsvRow({ release, counted, ...row }: AnalysisRowJson): Row {
  return [
    row.analysis,
    row.slo,
    row.service,
    release.rollout ?? null,
    release.namespace ?? null,
    release.cluster ?? null,
    release.canary,
    release.stable,
    release.revision ?? null,
    row.verdict,
    row.code,
    row.firstAt,
    row.lastAt,
    row.looks,
    counted?.canary.good ?? null,
    counted?.canary.bad ?? null,
    counted?.stable.good ?? null,
    counted?.stable.bad ?? null,
    row.reason,
  ];
}
