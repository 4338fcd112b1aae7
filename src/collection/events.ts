import type { ProviderFault } from '../core/errors.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What happens between analyses and a provider; the composition root makes metrics and log lines of it. */
export type CollectionEvent = { readonly provider: string } & (
  | { readonly kind: 'cache'; readonly held: number; readonly fetched: number }
  | { readonly kind: 'coalesced' }
  | { readonly kind: 'retried'; readonly code: ProviderFault }
  | { readonly kind: 'breaker'; readonly state: BreakerState; readonly code: ProviderFault | null }
  | { readonly kind: 'bridged'; readonly code: ProviderFault }
  | { readonly kind: 'queue-full' }
  | { readonly kind: 'old-lag' }
);

export type Observe = (event: CollectionEvent) => void;
