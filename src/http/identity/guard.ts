import type { Request, RequestHandler, Response } from 'express';
import { EVERYTHING } from '../../core/grants.ts';
import { sendProblem } from '../problem.ts';
import type { CallerLimits, Excess } from './caller-limits.ts';
import type { Identify } from './identity.ts';
import type { Denial, Principal } from './principal.ts';

export interface GuardDeps {
  readonly identify: Identify;
  readonly limits: CallerLimits;
  /** Told of every call that was turned away; never of the token. */
  readonly onDenied: (why: Denial | Excess | 'role' | 'grant', request: Request) => void;
}

/** Who calls, with a place held until the response is closed; or why not. 'gone': nobody is there to be answered. */
export type Admitted =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly why: Denial | 'role' | 'gone' }
  | { readonly ok: false; readonly why: Excess; readonly principal: Principal };

/** Finds out who calls and lets them in, where every route begins; who is turned away is told of. */
export async function admit(
  deps: GuardDeps,
  request: Request,
  response: Response,
  role: Principal['role'],
): Promise<Admitted> {
  const found = await deps.identify(request.get('authorization'));
  response.locals['caller'] = found.ok ? found.principal.name : '-';
  if (!found.ok) {
    deps.onDenied(found.denial, request);
    return { ok: false, why: found.denial };
  }
  // Judges may read, readers may not judge.
  if (role === 'judge' && found.principal.role !== 'judge') {
    deps.onDenied('role', request);
    return { ok: false, why: 'role' };
  }
  const ended = deps.limits.begin(found.principal);
  if (typeof ended === 'string') {
    deps.onDenied(ended, request);
    return { ok: false, why: ended, principal: found.principal };
  }
  // Who hung up while the token was checked must not keep a place: 'close' is over.
  if (response.closed) {
    ended();
    return { ok: false, why: 'gone' };
  }
  response.once('close', ended);
  response.locals['principal'] = found.principal;
  return { ok: true, principal: found.principal };
}

/** Lets known callers through to the REST routes (401 and 429 are right there; the analysis route has its own way). */
export function guard(deps: GuardDeps): RequestHandler {
  return async (request, response, next) => {
    const admitted = await admit(deps, request, response, 'reader');
    if (admitted.ok) {
      next();
      return;
    }
    if (admitted.why === 'gone') return;
    if (!('principal' in admitted)) {
      refuseUnknown(request, response);
      return;
    }
    response.set('Retry-After', '10');
    sendProblem(response, {
      status: 429,
      type: 'too-many-requests',
      title: 'Too many requests',
      detail: `the caller ${admitted.principal.name} is over its limit of ${admitted.why === 'rate' ? 'calls a minute' : 'calls at once'}`,
    });
  };
}

/** As `guard`, and only for callers who may see everything: metrics name every SLO. */
export function guardEverything(deps: GuardDeps): RequestHandler {
  const inner = guard(deps);
  return (request, response, next) =>
    inner(request, response, () => {
      const { grants } = principalOf(response);
      if (Object.values(grants).every((patterns) => patterns === null)) {
        next();
        return;
      }
      deps.onDenied('grant', request);
      sendProblem(response, {
        status: 403,
        type: 'forbidden',
        title: 'Forbidden',
        detail: 'only a caller without limits to namespaces, services and SLOs may read this',
      });
    });
}

/** Who passed the guard. Nobody: a route that forgot it shows nothing. */
export function principalOf(response: Response): Principal {
  const principal: unknown = response.locals['principal'];
  return isPrincipal(principal) ? principal : NOBODY;
}

const NOBODY: Principal = {
  name: '-',
  role: 'reader',
  grants: { ...EVERYTHING, namespaces: [], services: [], slos: [] },
  callsPerMinute: null,
  concurrency: null,
};

function isPrincipal(value: unknown): value is Principal {
  return typeof value === 'object' && value !== null && 'grants' in value;
}

function refuseUnknown(request: Request, response: Response): void {
  // Only a browser is told to ask for a password; a program would wait for one that nobody types.
  const browser = request.accepts(['json', 'html']) === 'html';
  response.set('WWW-Authenticate', browser ? 'Basic realm="Burngate", charset="UTF-8"' : 'Bearer');
  sendProblem(response, {
    status: 401,
    type: 'unauthenticated',
    title: 'Unauthenticated',
    detail: 'a valid bearer token is required',
  });
}
