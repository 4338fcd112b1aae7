import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';

/** Where an issuer's keys are. */
export interface KeySource {
  readonly issuer: string;
  readonly jwks: { readonly kind: 'discovery' } | { readonly kind: 'url' | 'file'; readonly at: string };
  readonly bearerFile?: string;
}

/** Discovery and keys are two calls; the analysis needs most of the eight seconds of a request. */
const TIMEOUT_MS = 1500;
const MAX_BYTES = 256 * 1024;

const keySet = z.object({
  keys: z
    .array(z.looseObject({ kty: z.string() }))
    .min(1)
    .max(100),
});
/** Keys over plain HTTP would be anybody's; on loopback there is nobody between. */
const SAFE_URL = /^https:\/\/|^http:\/\/127\.0\.0\.1(:|\/)/;
const discovery = z.object({ issuer: z.string(), jwks_uri: z.url().regex(SAFE_URL) });

/** Reads an issuer's public keys. Rejects with what went wrong; never with what was read. */
export async function readIssuerKeys(source: KeySource): Promise<JSONWebKeySet> {
  switch (source.jwks.kind) {
    case 'file':
      return keysIn(JSON.parse(await readFile(source.jwks.at, 'utf8')));
    case 'url':
      return keysIn(await fetchJson(source.jwks.at, source.bearerFile));
    case 'discovery': {
      const at = `${source.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const found = discovery.parse(await fetchJson(at, source.bearerFile));
      // OpenID Connect Discovery 1.0, section 4.3: else one issuer could answer for another.
      if (found.issuer !== source.issuer) throw new Error(`${at} names another issuer`);
      // Our token is for the issuer, not for whom it names.
      const isSameHost = new URL(found.jwks_uri).origin === new URL(at).origin;
      return keysIn(await fetchJson(found.jwks_uri, isSameHost ? source.bearerFile : undefined));
    }
  }
}

function keysIn(json: unknown): JSONWebKeySet {
  return keySet.parse(json);
}

async function fetchJson(url: string, bearerFile: string | undefined): Promise<unknown> {
  const headers: Record<string, string> = { accept: 'application/json' };
  // Read each time: Kubernetes replaces projected tokens every hour.
  if (bearerFile !== undefined)
    headers['authorization'] = `Bearer ${(await readFile(bearerFile, 'utf8')).trim()}`;
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${String(response.status)}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`${url} answered more than ${String(MAX_BYTES)} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
