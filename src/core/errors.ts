/**
 * Why a provider gave no counts. A closed set: it is at once the error taxonomy, the metric label and
 * the reason code of the inconclusive verdict.
 */
export type ProviderFault =
  | 'provider-unavailable' // cannot be reached, or answers 5xx
  | 'provider-timeout' // did not answer within the deadline
  | 'provider-denied' // our credentials lack a permission
  | 'provider-quota' // the provider limits our calls
  | 'provider-rejected' // it refuses the query: the SLO file is wrong
  | 'provider-garbled' // its answer is not what its API promises
  | 'invalid-scope'; // the source cannot tell namespaces or clusters apart

/** A failure of the provider or of the query, never of the canary. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ProviderFault;
  /** What a person should do next, one sentence. */
  readonly remedy: string;
  readonly retryable: boolean;

  constructor(fault: {
    code: ProviderFault;
    message: string;
    remedy: string;
    retryable: boolean;
    cause?: unknown;
  }) {
    super(fault.message, { cause: fault.cause });
    this.code = fault.code;
    this.remedy = fault.remedy;
    this.retryable = fault.retryable;
  }
}
