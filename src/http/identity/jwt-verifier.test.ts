import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../core/grants.ts';
import { readIssuerKeys } from './issuer-keys.ts';
import { JwtVerifier } from './jwt-verifier.ts';
import type { Identified, Principal } from './principal.ts';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
let first: KeyPair;
let second: KeyPair;
beforeAll(async () => {
  [first, second] = await Promise.all([
    generateKeyPair('ES256', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
  ]);
});

const ARGO: Principal = {
  name: 'argo',
  role: 'judge',
  grants: EVERYTHING,
  callsPerMinute: null,
  concurrency: null,
};
const SUBJECT = 'system:serviceaccount:argo-rollouts:argo-rollouts';
const NOW = Date.UTC(2026, 0, 5, 12);

/** A real issuer on loopback: discovery document and key set over HTTP. */
class TestIssuer {
  keys: JSONWebKeySet = { keys: [] };
  mode: 'ok' | 'down' | 'garbage' | 'liar' = 'ok';
  fetches = 0;
  now = NOW;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.fetches += 1;
      if (this.mode === 'down') response.writeHead(503).end();
      else if (this.mode === 'garbage') response.end('<html>');
      else if (request.url === '/.well-known/openid-configuration') {
        const issuer = this.mode === 'liar' ? 'https://elsewhere.example' : this.url;
        response.end(JSON.stringify({ issuer, jwks_uri: `${this.url}/keys` }));
      } else response.end(JSON.stringify(this.keys));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async publish(...pairs: readonly (readonly [string, KeyPair])[]): Promise<void> {
    this.keys = {
      keys: await Promise.all(
        pairs.map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' })),
      ),
    };
  }

  verifier(): JwtVerifier {
    const source = { issuer: this.url, jwks: { kind: 'discovery' as const } };
    return new JwtVerifier(
      [
        {
          issuer: this.url,
          audience: 'burngate',
          keys: async () => readIssuerKeys(source),
          callers: [{ claim: 'sub', value: SUBJECT, principal: ARGO }],
        },
      ],
      () => this.now,
    );
  }

  async token(
    pair: KeyPair,
    kid: string,
    over: { iss?: string; aud?: string; sub?: string; expiresIn?: number; notBefore?: number } = {},
  ): Promise<string> {
    const seconds = this.now / 1000;
    return new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(over.iss ?? this.url)
      .setAudience(over.aud ?? 'burngate')
      .setSubject(over.sub ?? SUBJECT)
      .setNotBefore(seconds + (over.notBefore ?? 0))
      .setExpirationTime(seconds + (over.expiresIn ?? 600))
      .sign(pair.privateKey);
  }
}

let issuer: TestIssuer | undefined;
const started = async (): Promise<TestIssuer> => {
  issuer = await new TestIssuer().start();
  await issuer.publish(['one', first]);
  return issuer;
};
afterEach(async () => {
  await issuer?.stop();
});

const denialOf = (found: Identified | null): string =>
  found === null ? 'not a JWT' : found.ok ? found.principal.name : found.denial;

describe('a token of an accepted issuer', () => {
  test('names its caller by the claim agreed on', async () => {
    const at = await started();
    expect(await at.verifier().verify(await at.token(first, 'one'))).toEqual({ ok: true, principal: ARGO });
  });

  test.each([
    ['another audience', { aud: 'other' }, 'invalid-token'],
    ['another subject', { sub: 'system:serviceaccount:shop:default' }, 'unknown-caller'],
    ['another issuer', { iss: 'https://elsewhere.example' }, 'unknown-token'],
    ['its end five minutes ago', { expiresIn: -300 }, 'expired'],
    ['its beginning in five minutes', { notBefore: 300 }, 'invalid-token'],
    ['its end half a minute ago, which clocks may differ by', { expiresIn: -30 }, 'argo'],
    ['its beginning in half a minute', { notBefore: 30 }, 'argo'],
  ] as const)('with %s is judged so', async (_, over, expected) => {
    const at = await started();
    expect(denialOf(await at.verifier().verify(await at.token(first, 'one', over)))).toBe(expected);
  });

  test('that somebody else signed, nobody signed, or signed with a shared secret, is refused', async () => {
    const at = await started();
    const genuine = await at.token(first, 'one');
    const [, payload = ''] = genuine.split('.');
    const header = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
    const secret = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setIssuer(at.url)
      .setAudience('burngate')
      .setSubject(SUBJECT)
      .setExpirationTime('1h')
      .sign(Buffer.from(JSON.stringify(at.keys)));
    const forged = [
      await at.token(second, 'one'),
      `${header({ alg: 'none' })}.${payload}.`,
      `${header({ alg: 'ES256', kid: 'one' })}.${payload}.AAAA`,
      secret,
    ];
    const verifier = at.verifier();
    for (const token of forged) expect(denialOf(await verifier.verify(token))).toBe('invalid-token');
  });

  test('is not looked into where it is none', async () => {
    const at = await started();
    for (const text of ['plain', 'a.b', 'a.b.c', `${'x'.repeat(50)}.y.z`])
      expect(await at.verifier().verify(text)).toBeNull();
    expect(at.fetches).toBe(0);
  });
});

describe('the keys of an issuer', () => {
  test('are read once for any number of calls', async () => {
    const at = await started();
    const verifier = at.verifier();
    const token = await at.token(first, 'one');
    await Promise.all(Array.from({ length: 20 }, async () => verifier.verify(token)));
    expect(at.fetches).toBe(2);
  });

  test('are read again when it signs with a new one, but not for every made-up key', async () => {
    const at = await started();
    const verifier = at.verifier();
    await verifier.verify(await at.token(first, 'one'));
    await at.publish(['one', first], ['two', second]);
    at.now += 31_000;
    expect(denialOf(await verifier.verify(await at.token(second, 'two')))).toBe('argo');
    const before = at.fetches;
    for (let i = 0; i < 10; i += 1)
      expect(denialOf(await verifier.verify(await at.token(second, `made-up-${String(i)}`)))).toBe(
        'invalid-token',
      );
    expect(at.fetches).toBe(before);
  });

  test('go on working while it is away, for a day', async () => {
    const at = await started();
    const verifier = at.verifier();
    await verifier.verify(await at.token(first, 'one'));
    at.mode = 'down';
    at.now += 7 * 3_600_000;
    expect(denialOf(await verifier.verify(await at.token(first, 'one')))).toBe('argo');
    at.now += 20 * 3_600_000;
    expect(denialOf(await verifier.verify(await at.token(first, 'one')))).toBe('keys-unavailable');
  });

  test('that it has withdrawn stop working within the hour', async () => {
    const at = await started();
    const verifier = at.verifier();
    await verifier.verify(await at.token(first, 'one'));
    await at.publish(['two', second]);
    at.now += 3_600_001;
    await expect
      .poll(async () => denialOf(await verifier.verify(await at.token(first, 'one'))))
      .toBe('invalid-token');
  });

  test.each(['down', 'garbage', 'liar'] as const)(
    'cannot be had while it is %s; it is asked every five seconds at most, and all is well afterwards',
    async (mode) => {
      const at = await started();
      const verifier = at.verifier();
      at.mode = mode;
      const token = await at.token(first, 'one');
      for (let i = 0; i < 5; i += 1) expect(denialOf(await verifier.verify(token))).toBe('keys-unavailable');
      expect(at.fetches).toBe(1);
      at.mode = 'ok';
      at.now += 5001;
      expect(denialOf(await verifier.verify(token))).toBe('argo');
    },
  );
});
