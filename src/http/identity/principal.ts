import type { Grants } from '../../core/grants.ts';

/** Who calls, and what they may. */
export interface Principal {
  readonly name: string;
  readonly role: 'judge' | 'reader';
  readonly grants: Grants;
  readonly callsPerMinute: number | null;
  readonly concurrency: number | null;
}

/** Why a call was turned away; a closed set, because it is a metric label. */
export type Denial =
  'no-token' | 'unknown-token' | 'expired' | 'invalid-token' | 'unknown-caller' | 'keys-unavailable';

export type Identified =
  { readonly ok: true; readonly principal: Principal } | { readonly ok: false; readonly denial: Denial };

/** One way to prove who one is; null: this token is not of its kind. */
export interface TokenVerifier {
  verify(token: string): Promise<Identified | null>;
}
