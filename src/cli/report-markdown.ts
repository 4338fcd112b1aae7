import { burnText, countText, percentText, timeText } from '../http/pages/format.ts';
import { sentence } from '../http/pages/slo-page.ts';
import type { AnalysisDetailJson } from '../http/reports/analysis-schemas.ts';
import type { SloReportJson, SloSummaryJson } from '../http/reports/slo-schemas.ts';
import { listCells, RELEASE_HEAD, releaseCells } from './report-text.ts';

/** Reports for pull requests and incident channels. */
export function listMarkdown(slos: readonly SloSummaryJson[]): string {
  const head = ['SLO', 'State', 'Objective', 'SLI', 'Budget left', 'Burn 1h', '6h', '3d', 'Last release'];
  return rows(
    head,
    slos.map((slo) => listCells(slo)),
  );
}

export function reportMarkdown(report: SloReportJson): string {
  const burns = report.burns.map(({ window, burn }) => `${window} ${burnText(burn)}`).join(', ');
  return [
    `### ${escape(report.displayName ?? report.slo)}: ${report.state}`,
    '',
    escape(sentence(report)),
    '',
    `- SLI ${percentText(report.sli)} of ${countText(report.events.good + report.events.bad)} events, objective ${percentText(report.objective)}`,
    `- Burn: ${burns}`,
    `- Counts until ${timeText(report.asOf)}${report.outdated === null ? '' : `; outdated: ${escape(report.outdated)}`}`,
    '',
    report.releases.length === 0
      ? 'No release was analysed in this period.\n'
      : rows(
          RELEASE_HEAD,
          report.releases.map((spend) => releaseCells(spend)),
        ),
  ].join('\n');
}

const ICONS: Readonly<Record<string, string>> = { pass: '✅', fail: '❌', inconclusive: '❔' };

export function analysisMarkdown(id: string, detail: AnalysisDetailJson, publicUrl: string): string {
  const parts = detail.measurements.map(({ slo, verdict, code, reason, groups = [], links = [] }) =>
    [
      `### ${ICONS[verdict] ?? ''} ${verdict}: ${escape(slo)}`,
      '',
      escape(reason),
      '',
      ...(groups.length === 0
        ? []
        : [
            `Groups: ${groups.map((group) => `\`${String(group['group']).replaceAll('`', "'")}\``).join(', ')}`,
            '',
          ]),
      ...links.map(
        ({ name, group, url }) =>
          `- [${escape(name)}${group === null ? '' : ` of ${escape(group)}`}](${url})`,
      ),
      `_${code}_`,
      '',
    ].join('\n'),
  );
  const link = publicUrl === '' ? '' : `[All counts and the evidence](${publicUrl}/analyses/${id})\n`;
  return `${parts.join('\n')}\n${link}`;
}

function rows(head: readonly string[], cells: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => escape(cell)).join(' | ')} |\n`;
  const rule = `|${head.map((_, index) => (index === 0 ? '---|' : '---:|')).join('')}\n`;
  return `${line(head)}${rule}${cells.map((row) => line(row)).join('')}`;
}

/** Labels and reasons are text, never markup or mentions. */
function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>|#@]/g, (character) => `\\${character}`).replace(/\s+/g, ' ');
}
