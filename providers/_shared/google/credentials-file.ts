import {
  AwsClient,
  ExternalAccountAuthorizedUserClient,
  IdentityPoolClient,
  Impersonated,
  JWT,
  PluggableAuthClient,
  UserRefreshClient,
  type AuthClient,
} from 'google-auth-library';
import { shown } from '../../../src/core/parsed.ts';

/** A parsed credentials file. */
export type CredentialsContent = Readonly<Record<string, unknown>>;

const TYPES = [
  'service_account',
  'external_account',
  'impersonated_service_account',
  'authorized_user',
  'external_account_authorized_user',
] as const;
type CredentialsType = (typeof TYPES)[number];

/** Where a file may send tokens to: whoever can change these URLs would get them. */
const URL_KEYS = ['token_url', 'token_uri', 'token_info_url', 'service_account_impersonation_url'] as const;
const GOOGLE_URL = /^https:\/\/[a-z0-9.-]+\.googleapis\.com\//;
/** From https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/EMAIL:generateAccessToken */
const TARGET = /serviceAccounts\/([^/:]{1,200}@[^/:]{1,200}):generateAccessToken$/;

/**
 * The client for a credentials file, or what is wrong with it. One constructor for each type: the library's own
 * reader takes any type and says on the console that this is dangerous.
 */
export function clientOf(content: CredentialsContent, scopes: readonly string[]): AuthClient | string {
  const type = TYPES.find((each) => each === content['type']);
  if (type === undefined) return `its type is ${shown(content['type'])}, allowed are ${TYPES.join(', ')}`;
  const odd = URL_KEYS.find((key) => content[key] !== undefined && !GOOGLE_URL.test(textOf(content[key])));
  if (odd !== undefined) return `its ${odd} is no https address of googleapis.com`;
  try {
    return construct(type, content, [...scopes]);
  } catch {
    // The library's messages quote what they were given.
    return `it is no whole ${type}`;
  }
}

/** Acts as another service account, by `source`. */
export function impersonated(source: AuthClient, target: string, scopes: readonly string[]): AuthClient {
  // The constructor warns, on the console and so in the middle of our log, of files that nobody checked.
  const printer = globalThis.console;
  const own = Object.getOwnPropertyDescriptor(printer, 'warn') ?? {};
  Object.defineProperty(printer, 'warn', { ...own, value: () => undefined });
  try {
    return new Impersonated({
      sourceClient: source,
      targetPrincipal: target,
      targetScopes: [...scopes],
      universeDomain: 'googleapis.com',
    });
  } finally {
    Object.defineProperty(printer, 'warn', own);
  }
}

/** Who a file makes us, as far as it says. */
export function principalOf(content: CredentialsContent): string {
  const email = content['client_email'];
  if (typeof email === 'string') return email;
  const target = TARGET.exec(textOf(content['service_account_impersonation_url']))?.[1];
  if (target !== undefined) return target;
  const audience = content['audience'];
  return typeof audience === 'string'
    ? `an identity of ${audience.replace(/^\/\//, '')}`
    : `the ${textOf(content['type'])} of the credentials file`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

type FileOf<Client extends abstract new (options: never) => unknown> = ConstructorParameters<Client>[0];

function construct(type: CredentialsType, content: CredentialsContent, scopes: string[]): AuthClient {
  const text = (key: string): string => {
    const value = content[key];
    if (typeof value !== 'string' || value === '') throw new TypeError(`no ${key}`);
    return value;
  };
  switch (type) {
    case 'service_account':
      return new JWT({ email: text('client_email'), key: text('private_key'), scopes });
    case 'authorized_user':
      return new UserRefreshClient(text('client_id'), text('client_secret'), text('refresh_token'));
    case 'external_account_authorized_user':
      return new ExternalAccountAuthorizedUserClient(
        content as unknown as FileOf<typeof ExternalAccountAuthorizedUserClient>,
      );
    case 'external_account': {
      const client = externalAccount(content);
      client.scopes = scopes;
      return client;
    }
    case 'impersonated_service_account': {
      const target = TARGET.exec(text('service_account_impersonation_url'))?.[1];
      const source = clientOf(content['source_credentials'] as CredentialsContent, scopes);
      if (target === undefined || typeof source === 'string') throw new TypeError('no source or target');
      return impersonated(source, target, scopes);
    }
  }
}

/** AWS by its own signature, a program, or a token in a file (EKS and any other cluster with an OIDC issuer). */
function externalAccount(content: CredentialsContent): AwsClient | PluggableAuthClient | IdentityPoolClient {
  const source = content['credential_source'];
  const has = (key: string): boolean => typeof source === 'object' && source !== null && key in source;
  if (has('environment_id')) return new AwsClient(content as unknown as FileOf<typeof AwsClient>);
  if (has('executable'))
    return new PluggableAuthClient(content as unknown as FileOf<typeof PluggableAuthClient>);
  return new IdentityPoolClient(content as unknown as FileOf<typeof IdentityPoolClient>);
}
