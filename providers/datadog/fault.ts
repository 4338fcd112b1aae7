import { ProviderError } from '../../src/core/errors.ts';
import { formatDuration, type DurationMs } from '../../src/core/units.ts';

/** The answer is not what the API promises. `what` goes on behind "Datadog's answer". */
export function garbled(what: string, remedy?: string): ProviderError {
  return new ProviderError({
    code: 'provider-garbled',
    message: `Datadog's answer ${what}.`,
    remedy:
      remedy ??
      'The next look asks again; if it stays so, look at the query in the Metrics Explorer of Datadog.',
    retryable: true,
  });
}

/** The query, or what the SLO file makes of it, cannot be answered; asking again will not help. */
export function rejected(message: string, remedy: string): ProviderError {
  return new ProviderError({ code: 'provider-rejected', message, remedy, retryable: false });
}

export function unavailable(message: string, cause?: unknown): ProviderError {
  return new ProviderError({
    code: 'provider-unavailable',
    message,
    remedy: 'The next look asks again; see status.datadoghq.com and the way out of the cluster.',
    retryable: true,
    cause,
  });
}

export function timedOut(endpoint: string, limit: DurationMs): ProviderError {
  return new ProviderError({
    code: 'provider-timeout',
    message: `Datadog did not answer the ${endpoint} call within ${limit < 1000 ? `${String(limit)}ms` : formatDuration(limit)}.`,
    remedy: 'The next look asks again; a narrower filter or fewer groups make the query quicker.',
    retryable: true,
  });
}

export function invalidScope(what: 'namespace' | 'cluster', source: string): ProviderError {
  return new ProviderError({
    code: 'invalid-scope',
    message: `${source} has no tag for the ${what}, so its counts cannot be told from another ${what}'s.`,
    remedy: `Name the tag in the SLO's spec (${what}Tag: ...), or filter by env and annotate the SLO with burngate.io/scope: "global".`,
    retryable: false,
  });
}

/** The scope's own name cannot stand in a query. */
export function unusableScope(what: 'namespace' | 'cluster', given: string): ProviderError {
  return new ProviderError({
    code: 'invalid-scope',
    message: `The ${what} ${given} cannot be a Datadog tag value.`,
    remedy: `Pass the ${what} as the tag has it: letters, digits and _ . : / -.`,
    retryable: false,
  });
}

export function closedProvider(): ProviderError {
  return unavailable('The provider datadog is closed.');
}
