import { ProviderError, type ProviderFault } from '../../src/core/errors.ts';
import { shown } from '../../src/core/parsed.ts';

/** An answer beyond our bound or the server's: half the span may fit. Never leaves the provider. */
export class AnswerTooLarge extends Error {}

export function fault(
  code: ProviderFault,
  message: string,
  remedy: string,
  { retryable = false, cause }: { retryable?: boolean; cause?: unknown } = {},
): ProviderError {
  return new ProviderError({ code, message, remedy, retryable, cause });
}

export function garbled(server: string, what: string, remedy?: string): ProviderError {
  return fault(
    'provider-garbled',
    `${server} answered with ${what}.`,
    remedy ??
      'Check that BURNGATE_PROMETHEUS_URL is the address of a Prometheus API, and what stands before it.',
    { retryable: true },
  );
}

export function closedProvider(): ProviderError {
  return fault(
    'provider-unavailable',
    'The provider prometheus is closed.',
    'Ask again once the service is up.',
    {
      retryable: true,
    },
  );
}

export function tooLarge(query: string): ProviderError {
  return fault(
    'provider-rejected',
    `The series of ${shown(query)} are too many: even one bucket of them is beyond the limit of one answer.`,
    'Narrow the matchers, drop labels before storage, or raise BURNGATE_PROMETHEUS_MAX_ANSWER_MB.',
  );
}

export function notCounter(metric: string, value: number): ProviderError {
  return fault(
    'provider-rejected',
    `${shown(metric)} has the value ${String(value)}: a counter is never negative.`,
    'Name a counter (its name mostly ends in _total) or a histogram in the SLO file.',
  );
}

export function unknownCluster(wanted: string, own: string | undefined): ProviderError {
  return fault(
    'invalid-scope',
    own === undefined
      ? `The series have no cluster label, so counts of the cluster ${shown(wanted)} cannot be told from others.`
      : `The Prometheus server holds the cluster ${shown(own)} only, and the request is about ${shown(wanted)}.`,
    own === undefined
      ? 'Set BURNGATE_PROMETHEUS_CLUSTER to the one cluster that the server holds, or name the label with clusterLabel.'
      : 'Send analyses of that cluster to the Burngate that reads its Prometheus, or correct BURNGATE_PROMETHEUS_CLUSTER.',
  );
}

export function ambiguousSeries(label: string, value: string): ProviderError {
  return fault(
    'provider-rejected',
    `The series with ${label}=${shown(value)} match both canary and stable.`,
    'Make the value of burngate.io/cohort unambiguous: end a prefix, or begin a suffix, with the separator.',
  );
}
