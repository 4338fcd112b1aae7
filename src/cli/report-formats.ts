import { analysisPage } from '../http/pages/analysis-page.ts';
import { Assets } from '../http/pages/assets.ts';
import { layout, type Page } from '../http/pages/layout.ts';
import { sloListPage } from '../http/pages/slo-list-page.ts';
import { sloPage } from '../http/pages/slo-page.ts';
import type { AnalysisDetailJson } from '../http/reports/analysis-schemas.ts';
import { RELEASE_CSV, releaseCsvRow, SLO_CSV, sloCsvRow } from '../http/reports/csv-rows.ts';
import { toCsv } from '../http/reports/csv.ts';
import type { SloReportJson, SloSummaryJson } from '../http/reports/slo-schemas.ts';
import { analysisMarkdown, listMarkdown, reportMarkdown } from './report-markdown.ts';
import { analysisText, listText, reportText } from './report-text.ts';

export const FORMATS = ['text', 'json', 'csv', 'markdown', 'html'] as const;
export type Format = (typeof FORMATS)[number];

export function renderList(slos: readonly SloSummaryJson[], format: Format): string {
  switch (format) {
    case 'text':
      return listText(slos);
    case 'json':
      return json({ slos });
    case 'csv':
      return toCsv(SLO_CSV, slos.map(sloCsvRow));
    case 'markdown':
      return listMarkdown(slos);
    case 'html':
      return page(sloListPage(slos));
  }
}

export function renderReport(report: SloReportJson, format: Format): string {
  switch (format) {
    case 'text':
      return reportText(report);
    case 'json':
      return json(report);
    case 'csv':
      return toCsv(RELEASE_CSV, report.releases.map(releaseCsvRow));
    case 'markdown':
      return reportMarkdown(report);
    case 'html':
      return page(sloPage(report));
  }
}

export function renderAnalysis(
  id: string,
  detail: AnalysisDetailJson,
  { format, publicUrl }: { readonly format: Format; readonly publicUrl: string },
): string {
  switch (format) {
    case 'text':
      return analysisText(detail);
    case 'json':
      return json(detail);
    case 'csv':
      return toCsv(
        ['time', 'slo', 'canary_good', 'canary_bad', 'stable_good', 'stable_bad', 'flaw'],
        detail.measurements.flatMap(({ slo, buckets = [] }) =>
          buckets.map(({ time, canary, stable, flaw }) => [
            time,
            slo,
            canary?.good ?? null,
            canary?.bad ?? null,
            stable?.good ?? null,
            stable?.bad ?? null,
            flaw ?? null,
          ]),
        ),
      );
    case 'markdown':
      return analysisMarkdown(id, detail, publicUrl);
    case 'html':
      return page(analysisPage(id, detail));
  }
}

/** One file that needs no other: what the service serves beside its pages is inside. */
function page(content: Page): string {
  return layout(content, new Assets(), { inline: true });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
