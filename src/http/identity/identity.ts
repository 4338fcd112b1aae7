import { EVERYTHING } from '../../core/grants.ts';
import type { Identified, Principal, TokenVerifier } from './principal.ts';

/** Finds out who sent an Authorization header. Never rejects. */
export type Identify = (authorization: string | undefined) => Promise<Identified>;

/** Without configured tokens everybody may do everything: a trial on one's own machine. */
export const ANYBODY: Principal = {
  name: 'anonymous',
  role: 'judge',
  grants: EVERYTHING,
  callsPerMinute: null,
  concurrency: null,
};

/** Longer headers are no tokens that we gave out, and checking costs time. */
const LONGEST = 8192;

export function openIdentity(): Identify {
  return async () => ({ ok: true, principal: ANYBODY });
}

/** Asks each verifier in turn; the first that knows the token decides. */
export function identityBy(verifiers: readonly TokenVerifier[]): Identify {
  return async (authorization) => {
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || token.length > LONGEST) return { ok: false, denial: 'no-token' };
    let denied: Identified = { ok: false, denial: 'unknown-token' };
    for (const verifier of verifiers) {
      const found = await verifier.verify(token);
      if (found?.ok === true) return found;
      if (found !== null) denied = found;
    }
    return denied;
  };
}
