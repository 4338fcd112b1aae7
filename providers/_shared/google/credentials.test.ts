import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openCredentials } from './credentials.ts';

const SCOPES = ['https://www.googleapis.com/auth/monitoring.read'];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'burngate-credentials-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Nothing here may look for a metadata server. */
const dial = vi.spyOn(Socket.prototype, 'connect');
/** The log is JSON lines; what the library says there would be none. */
const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
beforeEach(() => {
  dial.mockClear();
});
afterEach(() => {
  if (dial.mock.calls.length > 0) throw new Error('somebody was dialled');
  if (warn.mock.calls.length > 0) throw new Error('something was printed');
});

async function fileOf(content: unknown): Promise<string> {
  const file = join(folder, 'credentials.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const KEY = {
  type: 'service_account',
  client_email: 'key@shop-prod.iam.gserviceaccount.com',
  private_key: privateKey,
  project_id: 'shop-prod',
};
const AWS = {
  type: 'external_account',
  audience: '//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/eks/providers/aws',
  subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
  token_url: 'https://sts.googleapis.com/v1/token',
  credential_source: {
    environment_id: 'aws1',
    region_url: 'http://169.254.169.254/latest/meta-data/placement/availability-zone',
    url: 'http://169.254.169.254/latest/meta-data/iam/security-credentials',
    regional_cred_verification_url:
      'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
  },
};
const EKS = {
  ...AWS,
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  service_account_impersonation_url:
    'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/burngate@shop-prod.iam.gserviceaccount.com:generateAccessToken',
  credential_source: { file: '/var/run/secrets/google/token' },
};
const IMPERSONATED = {
  type: 'impersonated_service_account',
  service_account_impersonation_url:
    'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/other@shop-prod.iam.gserviceaccount.com:generateAccessToken',
  source_credentials: KEY,
};

test.each([
  ['a key', KEY, 'JWT', 'key@shop-prod.iam.gserviceaccount.com'],
  ['AWS as identity provider', AWS, 'AwsClient', /an identity of iam\.googleapis\.com.*\/aws$/],
  ['a projected token of EKS', EKS, 'IdentityPoolClient', 'burngate@shop-prod.iam.gserviceaccount.com'],
  ['impersonation', IMPERSONATED, 'Impersonated', 'other@shop-prod.iam.gserviceaccount.com'],
])('a credentials file may hold %s', async (_, content, kind, principal) => {
  const found = await openCredentials({ credentialsFile: await fileOf(content) }, SCOPES);
  expect(found.authClient.constructor.name).toBe(kind);
  expect(found.principal).toMatch(principal);
});

test('another account is acted as, and both are named', async () => {
  const impersonate = 'reader@shop-prod.iam.gserviceaccount.com';
  const credentialsFile = await fileOf(KEY);
  const found = await openCredentials(
    { credentialsFile, impersonate, quotaProject: 'quota-project' },
    SCOPES,
  );
  expect(found.principal).toBe(`${impersonate} (by key@shop-prod.iam.gserviceaccount.com)`);
  expect(found.authClient.quotaProjectId).toBe('quota-project');
});

test('a server on this machine gets no credentials, even where there are some', async () => {
  const found = await openCredentials(
    { credentialsFile: await fileOf(KEY), endpoint: { host: '127.0.0.1', port: 1, plaintext: true } },
    SCOPES,
  );
  expect(found.authClient.constructor.name).toBe('PassThroughClient');
});

test.each([
  ['no JSON', '{"private_key": "TOPSECRET'],
  ['another type', { type: 'gdch_service_account', private_key: 'TOPSECRET' }],
  ['a key without an address', { type: 'service_account', private_key: 'TOPSECRET' }],
  ['a foreign token endpoint', { ...AWS, token_url: 'https://evil.example/TOPSECRET' }],
  ['a source that is none', { ...IMPERSONATED, source_credentials: 'TOPSECRET' }],
  ['an external account without a source', { ...AWS, credential_source: {}, private_key: 'TOPSECRET' }],
])('a file with %s is refused without a word of its content', async (_, content) => {
  const error: unknown = await openCredentials({ credentialsFile: await fileOf(content) }, SCOPES).catch(
    (cause: unknown) => cause,
  );
  expect(error).toMatchObject({ code: 'provider-denied' });
  expect(JSON.stringify([error, String(error)])).not.toContain('TOPSECRET');
});

test('a file that is not there is named', async () => {
  await expect(openCredentials({ credentialsFile: '/nowhere/key.json' }, SCOPES)).rejects.toThrow(
    /"\/nowhere\/key.json" cannot be read \(ENOENT\)/,
  );
});
