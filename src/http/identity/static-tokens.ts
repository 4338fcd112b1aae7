import { createHash, timingSafeEqual } from 'node:crypto';
import type { Identified, Principal, TokenVerifier } from './principal.ts';

/** A static bearer token as it is kept: the token itself is gone. */
export interface TokenDigest {
  readonly principal: Principal;
  readonly sha256: Buffer;
}

export function digestToken(principal: Principal, token: string): TokenDigest {
  return { principal, sha256: sha256(token) };
}

/** Tokens from a file. Every one is compared, in constant time, so that the answer's time tells nothing. */
export class StaticTokens implements TokenVerifier {
  readonly #tokens: readonly TokenDigest[];

  constructor(tokens: readonly TokenDigest[]) {
    this.#tokens = tokens;
  }

  async verify(token: string): Promise<Identified | null> {
    const given = sha256(token);
    let found: Principal | null = null;
    for (const { principal, sha256: known } of this.#tokens) {
      if (timingSafeEqual(given, known)) found = principal;
    }
    return found === null ? null : { ok: true, principal: found };
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
