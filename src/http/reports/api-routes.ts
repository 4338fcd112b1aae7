import { Router, type Request, type Response } from 'express';
import { shown } from '../../core/parsed.ts';
import { parseRfc3339 } from '../../core/rfc3339.ts';
import { analysisJson, analysisRowJson } from './analysis-json.ts';
import { toCsv } from './csv.ts';
import { ANALYSIS_CSV, analysisCsvRow, RELEASE_CSV, releaseCsvRow, SLO_CSV, sloCsvRow } from './csv-rows.ts';
import { findSlo, loadAnalyses, loadAnalysis, loadReport, loadSlos } from './load.ts';
import { sendUnknown, UNKNOWN_ANALYSIS } from './problems.ts';
import { cursorText, listQuery, noQuery, parseQuery, reportQuery } from './query.ts';
import { principalOf } from '../identity/guard.ts';
import type { ReportDeps } from './report-deps.ts';
import { sendJson, sendTagged } from './send.ts';
import { sloReportJson, sloSummaryJson } from './slo-json.ts';

/** The reading part of `/v1`. */
export function apiRoutes(deps: ReportDeps): Router {
  const router = Router();
  router.get('/v1/slos', async (request, response) => {
    const { at, format } = parseQuery(reportQuery, request.query);
    const now = timeOf(at) ?? deps.clock();
    const listed = await loadSlos(deps, principalOf(response).grants, timeOf(at));
    const slos = listed.map(({ slo, made }) => sloSummaryJson(slo, made, now));
    if (wantsCsv(request, format)) sendCsv(request, response, 'slos', SLO_CSV, slos.map(sloCsvRow));
    else sendJson(request, response, { slos });
  });
  router.get('/v1/slos/:name', async (request, response) => {
    const { at, format } = parseQuery(reportQuery, request.query);
    const slo = findSlo(deps, principalOf(response).grants, request.params.name);
    if (slo === undefined) {
      sendUnknown(response, `there is no SLO ${shown(request.params.name)}; GET /v1/slos lists them`);
      return;
    }
    const made = await loadReport(deps, principalOf(response).grants, slo, timeOf(at));
    const report = sloReportJson(made, timeOf(at) ?? deps.clock());
    if (wantsCsv(request, format))
      sendCsv(request, response, `${slo.name}-releases`, RELEASE_CSV, report.releases.map(releaseCsvRow));
    else sendJson(request, response, report);
  });
  analysesRoutes(router, deps);
  return router;
}

function analysesRoutes(router: Router, deps: ReportDeps): void {
  router.get('/v1/analyses', async (request, response) => {
    const query = parseQuery(listQuery, request.query);
    const { items, next, origin } = await loadAnalyses(deps, principalOf(response).grants, query);
    const analyses = items.map((row) => analysisRowJson(row));
    if (next !== null) response.set('Link', `<${nextUrl(request, cursorText(next))}>; rel="next"`);
    if (wantsCsv(request, query.format))
      sendCsv(request, response, 'analyses', ANALYSIS_CSV, analyses.map(analysisCsvRow));
    else sendJson(request, response, { analyses, next: next === null ? null : cursorText(next), origin });
  });
  router.get('/v1/analyses/:id', async (request, response) => {
    parseQuery(noQuery, request.query);
    const found = await loadAnalysis(deps, principalOf(response).grants, request.params.id);
    if (found === null) {
      sendUnknown(response, UNKNOWN_ANALYSIS);
      return;
    }
    const sloOf = (name: string) => deps.slos().find((slo) => slo.name === name);
    sendJson(request, response, analysisJson(found.analysis, found.origin, sloOf));
  });
}

export function timeOf(at: string | undefined): number | undefined {
  return at === undefined ? undefined : (parseRfc3339(at) ?? undefined);
}

function wantsCsv(request: Request, format: 'json' | 'csv' | undefined): boolean {
  return format === 'csv' || (format === undefined && request.accepts(['json', 'csv']) === 'csv');
}

function sendCsv(
  request: Request,
  response: Response,
  name: string,
  header: readonly string[],
  rows: Parameters<typeof toCsv>[1],
): void {
  response.set('Content-Disposition', `attachment; filename="burngate-${name}.csv"`);
  sendTagged(request, response, { type: 'text/csv; charset=utf-8', body: toCsv(header, rows) });
}

function nextUrl(request: Request, cursor: string): string {
  const url = new URL(request.originalUrl, 'http://localhost');
  url.searchParams.set('cursor', cursor);
  return `${url.pathname}${url.search}`;
}
