import { burnText, countText, durationText, niceRatio, percentText, timeText } from '../http/pages/format.ts';
import { sentence } from '../http/pages/slo-page.ts';
import type { AnalysisDetailJson } from '../http/reports/analysis-schemas.ts';
import type { SloReportJson, SloSummaryJson } from '../http/reports/slo-schemas.ts';
import { table } from './table.ts';

/** Reports for a terminal. */
export function listText(slos: readonly SloSummaryJson[]): string {
  return table([LIST_HEAD, ...slos.map((slo) => listCells(slo))]) + outdated(slos);
}

const LIST_HEAD = ['SLO', 'state', 'objective', 'SLI', 'budget left', 'burn 1h', '6h', '3d', 'last release'];

export function listCells(slo: SloSummaryJson): string[] {
  return [
    slo.slo,
    slo.state,
    niceRatio(slo.objective),
    niceRatio(slo.sli),
    percentText(slo.budgetRemaining),
    burnText(slo.burn['1h']),
    burnText(slo.burn['6h']),
    burnText(slo.burn['3d']),
    slo.lastRelease?.verdict ?? 'none',
  ];
}

function outdated(slos: readonly SloSummaryJson[]): string {
  return slos.map(({ slo, outdated: why }) => (why === null ? '' : `${slo}: ${why}\n`)).join('');
}

export function reportText(report: SloReportJson): string {
  const lines = [
    `${report.slo} (${report.service}): ${report.state}`,
    sentence(report),
    `SLI ${niceRatio(report.sli)}, objective ${niceRatio(report.objective)}; ${countText(report.events.bad)} bad of ${countText(report.events.good + report.events.bad)} events, ${percentText(report.coverage)} of the time has data`,
    `period ${timeText(report.period.start)} to ${timeText(report.period.end)}, counts until ${timeText(report.asOf)}`,
    ...(report.outdated === null ? [] : [`outdated: ${report.outdated}`]),
    ...report.notes.map((note) => `note: ${note}`),
    '',
  ];
  return `${lines.join('\n')}${alertRows(report)}\n${releaseRows(report)}`;
}

function alertRows({ alerts }: SloReportJson): string {
  return table([
    ['alert', 'state', 'threshold', 'long', 'short', 'budget gone'],
    ...alerts.map(({ severity, long, short, state, threshold, longBurn, shortBurn, exhaustion }) => [
      `${severity} ${long}/${short}`,
      state,
      burnText(threshold),
      burnText(longBurn),
      burnText(shortBurn),
      exhaustion.state === 'in' ? `in ${durationText(exhaustion.seconds)}` : exhaustion.state,
    ]),
  ]);
}

function releaseRows({ releases }: SloReportJson): string {
  if (releases.length === 0) return 'no release was analysed in this period\n';
  return table([RELEASE_HEAD, ...releases.map((spend) => releaseCells(spend))]);
}

export const RELEASE_HEAD = [
  'release',
  'verdict',
  'from',
  'bad',
  'beyond stable',
  'of the budget',
  'as time',
];

export function releaseCells(spend: SloReportJson['releases'][number]): string[] {
  const { release } = spend;
  return [
    `${release.rollout ?? release.canary}${release.revision === undefined ? '' : ` #${release.revision}`}`,
    spend.verdict,
    timeText(spend.start),
    countText(spend.badEvents),
    countText(spend.excessBadEvents),
    percentText(spend.budgetRatio),
    durationText(spend.budgetSeconds),
  ];
}

export function analysisText({ measurements, looks }: AnalysisDetailJson): string {
  const lines = measurements.flatMap(({ verdict, slo, code, at, reason, queriesSent = [] }) => [
    `${verdict.toUpperCase()}  ${slo}  (${code}, judged as of ${timeText(at)})`,
    reason,
    ...queriesSent.map((query) => `query: ${query}`),
    '',
  ]);
  return `${lines.join('\n')}${table([
    ['look', 'SLO', 'mode', 'verdict', 'code'],
    ...looks.map(({ at, slo, mode, verdict, code }) => [timeText(at), slo, mode ?? '-', verdict, code]),
  ])}`;
}
