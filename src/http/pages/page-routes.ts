import { Router, type ErrorRequestHandler, type Request, type Response } from 'express';
import { shown } from '../../core/parsed.ts';
import { ReportUnavailable } from '../../reports/budget/report-service.ts';
import { principalOf } from '../identity/guard.ts';
import { measurementsText } from '../measurements.ts';
import { analysisJson, analysisRowJson } from '../reports/analysis-json.ts';
import { timeOf } from '../reports/api-routes.ts';
import { findSlo, loadAnalyses, loadAnalysis, loadReport, loadSlos } from '../reports/load.ts';
import { sendUnknown, UNKNOWN_ANALYSIS } from '../reports/problems.ts';
import { cursorText, listQuery, parseQuery, QueryError, reportQuery } from '../reports/query.ts';
import type { ReportDeps } from '../reports/report-deps.ts';
import { sendTagged } from '../reports/send.ts';
import { sloReportJson, sloSummaryJson } from '../reports/slo-json.ts';
import { visibleSlos } from '../reports/visible.ts';
import { analysesPage } from './analyses-page.ts';
import { analysisPage } from './analysis-page.ts';
import type { Assets } from './assets.ts';
import { layout, PAGE_POLICY, type Page } from './layout.ts';
import { problemPage } from './problem-page.ts';
import { sloListPage } from './slo-list-page.ts';
import { sloPage } from './slo-page.ts';

/** The pages for people. */
export function pageRoutes(deps: ReportDeps, assets: Assets): Router {
  const router = Router();
  const send = (request: Request, response: Response, page: Page): void => {
    sendPage(request, response, layout(page, assets));
  };
  router.get('/', async (request, response) => {
    const { at } = parseQuery(reportQuery, request.query);
    const listed = await loadSlos(deps, principalOf(response).grants, timeOf(at));
    const now = timeOf(at) ?? deps.clock();
    send(request, response, sloListPage(listed.map(({ slo, made }) => sloSummaryJson(slo, made, now))));
  });
  router.get('/slos/:name', async (request, response) => {
    const { at } = parseQuery(reportQuery, request.query);
    const slo = findSlo(deps, principalOf(response).grants, request.params.name);
    if (slo === undefined) {
      missing(request, response, send, {
        title: 'No such SLO',
        detail: `There is no SLO ${shown(request.params.name)}.`,
      });
      return;
    }
    const made = await loadReport(deps, principalOf(response).grants, slo, timeOf(at));
    send(request, response, sloPage(sloReportJson(made, timeOf(at) ?? deps.clock())));
  });
  analysisRoutes(router, deps, send);
  router.use(problems(send));
  return router;
}

function missing(
  request: Request,
  response: Response,
  send: Send,
  { title, detail }: { readonly title: string; readonly detail: string },
): void {
  if (!wantsHtml(request)) {
    sendUnknown(response, detail);
    return;
  }
  response.status(404);
  send(request, response, problemPage(title, `${detail.replace(/\.$/, '')}.`));
}

type Send = (request: Request, response: Response, page: Page) => void;

function analysisRoutes(router: Router, deps: ReportDeps, send: Send): void {
  router.get('/analyses', async (request, response) => {
    const query = parseQuery(listQuery, request.query);
    const { grants } = principalOf(response);
    const { items, next, origin } = await loadAnalyses(deps, grants, query);
    const analyses = items.map((row) => analysisRowJson(row));
    const slos = visibleSlos(grants, deps.slos()).map(({ name }) => name);
    const older = next === null ? null : olderThan(query, cursorText(next));
    send(request, response, analysesPage({ analyses, next: older, origin, query, slos }));
  });
  router.get('/analyses/:id', async (request, response) => {
    const { id } = request.params;
    const found = await loadAnalysis(deps, principalOf(response).grants, id);
    if (found === null) {
      missing(request, response, send, { title: 'No such analysis', detail: UNKNOWN_ANALYSIS });
      return;
    }
    if (!wantsHtml(request)) {
      sendTagged(request, response, {
        type: 'text/plain; charset=utf-8',
        body: measurementsText(found.analysis.newest),
      });
      return;
    }
    const sloOf = (name: string) => deps.slos().find((slo) => slo.name === name);
    send(request, response, analysisPage(id, analysisJson(found.analysis, found.origin, sloOf)));
  });
}

function olderThan(query: Readonly<Record<string, string | undefined>>, cursor: string): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, cursor }))
    if (value !== undefined) search.set(name, value);
  return search.toString();
}

function sendPage(request: Request, response: Response, body: string): void {
  response.set('Content-Security-Policy', PAGE_POLICY);
  // A tag on an error would be answered with 304 after it has passed.
  if (response.statusCode === 200) sendTagged(request, response, { type: 'text/html; charset=utf-8', body });
  else response.set({ 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).send(body);
}

/** A browser says so; whoever takes anything is a program or a terminal. */
function wantsHtml(request: Request): boolean {
  return (request.get('accept') ?? '').includes('text/html');
}

/** Errors in words for people; programs get problem documents, and what nobody foresaw goes to the last resort. */
function problems(send: Send): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (!wantsHtml(request)) next(error);
    else if (error instanceof QueryError) {
      response.status(400);
      send(request, response, problemPage('This address cannot be understood', error.message));
    } else if (error instanceof ReportUnavailable) {
      response.status(503);
      const detail = `${error.message}; ${error.remedy}.`;
      send(request, response, problemPage('No report', detail, error.retryable));
    } else next(error);
  };
}
