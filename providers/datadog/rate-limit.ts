import type { DurationMs, EpochMs } from '../../src/core/units.ts';
import type { RateBudget } from '../_shared/rate-budget.ts';

/** What `X-RateLimit-*` of one answer said. */
export interface RateLimit {
  /** Calls in a period. */
  readonly limit?: number;
  readonly period?: DurationMs;
  readonly remaining?: number;
  /** From now on. */
  readonly reset?: DurationMs;
  /** Datadog's own name of the limit. */
  readonly name?: string;
}

/** Of every limit this share is left to the people and the programs that use the same organisation. */
const RESERVED = 0.1;
/** Where a refusal names no time. */
const UNKNOWN_RESET: DurationMs = 30_000;
/** An hour's limit resets within the hour; the budget itself waits no longer than a quarter of one at a time. */
const LONGEST_RESET: DurationMs = 60 * 60_000;

export function readRateLimit(headers: Headers): RateLimit {
  const limit = wholeNumber(headers.get('x-ratelimit-limit'));
  const period = wholeNumber(headers.get('x-ratelimit-period'));
  const remaining = wholeNumber(headers.get('x-ratelimit-remaining'));
  const reset = wholeNumber(headers.get('x-ratelimit-reset'));
  const name = headers.get('x-ratelimit-name');
  return {
    ...(limit === null ? {} : { limit }),
    ...(period === null ? {} : { period: period * 1000 }),
    ...(remaining === null ? {} : { remaining }),
    ...(reset === null ? {} : { reset: Math.min(reset * 1000, LONGEST_RESET) }),
    ...(name !== null && /^[\w.-]{1,60}$/.test(name) ? { name } : {}),
  };
}

/** Tells the budget what is left; after a refusal nobody calls until the reset, and then not all at once. */
export function feedBudget(
  budget: RateBudget,
  { limit = 0, remaining, reset }: RateLimit,
  {
    now,
    refused,
    jitter,
  }: { readonly now: EpochMs; readonly refused: boolean; readonly jitter: () => number },
): void {
  if (refused) {
    const wait = reset ?? UNKNOWN_RESET;
    // Other clients wait for the same moment.
    budget.backOffUntil(now + wait + Math.min(wait * 0.2, 10_000) * jitter());
    return;
  }
  if (remaining === undefined || reset === undefined) return;
  budget.observe(Math.max(0, remaining - Math.floor(limit * RESERVED)), now + reset);
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}
