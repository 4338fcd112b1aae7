import type { PolicyOverrides } from '../core/policy.ts';
import type { DurationMs, EpochMs, Ratio } from '../core/units.ts';

/** A parsed analysis request: what Argo (or a person) asks. */
export interface AnalysisRequest {
  /** Names, or all SLOs of a service. */
  readonly slos:
    | { readonly kind: 'names'; readonly names: readonly string[] }
    | { readonly kind: 'service'; readonly service: string };
  readonly canary: string;
  readonly stable: string | null;
  readonly mode: 'watch' | 'gate' | 'preflight';
  readonly minWindow: DurationMs;
  readonly start:
    | { readonly kind: 'auto' }
    | { readonly kind: 'at'; readonly at: EpochMs }
    | { readonly kind: 'ago'; readonly ago: DurationMs };
  readonly namespace?: string;
  readonly cluster?: string;
  readonly rollout?: string;
  readonly revision?: string;
  /** Judge as if asked then; absent: now. */
  readonly at?: EpochMs;
  /** Declared canary share in (0, 1], or null. */
  readonly weight: Ratio | null;
  readonly policy: PolicyOverrides;
}

/** A request that no retry can mend: who wrote it has to change it. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code = 'invalid-request';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
