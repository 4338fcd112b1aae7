/** What can be wrong with the service; set at run time. */
export type EmulatorFault =
  | { readonly kind: 'hang' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'internal' }
  | { readonly kind: 'resource-exhausted'; readonly retryAfterSeconds?: number }
  | { readonly kind: 'permission-denied'; readonly permission?: string }
  | { readonly kind: 'unauthenticated' }
  /** An answer with `executionErrors` and half of its series. */
  | { readonly kind: 'execution-errors' }
  /** An answer cut off in the middle of a point. */
  | { readonly kind: 'truncated-page' }
  /** Each page empty and with one more behind it. */
  | { readonly kind: 'endless-page-token' }
  /** Points arrive so much later than they should. */
  | { readonly kind: 'late-data'; readonly seconds: number }
  /** Writers' clocks are ahead by so much. */
  | { readonly kind: 'clock-skew'; readonly seconds: number };
