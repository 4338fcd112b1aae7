import { readFile } from 'node:fs/promises';
import { ProviderError } from '../../src/core/errors.ts';
import { fault } from './fault.ts';
import type { Auth } from './settings.ts';

type Headers = Readonly<Record<string, string>>;

/** Gives the headers that prove who we are, anew for each call. Throws `provider-denied`. */
export type AuthHeaders = () => Promise<Headers>;

const SCOPES = ['https://www.googleapis.com/auth/monitoring.read'];
/** What an HTTP header can carry of a token. */
const TOKEN = /^[\x21-\x7e]+$/;

export function authHeaders(auth: Auth, url: string): AuthHeaders {
  switch (auth.kind) {
    case 'none':
      return async () => ({});
    case 'basic':
      return async () => {
        const password = await secret(auth.passwordFile, 'BURNGATE_PROMETHEUS_PASSWORD_FILE');
        return { authorization: `Basic ${Buffer.from(`${auth.username}:${password}`).toString('base64')}` };
      };
    case 'bearer':
      return async () => {
        const token = (await secret(auth.tokenFile, 'BURNGATE_PROMETHEUS_TOKEN_FILE')).trim();
        if (TOKEN.test(token)) return { authorization: `Bearer ${token}` };
        throw denied('The file of BURNGATE_PROMETHEUS_TOKEN_FILE is empty or holds what is no token.');
      };
    case 'google':
      return googleHeaders(auth, url);
  }
}

function googleHeaders({ google }: Extract<Auth, { kind: 'google' }>, url: string): AuthHeaders {
  let credentials: Promise<{ getRequestHeaders(url?: string): Promise<globalThis.Headers> }> | null = null;
  return async () => {
    // Only who signs in at Google pays for the library, and what could not be read once is read again.
    credentials ??= import('../_shared/google/credentials.ts').then(
      async ({ openCredentials }) => (await openCredentials(google, SCOPES)).authClient,
    );
    try {
      const client = await credentials;
      return Object.fromEntries(await client.getRequestHeaders(url));
    } catch (cause) {
      credentials = null;
      throw cause instanceof ProviderError
        ? cause
        : denied('Google gave no access token for the credentials of this process.', cause);
    }
  };
}

async function secret(file: string, setting: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw denied(`The file of ${setting} cannot be read: the system says ${code}.`);
  });
  return text.replace(/\r?\n$/, '');
}

function denied(message: string, cause?: unknown): Error {
  return fault(
    'provider-denied',
    message,
    'Check the file, its rights, and the settings of BURNGATE_PROMETHEUS_AUTH.',
    // A secret that is just being rotated is back in a moment.
    { retryable: true, cause },
  );
}
