import { describe, expect, test } from 'vitest';
import { ask, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { SHOP } from '../support/shop.ts';

const ARGO = 'argo-token-1234567890abcdef';
const PEOPLE = 'people-token-1234567890abcdef';
const slos = folderWith({ ...SHOP });
const secrets = folderWith({ tokens: `# who may ask\nargo:${ARGO}\npeople:${PEOPLE}\n` });
const service = served({ slos, flags: ['--tokens', `${secrets}/tokens`] });
const body = JSON.stringify(GOOD);
const CONSTANT =
  '{"verdict":"inconclusive","reason":"a valid bearer token is required","summary":[null,"inconclusive","a valid bearer token is required"],"code":"unauthenticated","permanent":true}';

describe('bearer tokens', () => {
  test.each([ARGO, PEOPLE])('each of the file is taken', async (token) => {
    expect(await ask(service(), {}, { Authorization: `Bearer ${token}` })).toMatchObject({ verdict: 'pass' });
  });

  test('the scheme is read in any case', async () => {
    expect(await ask(service(), {}, { Authorization: `bearer ${ARGO}` })).toMatchObject({ verdict: 'pass' });
  });

  test.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['an empty header', { Authorization: '' }],
    ['a wrong token', { Authorization: 'Bearer wrong-token-0987654321' }],
    ['a part of a token', { Authorization: `Bearer ${ARGO.slice(0, -1)}` }],
    ['a token and more', { Authorization: `Bearer ${ARGO}x` }],
    ['two tokens', { Authorization: `Bearer ${ARGO} ${PEOPLE}` }],
    ['another scheme', { Authorization: `Basic ${Buffer.from(`argo:${ARGO}`).toString('base64')}` }],
    ['the token in another header', { 'X-Token': ARGO }],
    ['the name for a token', { Authorization: 'Bearer argo' }],
  ])('%s gets one constant body, whatever was asked', async (_name, headers) => {
    for (const asked of [body, '', '{', JSON.stringify({ slo: 'nobody' }), 'x'.repeat(100_000)]) {
      const reply = await post(service(), asked, headers);
      expect([reply.status, reply.text]).toEqual([200, CONSTANT]);
    }
  });

  test('in strict mode that is 401, with the scheme that is wanted', async () => {
    const reply = await post(service(), body, { 'X-Burngate-Strict': '1' });
    expect([reply.status, reply.text]).toEqual([401, CONSTANT]);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  });

  test.each(['/v1/analyses/0123456789', '/analyses/0123456789'])('%s wants a token too', async (path) => {
    const without = await fetch(`${service().url}${path}`);
    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toBe('Bearer');
    expect(without.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const withToken = await fetch(`${service().url}${path}`, {
      headers: { Authorization: `Bearer ${ARGO}` },
    });
    expect(withToken.status).toBe(404);
  });

  test.each(['/livez', '/readyz', '/metrics'])(
    '%s wants none: probes and Prometheus have none',
    async (path) => {
      expect((await fetch(`${service().url}${path}`)).status).toBe(200);
    },
  );

  test('the log names who asked and never holds a token, right or wrong', async () => {
    await post(service(), body, { Authorization: `Bearer ${PEOPLE}` });
    await post(service(), body, { Authorization: 'Bearer a-secret-of-somebody-else' });
    await post(service(), JSON.stringify({ ...GOOD, authorization: ARGO }), {
      Authorization: `Bearer ${ARGO}`,
    });
    const callers = () =>
      service()
        .logs()
        .filter(({ msg }) => msg === 'verdict')
        .slice(-3)
        .map(({ caller }) => caller);
    // The answer may overtake the log line on its way through the pipe.
    await expect.poll(callers).toEqual(['people', '-', 'argo']);
    for (const secret of [ARGO, PEOPLE, 'a-secret-of-somebody-else'])
      expect(service().stderr()).not.toContain(secret);
  });
});
