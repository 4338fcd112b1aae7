import { readFile } from 'node:fs/promises';
import { GoogleAuth, PassThroughClient, type AuthClient } from 'google-auth-library';
import { ProviderError } from '../../../src/core/errors.ts';
import { shown } from '../../../src/core/parsed.ts';
import { clientOf, impersonated, principalOf } from './credentials-file.ts';
import type { GoogleSettings } from './settings.ts';

/** Credentials, and who they are as far as that is known without asking anybody. */
export interface GoogleCredentials {
  readonly authClient: AuthClient;
  /** An e-mail address, or a description of where the identity comes from. */
  readonly principal: string;
}

/**
 * The credentials that the settings name. The metadata server is asked only where nothing else is configured: not
 * with a credentials file, nor for a server on this machine, which gets no credentials at all. Throws
 * `provider-denied`.
 */
export async function openCredentials(
  settings: GoogleSettings,
  scopes: readonly string[],
): Promise<GoogleCredentials> {
  if (settings.endpoint?.plaintext === true)
    return { authClient: new PassThroughClient(), principal: 'nobody (no credentials on loopback)' };
  const source = await sourceCredentials(settings, scopes);
  const { authClient, principal } =
    settings.impersonate === undefined ? source : impersonate(source, settings.impersonate, scopes);
  if (settings.quotaProject !== undefined) authClient.quotaProjectId = settings.quotaProject;
  return { authClient, principal };
}

async function sourceCredentials(
  { credentialsFile }: GoogleSettings,
  scopes: readonly string[],
): Promise<GoogleCredentials> {
  if (credentialsFile === undefined) {
    try {
      return {
        authClient: await new GoogleAuth({ scopes: [...scopes] }).getClient(),
        principal: 'the default credentials of the place that Burngate runs in',
      };
    } catch (cause) {
      throw noCredentials('There are no default credentials here.', cause);
    }
  }
  const content = await readCredentials(credentialsFile);
  const authClient = clientOf(content, scopes);
  if (typeof authClient === 'string')
    throw noCredentials(`The credentials file ${shown(credentialsFile)} cannot be used: ${authClient}.`);
  return { authClient, principal: principalOf(content) };
}

function impersonate(
  { authClient, principal }: GoogleCredentials,
  target: string,
  scopes: readonly string[],
): GoogleCredentials {
  return {
    authClient: impersonated(authClient, target, scopes),
    principal: `${target} (by ${principal})`,
  };
}

async function readCredentials(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw noCredentials(`The credentials file ${shown(file)} cannot be read (${code}).`, cause);
  });
  const content = parseObject(text);
  if (content === null) throw noCredentials(`The credentials file ${shown(file)} is no JSON object.`);
  return content;
}

/** No cause is kept of a failure: a parser's message quotes the text, which holds a key. */
function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function noCredentials(message: string, cause?: unknown): ProviderError {
  return new ProviderError({
    code: 'provider-denied',
    message,
    remedy:
      'Set BURNGATE_GOOGLE_CREDENTIALS to a credentials file that this process may read, or run with a service account bound by Workload Identity.',
    retryable: true,
    cause,
  });
}
