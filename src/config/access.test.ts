import { describe, expect, test } from 'vitest';
import { parseAccess } from './access.ts';

const GOOD = `
callers:
  - name: argo
    namespaces: [shop, shop-*]
    services: [checkout]
    callsPerMinute: 600
    concurrency: 32
  - name: people
    role: reader
identities:
  - issuer: https://kubernetes.default.svc
    audience: burngate
    jwksUrl: https://kubernetes.default.svc/openid/v1/jwks
    bearerFile: /var/run/secrets/kubernetes.io/serviceaccount/token
    callers:
      - { claim: sub, value: "system:serviceaccount:argo-rollouts:argo-rollouts", caller: argo }
`;

describe('the access file', () => {
  test('says who may do what; what it leaves out is not limited, and metrics want a token', () => {
    const parsed = parseAccess(GOOD);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        metrics: 'token',
        callers: [
          {
            name: 'argo',
            role: 'judge',
            grants: { namespaces: ['shop', 'shop-*'], services: ['checkout'], slos: null },
            callsPerMinute: 600,
            concurrency: 32,
          },
          {
            name: 'people',
            role: 'reader',
            grants: { namespaces: null, services: null, slos: null },
            callsPerMinute: null,
            concurrency: null,
          },
        ],
        identities: [{ jwks: { kind: 'url' }, callers: [{ caller: 'argo' }] }],
      },
    });
  });

  test.each([
    ['no callers', 'callers: []', 'callers', 'at least one'],
    ['nothing', '', '', 'object'],
    ['no YAML', '{', '', 'YAML'],
    ['an alias', 'a: &x 1\nb: *x', '', 'YAML without aliases'],
    ['an unknown key', 'callers: [{name: a, admin: true}]', 'callers.0', 'admin'],
    ['a caller twice', 'callers: [{name: a}, {name: a}]', 'callers', 'each caller once'],
    ['an unknown role', 'callers: [{name: a, role: root}]', 'callers.0.role', '"judge"|"reader"'],
    [
      'a pattern with a star inside',
      'callers: [{name: a, slos: ["a*b"]}]',
      'callers.0.slos.0',
      'the beginning of one',
    ],
    [
      'an identity of a stranger',
      'callers: [{name: a}]\nidentities: [{issuer: "https://i.example", audience: b, callers: [{claim: sub, value: x, caller: z}]}]',
      'identities.0.callers',
      'one of a',
    ],
    [
      'keys over plain HTTP',
      'callers: [{name: a}]\nidentities: [{issuer: "https://i.example", audience: b, jwksUrl: "http://i.example/k", callers: [{claim: sub, value: x, caller: a}]}]',
      'identities.0.jwksUrl',
      'https',
    ],
    [
      'keys from two places',
      'callers: [{name: a}]\nidentities: [{issuer: "https://i.example", audience: b, jwksUrl: "https://i.example/k", jwksFile: k, callers: [{claim: sub, value: x, caller: a}]}]',
      'identities.0',
      'one of them',
    ],
  ])('with %s is refused, and the problem says where and what is allowed', (_, text, path, allowed) => {
    const parsed = parseAccess(text);
    expect(parsed.ok).toBe(false);
    const [issue] = parsed.ok ? [] : parsed.issues;
    expect(issue?.path).toBe(path);
    expect(issue?.allowed).toContain(allowed);
  });

  test('never shows what was given, which may be a token', () => {
    const parsed = parseAccess('callers: [{name: "s3cr3t token"}]\ntoken: s3cr3t');
    expect(JSON.stringify(parsed)).not.toContain('s3cr3t');
  });
});
