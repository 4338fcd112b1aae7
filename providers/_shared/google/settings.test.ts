import { expect, test } from 'vitest';
import { parseGoogleSettings } from './settings.ts';

const ENDPOINT = 'BURNGATE_CLOUD_MONITORING_ENDPOINT';

test('without settings there are none', () => {
  expect(parseGoogleSettings({ BURNGATE_GOOGLE_IMPERSONATE: ' ' }, ENDPOINT)).toEqual({
    ok: true,
    value: {},
  });
});

test('our own settings win over those of the library', () => {
  const env = {
    GOOGLE_APPLICATION_CREDENTIALS: '/a.json',
    BURNGATE_GOOGLE_CREDENTIALS: '/b.json',
    BURNGATE_GOOGLE_IMPERSONATE: 'reader@shop-prod.iam.gserviceaccount.com',
    GOOGLE_CLOUD_QUOTA_PROJECT: 'shop-prod',
  };
  expect(parseGoogleSettings(env, ENDPOINT)).toEqual({
    ok: true,
    value: {
      credentialsFile: '/b.json',
      impersonate: 'reader@shop-prod.iam.gserviceaccount.com',
      quotaProject: 'shop-prod',
    },
  });
});

test.each([
  ['monitoring.googleapis.com', { host: 'monitoring.googleapis.com', port: 443, plaintext: false }],
  [
    'https://monitoring-burngate.p.googleapis.com:8443',
    { host: 'monitoring-burngate.p.googleapis.com', port: 8443, plaintext: false },
  ],
  ['http://127.0.0.1:4000', { host: '127.0.0.1', port: 4000, plaintext: true }],
  ['http://[::1]:4000', { host: '[::1]', port: 4000, plaintext: true }],
])('the endpoint %s is read', (text, endpoint) => {
  expect(parseGoogleSettings({ [ENDPOINT]: text }, ENDPOINT)).toEqual({ ok: true, value: { endpoint } });
});

test.each([
  'http://monitoring.googleapis.com:80',
  'http://10.0.0.1:80',
  'http://127.0.0.1',
  'http://127.0.0.1.evil.example:80',
  'host:99999',
  'user@host',
  'host/path',
])('the endpoint %s is refused', (text) => {
  expect(parseGoogleSettings({ [ENDPOINT]: text }, ENDPOINT)).toMatchObject({ ok: false });
});

test('everything wrong is told at once', () => {
  const env = { BURNGATE_GOOGLE_IMPERSONATE: 'me', BURNGATE_GOOGLE_QUOTA_PROJECT: 'X', [ENDPOINT]: 'a b' };
  const parsed = parseGoogleSettings(env, ENDPOINT);
  expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path)).toEqual([
    'BURNGATE_GOOGLE_IMPERSONATE',
    'BURNGATE_GOOGLE_QUOTA_PROJECT',
    ENDPOINT,
  ]);
});
