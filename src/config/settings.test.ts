import { describe, expect, test } from 'vitest';
import { describeServeSettings, parseServeSettings } from './settings.ts';

describe('settings of serve', () => {
  test('have defaults for all but the folder of SLO files', () => {
    expect(parseServeSettings({ slos: 'slos' }, {})).toEqual({
      ok: true,
      settings: {
        port: 8080,
        host: '127.0.0.1',
        slos: 'slos',
        retain: 400 * 24 * 3_600_000,
        retainMb: 2048,
        logLevel: 'info',
        deadline: 8000,
        cacheMb: 32,
      },
      warnings: [],
    });
  });

  test('come from flags before the environment, and from there before the defaults', () => {
    const env = { BURNGATE_SLOS: 'from-env', BURNGATE_PORT: '9090', BURNGATE_LOG_LEVEL: 'debug' };
    const parsed = parseServeSettings({ port: '0', logLevel: '' }, env);
    expect(parsed.ok && parsed.settings).toMatchObject({ port: 0, slos: 'from-env', logLevel: 'debug' });
  });

  test('every flag has a twin in the environment', () => {
    const env = {
      BURNGATE_PORT: '1',
      BURNGATE_HOST: '::',
      BURNGATE_SLOS: '/slos',
      BURNGATE_DATA: '/data',
      DATABASE_URL: 'postgres://u:p@db:5432/burngate',
      BURNGATE_RETAIN: '30d',
      BURNGATE_RETAIN_MB: '100',
      BURNGATE_CLUSTER: 'eu-1',
      BURNGATE_PUBLIC_URL: 'https://burngate.example.com/base/',
      BURNGATE_TOKENS: '/tokens',
      BURNGATE_ACCESS: '/access.yaml',
      BURNGATE_LOG_LEVEL: 'silent',
      BURNGATE_DEADLINE: '5s',
      BURNGATE_CACHE_MB: '64',
    };
    expect(describeServeSettings().map((line) => line.env)).toEqual(Object.keys(env));
    const parsed = parseServeSettings({}, env);
    expect(parsed).toEqual({
      ok: true,
      warnings: [],
      settings: {
        port: 1,
        host: '::',
        slos: '/slos',
        data: '/data',
        databaseUrl: 'postgres://u:p@db:5432/burngate',
        retain: 30 * 24 * 3_600_000,
        retainMb: 100,
        cluster: 'eu-1',
        publicUrl: 'https://burngate.example.com/base',
        tokens: '/tokens',
        access: '/access.yaml',
        logLevel: 'silent',
        deadline: 5000,
        cacheMb: 64,
      },
    });
  });

  test('the name of each setting is the option name that commander makes of its flag', () => {
    const camel = (flag: string): string =>
      flag.replace(/^--| <.*$/g, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const given = {
      port: '1',
      host: 'h',
      slos: 's',
      data: 'd',
      databaseUrl: 'postgresql://db/burngate',
      retain: '1d',
      retainMb: '1',
      cluster: 'c',
      publicUrl: 'http://x',
      tokens: 't',
      access: 'a',
      logLevel: 'warn',
      deadline: '1s',
      cacheMb: '8',
    };
    expect(describeServeSettings().map(({ flag }) => camel(flag))).toEqual(Object.keys(given));
    const parsed = parseServeSettings(given, {});
    expect(parsed.ok && Object.keys(parsed.settings)).toEqual(Object.keys(given));
  });

  test.each([
    ['port', '--port', ['65536', '-1', '80a', '1.5', ' ']],
    ['host', '--host', ['http://x', 'a b']],
    ['cluster', '--cluster', ['a b', '<x>', '-a']],
    ['publicUrl', '--public-url', ['burngate', 'ftp://x', 'https://x/?a=1', 'https://x/#a']],
    ['logLevel', '--log-level', ['loud', 'INFO']],
    ['cacheMb', '--cache-mb', ['0', '4097', '1.5', '-1', '32MB', 'lots']],
    ['deadline', '--deadline', ['10s', '0', '500ms', '9001ms', 'soon']],
  ])('%s outside of its range is refused under the name of its flag', (name, flag, texts) => {
    for (const text of texts) {
      const parsed = parseServeSettings({ slos: 's', [name]: text }, {});
      expect(parsed.ok ? text : parsed.issues.map(({ path, given }) => [path, given])).toEqual([
        [flag, JSON.stringify(text)],
      ]);
    }
  });

  test('all issues come at once, each under the name where it was given', () => {
    const parsed = parseServeSettings({ port: 'x' }, { BURNGATE_DEADLINE: '1h' });
    expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path)).toEqual([
      '--port',
      '--slos',
      'BURNGATE_DEADLINE',
    ]);
  });

  test('a password in the public URL is refused and not shown', () => {
    const parsed = parseServeSettings({ slos: 's', publicUrl: 'https://me:hunter22@x' }, {});
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('hunter22');
  });

  test('an unknown variable of ours is ignored with a warning that names near ones', () => {
    const { warnings } = parseServeSettings(
      { slos: 's' },
      { BURNGATE_PROT: '1', BURNGATE_QUITE_OTHER: '1', PORT: '1' },
    );
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('"BURNGATE_PROT" is not a setting and is ignored; BURNGATE_PORT?');
    expect(warnings[1]).toContain('known: BURNGATE_PORT, BURNGATE_HOST');
  });

  test('the variables of providers are known', () => {
    const { warnings } = parseServeSettings({ slos: 's' }, { BURNGATE_DATADOG_SITE: 'eu' }, [
      'BURNGATE_DATADOG_SITE',
    ]);
    expect(warnings).toEqual([]);
  });

  test('the links that Kubernetes makes for a Service called burngate are no settings', () => {
    const env = {
      BURNGATE_PORT: 'tcp://10.0.0.1:8080',
      BURNGATE_SERVICE_HOST: '10.0.0.1',
      BURNGATE_SERVICE_PORT: '8080',
      BURNGATE_SERVICE_PORT_HTTP: '8080',
      BURNGATE_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
      BURNGATE_PORT_8080_TCP_ADDR: '10.0.0.1',
    };
    const parsed = parseServeSettings({ slos: 's' }, env);
    expect(parsed.ok && parsed.settings.port).toBe(8080);
    expect(parsed.warnings).toHaveLength(1);
    expect(parsed.warnings[0]).toContain('enableServiceLinks');
  });
});
