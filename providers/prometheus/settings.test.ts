import { describe, expect, test } from 'vitest';
import { parsePrometheusSettings, SETTINGS } from './settings.ts';

const URL = { BURNGATE_PROMETHEUS_URL: 'http://prometheus.monitoring:9090/' };

describe('settings', () => {
  test('need no more than an address', () => {
    const parsed = parsePrometheusSettings(URL);
    expect(parsed.ok && parsed.value).toMatchObject({
      url: 'http://prometheus.monitoring:9090',
      auth: { kind: 'none' },
      read: 'samples',
      scrapeInterval: 60_000,
      timeout: 4000,
    });
  });

  test('sign in at Google and read in steps for Managed Prometheus', () => {
    const url = 'https://monitoring.googleapis.com/v1/projects/shop-prod/location/global/prometheus';
    const parsed = parsePrometheusSettings({ BURNGATE_PROMETHEUS_URL: url });
    expect(parsed.ok && parsed.value).toMatchObject({ url, auth: { kind: 'google' }, read: 'steps' });
  });

  test.each<[string, Record<string, string>, readonly string[]]>([
    ['no address', {}, ['URL']],
    ['a password in the address', { URL: 'https://u:secret@x' }, ['URL']],
    ['another protocol', { URL: 'file:///etc/passwd' }, ['URL']],
    ['a query in the address', { URL: 'https://x/?a=b' }, ['URL']],
    ['an unknown way to sign in', { AUTH: 'kerberos' }, ['AUTH']],
    ['basic without all of it', { URL: 'https://x', AUTH: 'basic' }, ['PASSWORD_FILE', 'USERNAME']],
    ['a token over plain http', { AUTH: 'bearer', TOKEN_FILE: '/t' }, ['URL']],
    ['half a client certificate', { CERT_FILE: '/c' }, ['KEY_FILE']],
    ['a header in the tenant', { TENANT: 'a\r\nx: y' }, ['TENANT']],
    [
      'several at once',
      { TIMEOUT: 'soon', READ: 'all', CONCURRENCY: '0', MAX_ANSWER_MB: '1.5' },
      ['READ', 'TIMEOUT', 'MAX_ANSWER_MB', 'CONCURRENCY'],
    ],
  ])('with %s are refused', (name, given, wrong) => {
    const env = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [`BURNGATE_PROMETHEUS_${key}`, value]),
    );
    const parsed = parsePrometheusSettings(name === 'no address' ? env : { ...URL, ...env });
    expect(!parsed.ok && parsed.issues.map(({ path }) => path)).toEqual(
      wrong.map((each) => `BURNGATE_PROMETHEUS_${each}`),
    );
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });

  test('let credentials over plain http where that was allowed, or on this machine', () => {
    const bearer = { BURNGATE_PROMETHEUS_AUTH: 'bearer', BURNGATE_PROMETHEUS_TOKEN_FILE: '/t' };
    expect(
      parsePrometheusSettings({ ...URL, ...bearer, BURNGATE_PROMETHEUS_ALLOW_PLAINTEXT: 'true' }).ok,
    ).toBe(true);
    expect(parsePrometheusSettings({ ...bearer, BURNGATE_PROMETHEUS_URL: 'http://127.0.0.1:9' }).ok).toBe(
      true,
    );
  });

  test('are all listed for the help', () => {
    expect(SETTINGS.map(({ env }) => env).every((env) => env.startsWith('BURNGATE_PROMETHEUS_'))).toBe(true);
    expect(new Set(SETTINGS.map(({ env }) => env)).size).toBe(SETTINGS.length);
  });
});
