import { Router, type ErrorRequestHandler } from 'express';
import { guard, type GuardDeps } from '../identity/guard.ts';
import { Assets } from '../pages/assets.ts';
import { docsPage } from '../pages/docs-page.ts';
import { layout, PAGE_POLICY } from '../pages/layout.ts';
import { pageRoutes } from '../pages/page-routes.ts';
import { apiRoutes } from './api-routes.ts';
import { browserLogin } from './browser-login.ts';
import { openApi } from './openapi.ts';
import { sendReadProblem } from './problems.ts';
import type { ReportDeps } from './report-deps.ts';
import { sendJson, sendTagged } from './send.ts';

/** Addresses of reports; everything else is not guarded here, so that an unknown path stays a 404. */
const GUARDED = ['/v1/slos', '/v1/analyses', '/slos', '/analyses'];

/** Reports as JSON, CSV and pages, and the description of the API. */
export function reportRoutes(deps: ReportDeps, guardDeps: GuardDeps, version: string): Router {
  const router = Router();
  const assets = new Assets();
  router.use(assets.routes());
  router.get('/openapi.json', (request, response) => {
    sendJson(request, response, openApi(version));
  });
  router.get('/docs', (request, response) => {
    response.set('Content-Security-Policy', PAGE_POLICY);
    sendTagged(request, response, {
      type: 'text/html; charset=utf-8',
      body: layout(docsPage(), assets),
    });
  });
  const known = [browserLogin, guard(guardDeps)];
  router.get('/', ...known);
  for (const path of GUARDED) {
    router.get(path, ...known);
    router.get(`${path}/:rest`, ...known);
  }
  router.use(apiRoutes(deps));
  router.use(pageRoutes(deps, assets));
  const problems: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    if (!sendReadProblem(response, error)) next(error);
  };
  router.use(problems);
  return router;
}
