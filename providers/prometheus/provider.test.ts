import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tempFile } from '../../test/support/temp-file.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/units.ts';
import { Bench, REQUEST, told } from './emulator/bench.ts';
import { openQuery } from './emulator/open-for-test.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => {
  await bench.close();
});

describe('the provider signs in', () => {
  const headersOf = () => bench.emulator.requests.at(-1)?.headers ?? {};

  test('with a name and a password of a file', async () => {
    const PASSWORD_FILE = await tempFile('s3cret:ü\n');
    await bench.ask({
      BURNGATE_PROMETHEUS_AUTH: 'basic',
      BURNGATE_PROMETHEUS_USERNAME: 'burngate',
      BURNGATE_PROMETHEUS_PASSWORD_FILE: PASSWORD_FILE,
    });
    const [, packed = ''] = String(headersOf().authorization).split(' ');
    expect(Buffer.from(packed, 'base64').toString()).toBe('burngate:s3cret:ü');
  });

  test('with a token that is read anew for each call, and with a tenant', async () => {
    const file = await tempFile('one\n');
    const env = {
      BURNGATE_PROMETHEUS_AUTH: 'bearer',
      BURNGATE_PROMETHEUS_TOKEN_FILE: file,
      BURNGATE_PROMETHEUS_TENANT: 'shop|web',
    };
    const provider = await bench.provider(env);
    const { signal } = new AbortController();
    await provider.fetchCounts(REQUEST, signal);
    expect(headersOf()).toMatchObject({ authorization: 'Bearer one', 'x-scope-orgid': 'shop|web' });
    await writeFile(file, 'two');
    await provider.fetchCounts(REQUEST, signal);
    expect(headersOf().authorization).toBe('Bearer two');
    await writeFile(file, 'a\r\nx-evil: 1');
    await expect(provider.fetchCounts(REQUEST, signal)).rejects.toMatchObject({ code: 'provider-denied' });
  });

  test('at Google with nothing on this machine, and never without the credentials that were named', async () => {
    await bench.ask({
      BURNGATE_PROMETHEUS_AUTH: 'google',
      BURNGATE_PROMETHEUS_GOOGLE_ENDPOINT: 'http://127.0.0.1:1',
    });
    expect(headersOf()).not.toHaveProperty('authorization');
    const named = { BURNGATE_PROMETHEUS_AUTH: 'google', BURNGATE_GOOGLE_CREDENTIALS: '/nowhere/key.json' };
    await expect(bench.ask(named)).rejects.toMatchObject({ code: 'provider-denied' });
  });

  test('below a path', async () => {
    const provider = await bench.provider({}, {}, '/tenants/shop/');
    await provider.fetchCounts(REQUEST, new AbortController().signal);
    expect(new Set(bench.emulator.requests.map(({ path }) => path))).toEqual(
      new Set(['/tenants/shop/api/v1/query']),
    );
  });
});

describe('the provider', () => {
  describe('knows where to look:', () => {
    test('a cluster without a label is refused, with the remedy', async () => {
      const queries = { total: openQuery({ metric: 'http_requests_total', clusterLabel: '' }) };
      await expect(bench.ask({}, { queries, scope: { cluster: 'eu-1' } })).rejects.toMatchObject({
        code: 'invalid-scope',
        remedy: expect.stringMatching(/BURNGATE_PROMETHEUS_CLUSTER/) as string,
      });
    });

    test('the one cluster of the server needs no label, and any other is refused', async () => {
      const env = { BURNGATE_PROMETHEUS_CLUSTER: 'eu-1' };
      const { series: found } = await bench.ask(env, {
        scope: { namespace: 'shop', cluster: 'eu-1', rollout: 'web' },
      });
      expect(found).not.toEqual([]);
      await expect(bench.ask(env, { scope: { cluster: 'us-2' } })).rejects.toMatchObject({
        code: 'invalid-scope',
      });
    });
  });

  test('access is refused with what the server said and what to do', async () => {
    const provider = await bench.provider();
    const { signal } = new AbortController();
    expect(await provider.checkAccess(REQUEST.queries, signal)).toEqual({
      ok: true,
      detail: 'http_requests_total: 0 series now',
    });
    bench.emulator.disturbance = told(403, '', 'tenant shop is unknown');
    expect(await provider.checkAccess(REQUEST.queries, signal)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/403: tenant shop is unknown/) as string,
    });
  });

  test('counts settle after two scrapes, or as the SLO file says', async () => {
    const provider = await bench.provider({ BURNGATE_PROMETHEUS_SCRAPE_INTERVAL: '30s' });
    const { signal } = new AbortController();
    const lag = async (spec: object) =>
      provider.settlingLag({ total: openQuery({ metric: 'm', ...spec }) }, signal);
    expect(await lag({})).toBe(MINUTE);
    expect(await lag({ scrapeInterval: '15s' })).toBe(30 * SECOND);
    expect(await lag({ settlingLag: '1h' })).toBe(HOUR);
  });
});
