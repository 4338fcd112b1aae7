import { ProviderError, type ProviderFault } from '../core/errors.ts';

/** What a fault says of the provider's health; the compiler asks for new faults here. */
const SPEAKS_OF_HEALTH: Readonly<Record<ProviderFault, boolean | null>> = {
  'provider-unavailable': true,
  'provider-timeout': true,
  'provider-garbled': true,
  // It answered: the question or our rights are wrong, and asking others less often would not help.
  'provider-denied': false,
  'provider-rejected': false,
  'invalid-scope': false,
  // It may never have been asked.
  'provider-quota': null,
};

/** Refused by a breaker without asking: news of nothing. */
export class BreakerOpen extends ProviderError {}

/** 'ill', 'well', or null where an error tells nothing of the provider. */
export function healthOf(error: unknown): 'ill' | 'well' | null {
  if (!(error instanceof ProviderError) || error instanceof BreakerOpen) return null;
  const ill = SPEAKS_OF_HEALTH[error.code];
  return ill === null ? null : ill ? 'ill' : 'well';
}

/** Whether older counts may stand in for a while: the same question may well be answered soon. */
export function isPassing(error: unknown): error is ProviderError {
  return error instanceof ProviderError && error.retryable && SPEAKS_OF_HEALTH[error.code] !== false;
}
