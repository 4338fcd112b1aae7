import { ProviderError } from '../../src/core/errors.ts';

/** The answer is not what the API promises; `what` says where. */
export function garbled(what: string): ProviderError {
  return new ProviderError({
    code: 'provider-garbled',
    message: `The answer of Cloud Monitoring makes no sense: ${what}.`,
    remedy: 'Nothing, if it passes; else look at the metric in the Metrics Explorer.',
    retryable: true,
  });
}

/** The SLO file asks for what the metric cannot give. */
export function rejected(message: string, remedy: string): ProviderError {
  return new ProviderError({ code: 'provider-rejected', message, remedy, retryable: false });
}
