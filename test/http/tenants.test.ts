import { describe, expect, test } from 'vitest';
import { ask, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { SHOP } from '../support/shop.ts';

const TOKENS = {
  shop: 'shop-token-1234567890abcdef',
  shopNext: 'shop-token-of-next-month-1234',
  warehouse: 'warehouse-token-1234567890ab',
  reader: 'reader-token-1234567890abcdef',
  slow: 'slow-token-1234567890abcdefgh',
  all: 'all-token-1234567890abcdefghi',
};
const access = folderWith({
  tokens: [
    `shop:${TOKENS.shop}`,
    `shop:${TOKENS.shopNext}`,
    `warehouse:${TOKENS.warehouse}`,
    `reader:${TOKENS.reader}`,
    `slow:${TOKENS.slow}`,
    `all:${TOKENS.all}`,
  ].join('\n'),
  'access.yaml': JSON.stringify({
    callers: [
      { name: 'shop', services: ['shop'], namespaces: ['shop', 'shop-*'] },
      { name: 'warehouse', services: ['warehouse'] },
      { name: 'reader', role: 'reader', services: ['shop'] },
      { name: 'slow', callsPerMinute: 3 },
      { name: 'all' },
    ],
  }),
});
const service = served({
  slos: folderWith({ ...SHOP }),
  flags: ['--tokens', `${access}/tokens`, '--access', `${access}/access.yaml`],
});
const bearer = (name: keyof typeof TOKENS) => ({ Authorization: `Bearer ${TOKENS[name]}` });
const inShop = { namespace: 'shop' };

describe('a caller', () => {
  test('judges what it may, with each of its tokens', async () => {
    for (const name of ['shop', 'shopNext'] as const)
      expect(await ask(service(), { slo: 'checkout', ...inShop }, bearer(name))).toMatchObject({
        verdict: 'fail',
      });
    expect(
      await ask(service(), { slo: 'hashes', canary: '7b8c9d0e1', stable: '5c4b3a291' }, bearer('warehouse')),
    ).toMatchObject({
      verdict: 'pass',
    });
  });

  test('hears of the SLOs of others what it hears of none', async () => {
    const others = await ask(service(), { slo: 'hashes', ...inShop }, bearer('shop'));
    const none = await ask(service(), { slo: 'hashez', ...inShop }, bearer('shop'));
    expect(others).toMatchObject({ verdict: 'inconclusive', code: 'invalid-request' });
    expect(others.reason).toBe(none.reason.replaceAll('hashez', 'hashes'));
    for (const name of ['hashes', 'scoped', 'endpoints']) expect(none.reason).not.toContain(`${name},`);
    const everything = await ask(service(), { slo: 'service:warehouse', ...inShop }, bearer('shop'));
    expect(everything.reason).toContain('unknown service');
  });

  test.each([
    ['another namespace', { namespace: 'payments' }],
    ['a namespace that only begins alike', { namespace: 'shopping' }],
    ['no namespace, which would be all of them', {}],
  ])('who is held to namespaces is refused in %s', async (_, fields) => {
    expect(await ask(service(), { slo: 'checkout', ...fields }, bearer('shop'))).toMatchObject({
      verdict: 'inconclusive',
      code: 'forbidden',
      permanent: true,
    });
  });

  test('sees the analyses of its own SLOs and namespaces, and nothing of others', async () => {
    const { report = '' } = await ask(service(), { slo: 'checkout', ...inShop }, bearer('shop'));
    const read = async (name: keyof typeof TOKENS): Promise<number> =>
      (await fetch(`${service().url}/v1${report}`, { headers: bearer(name) })).status;
    expect([await read('shop'), await read('reader'), await read('all'), await read('warehouse')]).toEqual([
      200, 200, 200, 404,
    ]);
  });

  test('of the role reader does not judge', async () => {
    const reply = await post(service(), JSON.stringify(GOOD), {
      ...bearer('reader'),
      'X-Burngate-Strict': '1',
    });
    expect(reply.status).toBe(403);
    expect(JSON.parse(reply.text)).toMatchObject({ verdict: 'inconclusive', code: 'forbidden' });
  });

  test('over its rate is told to come again, and takes nothing from others', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 6; i += 1) codes.push((await ask(service(), {}, bearer('slow'))).code);
    expect(codes.filter((code) => code === 'overloaded').length).toBeGreaterThanOrEqual(3);
    expect((await ask(service(), {}, bearer('all'))).code).toBe('no-harm');
  });
});

describe('/metrics', () => {
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${service().url}/metrics`, { headers })).status;

  test('names every SLO, so it is for callers who may see everything', async () => {
    expect([await status({}), await status(bearer('shop')), await status(bearer('all'))]).toEqual([
      401, 403, 200,
    ]);
  });

  test('counts the calls that were turned away, by reason', async () => {
    await post(service(), JSON.stringify(GOOD), { Authorization: 'Bearer nobody-knows-this-token' });
    const text = await (await fetch(`${service().url}/metrics`, { headers: bearer('all') })).text();
    for (const reason of ['unknown-token', 'grant', 'role', 'rate', 'no-token'])
      expect(text).toMatch(new RegExp(`burngate_denied_calls_total\\{reason="${reason}"\\} [1-9]`));
  });
});
