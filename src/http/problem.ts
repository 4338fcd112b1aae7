import type { Response } from 'express';

/** A problem document (RFC 9457) for every route but the analysis, which speaks Argo's language. */
export interface Problem {
  readonly status: number;
  /** Last part of the type URI, stable. */
  readonly type: string;
  readonly title: string;
  readonly detail: string;
}

export function sendProblem(response: Response, problem: Problem): void {
  const { status, type, title, detail } = problem;
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `urn:burngate:problem:${type}`, title, status, detail }));
}
