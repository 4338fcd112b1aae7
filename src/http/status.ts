import type { ReasonCode, RequestCode } from '../core/codes.ts';

/**
 * HTTP status for people and CI who ask for it with `X-Burngate-Strict: 1`. Argo always gets 200, because it
 * throws away the body of anything else and rolls back after five errors.
 */
const STATUS: Readonly<Record<RequestCode, number>> = {
  'invalid-request': 400,
  'invalid-scope': 400,
  'provider-rejected': 400,
  unauthenticated: 401,
  forbidden: 403,
  internal: 500,
  'provider-denied': 502,
  'provider-garbled': 502,
  overloaded: 503,
  'provider-unavailable': 503,
  'provider-quota': 503,
  deadline: 504,
  'provider-timeout': 504,
};

function isRequestCode(code: ReasonCode): code is RequestCode {
  return Object.hasOwn(STATUS, code);
}

/** A verdict on counts is always 200, whatever it says. */
export function strictStatus(code: ReasonCode): number {
  return isRequestCode(code) ? STATUS[code] : 200;
}
