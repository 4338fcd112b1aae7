import { ProviderError } from '../../src/core/errors.ts';
import { RecordingError } from '../../src/recording/recording-error.ts';

/** A recording's failure in the words of the port. Other errors, an abort for one, stay what they are. */
export function toProviderError(error: unknown): unknown {
  if (!(error instanceof RecordingError)) return error;
  const { message, remedy } = error;
  switch (error.code) {
    // Somebody may be writing or moving the file just now.
    case 'unreadable':
    case 'damaged':
      return new ProviderError({
        code: 'provider-unavailable',
        message,
        remedy,
        retryable: true,
        cause: error,
      });
    case 'malformed':
    case 'too-large':
      return new ProviderError({
        code: 'provider-rejected',
        message,
        remedy,
        retryable: false,
        cause: error,
      });
  }
}

/** The counts changed under our hands: half of the old and half of the new would be neither. */
export function changedWhileRead(path: string): ProviderError {
  return new ProviderError({
    code: 'provider-unavailable',
    message: `${path} was changed while it was read.`,
    remedy: `Nothing, if it is being replaced; a program that writes ${path} should write another file and rename it.`,
    retryable: true,
  });
}

export function closedProvider(): ProviderError {
  return new ProviderError({
    code: 'provider-unavailable',
    message: 'The provider recorded is closed.',
    remedy: 'Ask again once the service is up.',
    retryable: true,
  });
}

/** The recording cannot tell apart what the request wants told apart. */
export function invalidScope(path: string, column: 'namespace' | 'cluster', wanted: string): ProviderError {
  return new ProviderError({
    code: 'invalid-scope',
    message: `${path} has no ${column} column, so counts of ${column} ${wanted} cannot be told from others.`,
    remedy: `Add a ${column} column (or field), or annotate the SLO with burngate.io/scope: "global" where the file holds nothing else.`,
    retryable: false,
  });
}

/** One row would count for both sides. */
export function ambiguousCohort(path: string, cohort: string): ProviderError {
  return new ProviderError({
    code: 'provider-rejected',
    message: `The cohort ${cohort} in ${path} matches both canary and stable.`,
    remedy:
      'Make the value of burngate.io/cohort unambiguous: end a prefix, or begin a suffix, with the separator.',
    retryable: false,
  });
}
