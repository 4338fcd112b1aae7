import { expect, test } from 'vitest';
import { parseDatadogSettings, SETTINGS, SITES } from './settings.ts';

const KEYS = { DD_API_KEY: 'a'.repeat(32), DD_APP_KEY: 'b'.repeat(40) };

test('the keys and nothing else are needed', () => {
  expect(parseDatadogSettings(KEYS)).toEqual({
    ok: true,
    value: {
      apiKey: KEYS.DD_API_KEY,
      appKey: KEYS.DD_APP_KEY,
      site: 'datadoghq.com',
      endpoint: 'https://api.datadoghq.com',
      timeout: 4000,
      callsPerMinute: 60,
      maxPoints: 1500,
    },
  });
});

test.each(SITES)('the keys go to %s and nowhere else', (site) => {
  const parsed = parseDatadogSettings({ ...KEYS, DD_SITE: site.toUpperCase() });
  expect(parsed).toMatchObject({ ok: true, value: { endpoint: `https://api.${site}` } });
});

test.each(['evil.com', 'datadoghq.com.evil.com', 'datadoghq.com/', 'x@datadoghq.com', '{site}', 'localhost'])(
  'the site %s is refused',
  (DD_SITE) => {
    expect(parseDatadogSettings({ ...KEYS, DD_SITE })).toMatchObject({
      ok: false,
      issues: [{ path: 'DD_SITE' }],
    });
  },
);

test.each([
  'https://api.datadoghq.com',
  'http://10.0.0.1:80',
  'http://127.0.0.1.evil.com:80',
  'http://127.0.0.1@evil.com:80',
  'http://127.0.0.1:80/path',
  'http://localhost:99999',
  'ftp://127.0.0.1:21',
])('the endpoint %s is refused', (endpoint) => {
  const parsed = parseDatadogSettings({ ...KEYS, BURNGATE_DATADOG_ENDPOINT: endpoint });
  expect(parsed).toMatchObject({ ok: false, issues: [{ path: 'BURNGATE_DATADOG_ENDPOINT' }] });
});

test.each(['http://127.0.0.1:8125', 'http://localhost:1', 'http://[::1]:9/'])(
  'the endpoint %s of this machine is taken',
  (endpoint) => {
    expect(parseDatadogSettings({ ...KEYS, BURNGATE_DATADOG_ENDPOINT: endpoint }).ok).toBe(true);
  },
);

test('everything wrong comes at once, and no key is ever shown', () => {
  const parsed = parseDatadogSettings({
    DD_API_KEY: 'secret secret',
    BURNGATE_DATADOG_TIMEOUT: '5m',
    BURNGATE_DATADOG_CALLS_PER_MINUTE: '0',
    BURNGATE_DATADOG_MAX_POINTS: 'many',
  });
  expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path)).toEqual([
    'DD_API_KEY',
    'DD_APP_KEY',
    'BURNGATE_DATADOG_TIMEOUT',
    'BURNGATE_DATADOG_CALLS_PER_MINUTE',
    'BURNGATE_DATADOG_MAX_POINTS',
  ]);
  expect(JSON.stringify(parsed)).not.toContain('secret');
});

test('every setting that is read has its help', () => {
  const seen = new Set<string>();
  parseDatadogSettings(
    new Proxy<Record<string, string>>({}, { get: (_, name) => void seen.add(String(name)) }),
  );
  expect([...seen].toSorted()).toEqual(SETTINGS.map(({ env }) => env).toSorted());
});
