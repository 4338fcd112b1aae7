import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { refusal, type Answer } from '../analysis/answer.ts';
import type { AnalysisRequest } from '../analysis/request.ts';
import { formatIssue } from '../core/parsed.ts';
import type { EpochMs, DurationMs } from '../core/units.ts';
import { mayUseNamespace, type Grants } from '../core/grants.ts';
import { admit, principalOf, type Admitted, type GuardDeps } from './identity/guard.ts';
import type { Metrics } from './metrics.ts';
import { parseAnalysisRequest } from './parse-request.ts';
import { strictStatus } from './status.ts';

/** A request of Argo has a few hundred bytes; a policy of every field stays below 4 KB. */
const MAX_BODY = '64kb';

/** From the deadline on, an analysis has this long to put its answer together. */
const LAST_WORD_MS = 250;
/** What is left of the deadline once the caller is known, at least: some answers take no call of a provider. */
const LEAST_MS = 500;

export interface AnalysisRouteDeps extends GuardDeps {
  readonly analyze: (request: AnalysisRequest, grants: Grants, signal: AbortSignal) => Promise<Answer>;
  readonly clock: () => EpochMs;
  readonly deadlineMs: DurationMs;
  /** Analyses answered at once; more are turned away before memory suffers. */
  readonly maxInFlight: number;
  /** Why this process takes no more for the moment; null: it does. */
  readonly excess: () => string | null;
  readonly metrics: Metrics;
  /** Called once for each answer. */
  readonly onAnswer: (
    answer: Answer,
    context: {
      readonly request: AnalysisRequest | null;
      readonly caller: string;
      readonly durationMs: number;
    },
  ) => void;
}

/**
 * `POST /v1/analysis`. Whatever comes in, out goes one complete JSON object with its Content-Length: Argo takes
 * any 2xx that is not JSON for a success and rolls back on anything that is not 2xx.
 */
export function analysisRoute(deps: AnalysisRouteDeps): {
  handlers: RequestHandler[];
  onError: ErrorRequestHandler;
} {
  return {
    handlers: [callerCheck(deps), express.raw({ type: () => true, limit: MAX_BODY }), answering(deps)],
    onError: unreadable(deps),
  };
}

/** Who may not ask gets the same bytes whatever was asked, with 200: Argo would roll back on 401. */
function callerCheck(deps: AnalysisRouteDeps): RequestHandler {
  return async (request, response, next) => {
    const admitted = await admit(deps, request, response, 'judge');
    if (admitted.ok) next();
    else if (admitted.why !== 'gone') refuse(deps, request, response, refusalOf(admitted));
  };
}

function refusalOf(admitted: Admitted & { readonly ok: false }): Answer {
  if ('principal' in admitted) {
    const limit = admitted.why === 'rate' ? 'more often than it may' : 'too many analyses at once';
    const reason = `the caller ${admitted.principal.name} asks ${limit}; the next look asks again`;
    return refusal('overloaded', reason, false);
  }
  return admitted.why === 'role'
    ? refusal('forbidden', 'this caller reads reports only', true)
    : refusal('unauthenticated', 'a valid bearer token is required', true);
}

function answering(deps: AnalysisRouteDeps): RequestHandler {
  let inFlight = 0;
  return async (request, response) => {
    const excess = inFlight >= deps.maxInFlight ? 'it answers too many at once' : deps.excess();
    if (excess !== null) {
      const reason = `Burngate takes no more analyses for the moment, ${excess}; the next look asks again`;
      refuse(deps, request, response, refusal('overloaded', reason, false));
      return;
    }
    inFlight += 1;
    deps.metrics.inFlight.set(inFlight);
    try {
      reply(deps, request, response, await answerTo(request, response, deps));
    } finally {
      inFlight -= 1;
      deps.metrics.inFlight.set(inFlight);
    }
  };
}

/** A body that cannot be read (too large, broken gzip, aborted) is the caller's to mend. */
function unreadable(deps: AnalysisRouteDeps): ErrorRequestHandler {
  return (error, request, response, next) => {
    const reason = `the body cannot be read (${reasonOf(error)}); send a JSON object of at most ${MAX_BODY}`;
    if (response.headersSent) next(error);
    else refuse(deps, request, response, refusal('invalid-request', reason, true));
  };
}

function refuse(deps: AnalysisRouteDeps, request: Request, response: Response, answer: Answer): void {
  reply(deps, request, response, { answer, request: null });
}

type Replied = { readonly answer: Answer; readonly request: AnalysisRequest | null };

async function answerTo(request: Request, response: Response, deps: AnalysisRouteDeps): Promise<Replied> {
  const json = decode(request.body);
  if (!json.ok) return { answer: refusal('invalid-request', json.problem, true), request: null };
  const parsed = parseAnalysisRequest(json.value, deps.clock());
  if (!parsed.ok) {
    const issues = parsed.issues.map((issue) => formatIssue(issue)).join('; ');
    return {
      answer: refusal('invalid-request', `${issues}; correct the AnalysisTemplate or its args`, true),
      request: null,
    };
  }
  const { grants } = principalOf(response);
  if (!mayUseNamespace(grants, parsed.value.namespace)) {
    deps.onDenied('grant', request);
    const reason = `this caller may judge in ${(grants.namespaces ?? []).join(', ')} only; pass one of them as the arg "namespace"`;
    return { answer: refusal('forbidden', reason, true), request: parsed.value };
  }
  const left = Math.max(LEAST_MS, deps.deadlineMs - sinceStart(response));
  return { answer: await withinDeadline(parsed.value, grants, left, deps), request: parsed.value };
}

/**
 * The analysis, or an answer that says it took too long. An analysis ends with its signal and then tells what it
 * has; this is for one that does not, which must not become a timeout of ours.
 */
async function withinDeadline(
  request: AnalysisRequest,
  grants: Grants,
  leftMs: number,
  deps: AnalysisRouteDeps,
): Promise<Answer> {
  const end = deps.metrics.decisionSeconds.startTimer({ mode: request.mode });
  const reason = 'no answer from the provider within the deadline; the next look asks again';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(resolve, leftMs + LAST_WORD_MS, refusal('deadline', reason, false));
  });
  try {
    return await Promise.race([deps.analyze(request, grants, AbortSignal.timeout(Math.round(leftMs))), late]);
  } finally {
    clearTimeout(timer);
    end();
  }
}

function decode(
  body: unknown,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  if (!Buffer.isBuffer(body) || body.length === 0)
    return { ok: false, problem: 'the body is empty; send a JSON object' };
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return {
      ok: false,
      problem: `the body of ${String(body.length)} bytes is not JSON in UTF-8; send a JSON object`,
    };
  }
}

function reasonOf(error: unknown): string {
  const type: unknown =
    typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  return typeof type === 'string' ? type : 'unreadable';
}

function reply(deps: AnalysisRouteDeps, request: Request, response: Response, replied: Replied): void {
  const { answer } = replied;
  const status = request.get('x-burngate-strict') === '1' ? strictStatus(answer.code) : 200;
  const body = Buffer.from(JSON.stringify(answer));
  if (status === 401) response.set('WWW-Authenticate', 'Bearer');
  response
    .status(status)
    .set({
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      'Cache-Control': 'no-store',
    })
    .end(body);
  deps.onAnswer(answer, {
    request: replied.request,
    caller: String(response.locals['caller'] ?? '-'),
    durationMs: sinceStart(response),
  });
}

function sinceStart(response: Response): number {
  const started: unknown = response.locals['startedAt'];
  return typeof started === 'number' ? performance.now() - started : 0;
}
