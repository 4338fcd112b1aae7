import type { Response } from 'express';
import { ReportUnavailable } from '../../reports/budget/report-service.ts';
import { sendProblem } from '../problem.ts';
import { QueryError } from './query.ts';

/** Problem documents of the reading routes; false: not one of theirs. */
export function sendReadProblem(response: Response, error: unknown): boolean {
  if (error instanceof QueryError) {
    sendProblem(response, {
      status: 400,
      type: 'invalid-request',
      title: 'Invalid request',
      detail: error.message,
    });
    return true;
  }
  if (!(error instanceof ReportUnavailable)) return false;
  if (error.retryable) response.set('Retry-After', '10');
  sendProblem(response, {
    status: 503,
    type: 'report-unavailable',
    title: 'No report',
    detail: `${error.message}; ${error.remedy}`,
  });
  return true;
}

export function sendUnknown(response: Response, detail: string): void {
  sendProblem(response, { status: 404, type: 'not-found', title: 'Not found', detail });
}

export const UNKNOWN_ANALYSIS =
  'no such analysis; where no history is kept (serve --data) a process knows only its newest ones, and a new look at the release brings it back';
