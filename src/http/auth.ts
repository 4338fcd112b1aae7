import { createHash, timingSafeEqual } from 'node:crypto';

/** A static bearer token as it is kept: the name is for logs, the token itself is gone. */
export interface TokenDigest {
  readonly name: string;
  readonly sha256: Buffer;
}

export function digestToken(name: string, token: string): TokenDigest {
  return { name, sha256: sha256(token) };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** 'open' without configured tokens, the caller's name with a valid one, null without. */
export type Caller = { readonly name: string } | null;

/** Checks an Authorization header in constant time; every token is compared, so the answer tells nothing. */
export function authenticate(header: string | undefined, tokens: readonly TokenDigest[]): Caller {
  if (tokens.length === 0) return { name: 'anonymous' };
  const given = sha256(/^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '');
  let caller: Caller = null;
  for (const { name, sha256: known } of tokens) {
    if (timingSafeEqual(given, known)) caller = { name };
  }
  return caller;
}
