import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import { analysisRoute, type AnalysisRouteDeps } from './analysis-route.ts';
import { guardEverything } from './identity/guard.ts';
import { sendProblem } from './problem.ts';
import type { ReportDeps } from './reports/report-deps.ts';
import { reportRoutes } from './reports/report-routes.ts';

export interface AppDeps extends AnalysisRouteDeps {
  /** Body of `/readyz`; its status never depends on providers, so that their outage cannot take our endpoints away. */
  readonly readiness: () => Readonly<Record<string, unknown>>;
  readonly reports: ReportDeps;
  /** Of Burngate, for the description of the API. */
  readonly version: string;
  /** False: `/metrics` wants a caller who may see everything. */
  readonly metricsOpen: () => boolean;
  readonly onFault: (error: unknown) => void;
}

/** All routes. Never listens: who owns the process decides about ports. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    response.locals['startedAt'] = performance.now();
    response.set({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy': "default-src 'none'",
    });
    next();
  });
  const analysis = analysisRoute(deps);
  app.post('/v1/analysis', ...analysis.handlers, analysis.onError);
  app.all('/v1/analysis', (request, response) => {
    response.set('Allow', 'POST');
    sendProblem(response, {
      status: 405,
      type: 'method-not-allowed',
      title: 'Method not allowed',
      detail: `${request.method} is not allowed here, POST is`,
    });
  });
  healthRoutes(app, deps);
  app.use(reportRoutes(deps.reports, deps, deps.version));
  app.use((request, response) => {
    notFound(response, `there is no ${request.method} ${request.path}; see the README for the routes`);
  });
  app.use(lastResort(deps));
  return app;
}

function healthRoutes(app: Express, deps: AppDeps): void {
  app.get('/livez', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    response.json(deps.readiness());
  });
  const allowed = guardEverything(deps);
  const metricsGuard: RequestHandler = (request, response, next) =>
    deps.metricsOpen() ? next() : allowed(request, response, next);
  app.get('/metrics', metricsGuard, async (_request, response) => {
    response
      .set('Content-Type', deps.metrics.registry.contentType)
      .send(await deps.metrics.registry.metrics());
  });
}

function notFound(response: Response, detail: string): void {
  sendProblem(response, { status: 404, type: 'not-found', title: 'Not found', detail });
}

/** Our own bugs on other routes: a problem document, and a log line; the process goes on. */
function lastResort(deps: AppDeps): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status: unknown =
      typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      sendProblem(response, {
        status,
        type: 'bad-request',
        title: 'Bad request',
        detail: 'the request cannot be understood',
      });
      return;
    }
    deps.onFault(error);
    sendProblem(response, {
      status: 500,
      type: 'internal',
      title: 'Internal error',
      detail: 'Burngate failed on this request; see its log',
    });
  };
}
