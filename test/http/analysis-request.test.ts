import { describe, expect, test } from 'vitest';
import { answerOf, ask, GOOD, post, type Fields } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { AT, SHOP } from '../support/shop.ts';

const service = served({ slos: folderWith(SHOP) });
/** All fields as strings, the way Argo sends them; what was not given is ''. */
const AS_ARGO_SENDS = {
  slo: 'search',
  canary: 'canary',
  stable: 'stable',
  mode: '',
  minWindow: '',
  start: '',
  namespace: '',
  cluster: '',
  at: AT,
  weight: '',
  rollout: '',
  revision: '',
  policy: '',
};

describe('what a request means', () => {
  test.each<[string, Fields, { verdict: string; code: string }]>([
    ['a healthy canary passes', {}, { verdict: 'pass', code: 'no-harm' }],
    ['a harmful canary fails', { slo: 'checkout' }, { verdict: 'fail', code: 'harm-proven' }],
    ['every optional field may be the empty string', AS_ARGO_SENDS, { verdict: 'pass', code: 'no-harm' }],
    ['null is absent as well', { mode: null, policy: null }, { verdict: 'pass', code: 'no-harm' }],
    ['mode watch is the default', { mode: 'watch' }, { verdict: 'pass', code: 'no-harm' }],
    ['a gate proves safety', { mode: 'gate' }, { verdict: 'pass', code: 'proven-safe' }],
    ['a gate bakes', { mode: 'gate', minWindow: '2h' }, { verdict: 'inconclusive', code: 'baking' }],
    [
      'a preflight looks for stable',
      { slo: 'checkout', mode: 'preflight' },
      { verdict: 'pass', code: 'preflight-ok' },
    ],
    ['a hash picks its pods', { slo: 'hashes', canary: '7b8c9d0e1', stable: '5c4b3a291' }, pass()],
    ['another hash picks others', { slo: 'hashes', canary: '6d5f4c7b8', stable: '5c4b3a291' }, fail()],
    [
      'a cohort template takes rollout and hash',
      { slo: 'pods', canary: '6d5f4c7b8', stable: '5c4b3a291', rollout: 'store' },
      fail(),
    ],
    [
      'a cohort template of another rollout finds nothing',
      { slo: 'pods', canary: '6d5f4c7b8', stable: '5c4b3a291', rollout: 'stor' },
      { verdict: 'inconclusive', code: 'no-data' },
    ],
    ['namespace and cluster are the scope', { slo: 'scoped', namespace: 'shop', cluster: 'east' }, pass()],
    ['the same hash in staging', { slo: 'scoped', namespace: 'staging', cluster: 'east' }, fail()],
    ['the same hash in another cluster', { slo: 'scoped', namespace: 'shop', cluster: 'west' }, fail()],
    [
      'a source that cannot filter by namespace says so',
      { slo: 'cart', namespace: 'shop' },
      { verdict: 'inconclusive', code: 'invalid-scope' },
    ],
    ['an SLO of scope global takes any namespace', { namespace: 'shop', cluster: 'east' }, pass()],
    ['a weight that fits', { weight: '10' }, pass()],
    ['a weight with a per cent sign', { weight: '10%' }, pass()],
    ['a weight as a number', { weight: 10 }, pass()],
    [
      'a weight that the canary does not get',
      { weight: '50' },
      { verdict: 'inconclusive', code: 'traffic-missing' },
    ],
    [
      'a weight that the canary exceeds',
      { weight: '3' },
      { verdict: 'inconclusive', code: 'traffic-excess' },
    ],
    ['a weight of zero compares nothing', { weight: '0' }, pass()],
    ['rollout and revision are taken down', { rollout: 'shop', revision: '12' }, pass()],
    ['revision may be a number', { revision: 12 }, pass()],
    ['stable may be missing where the policy allows', { slo: 'alone', stable: '' }, fail()],
    ['the worst of several decides', { slo: 'search,checkout' }, fail()],
    ['blanks around names are dropped', { slo: ' search , cart ' }, pass()],
    ['an SLO that is not required never decides', { slo: 'search,advice' }, pass()],
  ])('%s', async (_name, fields, expected) => {
    expect(await ask(service(), fields)).toMatchObject(expected);
  });

  test('several SLOs are all listed, each with its own verdict', async () => {
    const { slos, reason } = await ask(service(), { slo: 'search,checkout,search' });
    expect(slos).toEqual([
      { slo: 'search', verdict: 'pass', code: 'no-harm' },
      { slo: 'checkout', verdict: 'fail', code: 'harm-proven' },
    ]);
    expect(reason).toMatch(/^checkout: .*; worst of 2 SLOs$/);
  });

  test('service:NAME means all SLOs of the service', async () => {
    const { verdict, slos } = await ask(service(), { slo: 'service:shop' });
    expect(verdict).toBe('fail');
    expect(slos?.map(({ slo }) => slo).toSorted()).toEqual(['advice', 'checkout', 'search']);
  });

  test('SLOs that decide together share one alpha, so that their threshold is higher', async () => {
    const alone = await ask(service(), { slo: 'search' });
    const two = await ask(service(), { slo: 'search,cart' });
    expect(alone.evidence?.['threshold']).toBeCloseTo(Math.log(100), 3);
    expect(two.evidence?.['threshold']).toBeCloseTo(Math.log(200), 3);
  });

  test('a broken endpoint is named as the group that matters', async () => {
    const { verdict, code, groups } = await ask(service(), { slo: 'endpoints' });
    expect({ verdict, code }).toEqual({ verdict: 'fail', code: 'group-harm-proven' });
    expect(groups?.map(({ group }) => group)).toEqual(['POST /orders']);
  });

  test.each([
    [{ 'Content-Type': 'application/json' }],
    [{ 'Content-Type': 'text/plain' }],
    [{ 'Content-Type': 'application/x-www-form-urlencoded' }],
    [{ 'Content-Type': 'multipart/form-data; boundary=x' }],
    [{ 'Content-Type': 'application/json; charset=utf-16' }],
  ])('the body is JSON whatever the Content-Type says: %o', async (headers) => {
    expect(await ask(service(), {}, headers)).toMatchObject(pass());
  });
});

describe('at', () => {
  test('an earlier time gives the verdict of that time', async () => {
    const early = await ask(service(), { slo: 'checkout', at: '2024-03-01T10:03:00Z' });
    expect(early.window).toEqual({
      start: '2024-03-01T10:00:00.000Z',
      end: '2024-03-01T10:01:00.000Z',
      dataAgeSeconds: 120,
    });
    expect(early.verdict).not.toBe('fail');
  });

  test('an offset means the same moment as UTC', async () => {
    const utc = await post(service(), JSON.stringify(GOOD));
    const offset = await post(service(), JSON.stringify({ ...GOOD, at: '2024-03-01T12:02:00+01:00' }));
    const lower = await post(service(), JSON.stringify({ ...GOOD, at: '2024-03-01t11:02:00.000z' }));
    expect([offset.text, lower.text]).toEqual([utc.text, utc.text]);
  });

  test('without it the time is now: the recording is long over', async () => {
    expect(await ask(service(), { at: '' })).toMatchObject({ verdict: 'inconclusive', code: 'no-data' });
  });

  test('the future is refused', async () => {
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const { code, reason } = await ask(service(), { at });
    expect(code).toBe('invalid-request');
    expect(reason).toContain('a time not in the future');
  });

  test.each([
    '2024-03-01',
    '2024-03-01T11:02:00',
    '2024-02-30T11:02:00Z',
    '2023-02-29T11:02:00Z',
    '2024-03-01T24:00:00Z',
    '2024-03-01T11:62:00Z',
    '2024-03-01T11:02:00+99:00',
    '1709290920',
    'yesterday',
    '0000-01-01T00:00:00Z',
  ])('%s is no moment in RFC 3339', async (at) => {
    const { code, reason } = await ask(service(), { at });
    expect({ code, reason }).toEqual({
      code: 'invalid-request',
      reason: expect.stringContaining('at: given') as unknown,
    });
  });
});

describe('start', () => {
  test.each([
    ['auto', '2024-03-01T10:00:00.000Z'],
    ['30m', '2024-03-01T10:32:00.000Z'],
    ['1h30m', '2024-03-01T09:32:00.000Z'],
    ['2024-03-01T10:40:00Z', '2024-03-01T10:40:00.000Z'],
    // A bucket that began before the start holds traffic from before it.
    ['2024-03-01T10:40:01Z', '2024-03-01T10:41:00.000Z'],
  ])('%s starts the window at %s', async (start, expected) => {
    const { window } = await ask(service(), { start });
    expect(window?.start).toBe(expected);
  });

  test.each([
    ['2024-03-01T11:30:00Z', 'start lies after the time of asking'],
    ['48h', 'at most 24h are judged'],
    ['2024-02-27T11:00:00Z', 'at most 24h are judged'],
    ['2024-02-31T10:00:00Z', 'start: given'],
    ['soon', 'start: given "soon", allowed RFC 3339'],
    ['-5m', 'start: given "-5m"'],
  ])('%s is refused', async (start, because) => {
    const { code, reason } = await ask(service(), { start });
    expect(code).toBe('invalid-request');
    expect(reason).toContain(because);
  });
});

describe('policy', () => {
  test.each<[string, Fields, string]>([
    ['numbers as strings', { minEvents: '1000000' }, 'too-few-events'],
    ['numbers', { minEvents: 1_000_000 }, 'too-few-events'],
    ['durations', { warmup: '59m' }, 'no-harm'],
    ['choices', { onIdle: 'pass' }, 'no-harm'],
    ['a field that is the empty string is absent', { minEvents: '', margin: '', onIdle: '' }, 'no-harm'],
    ['a field that is null is absent', { minEvents: null }, 'no-harm'],
  ])('takes %s', async (_name, policy, code) => {
    expect(await ask(service(), { policy })).toMatchObject({ code });
  });

  test('alpha moves the threshold', async () => {
    const { evidence } = await ask(service(), { policy: { alpha: '0.001' } });
    expect(evidence?.['threshold']).toBeCloseTo(Math.log(1000), 3);
  });

  test.each<[string, Fields, string]>([
    ['an alpha that is a coin', { alpha: '0.5' }, 'policy.alpha: given "0.5"'],
    ['a margin below 1', { margin: 0.5 }, 'policy.margin: given 0.5'],
    ['half an event', { minEvents: '1.5' }, 'policy.minEvents'],
    ['NaN', { maxBurnRate: 'NaN' }, 'policy.maxBurnRate'],
    ['a boolean', { maxBurnRate: true }, 'policy.maxBurnRate: given true'],
    ['an unknown choice', { onIdle: 'fail' }, 'inconclusive or pass'],
    ['an unknown field', { maxBurn: 2 }, 'policy."maxBurn"'],
    ['constructor', { constructor: 1 }, 'policy."constructor"'],
    ['absolute with a small burn', { onMissingStable: 'absolute' }, 'at least 14.4'],
  ])('refuses %s', async (_name, policy, because) => {
    const answer = await ask(service(), { policy });
    expect(answer).toMatchObject({ verdict: 'inconclusive', code: 'invalid-request', permanent: true });
    expect(answer.reason).toContain(because);
  });

  test('refuses __proto__ by name', async () => {
    const body = JSON.stringify(GOOD).replace(/\}$/, ',"policy":{"__proto__":{"alpha":0.05}}}');
    const answer = answerOf(await post(service(), body));
    expect(answer.code).toBe('invalid-request');
    expect(answer.reason).toContain('__proto__');
  });
});

describe('what is refused, with the field, what was given and what is allowed', () => {
  test.each<[string, Fields, string]>([
    ['no slo', { slo: '' }, 'slo: given "", allowed the name of an SLO'],
    ['an unknown SLO', { slo: 'chekout' }, 'unknown SLO "chekout"; loaded: checkout, search'],
    ['an unknown service', { slo: 'service:shp' }, 'unknown service "shp"; loaded: shop, cart'],
    ['an empty name in a list', { slo: 'search,,cart' }, 'slo: given'],
    ['only SLOs that never decide', { slo: 'advice' }, 'burngate.io/required'],
    ['no canary', { canary: '' }, 'canary: given'],
    ['no stable', { stable: '' }, 'stable is missing'],
    ['canary equal to stable', { canary: 'stable' }, 'canary: given "stable", allowed a hash other than'],
    ['a hash that is none', { canary: '../etc/passwd' }, 'canary: given "../etc/passwd"'],
    ['a hash of 64 characters', { canary: 'a'.repeat(64) }, 'canary: given'],
    ['an unknown mode', { mode: 'observe' }, 'mode: given "observe", allowed watch, gate or preflight'],
    ['a duration that is none', { minWindow: '5 minutes' }, 'minWindow: given'],
    ['a weight above 100', { weight: '101' }, 'weight: given'],
    ['a negative weight', { weight: '-1' }, 'weight: given'],
    ['a weight that is none', { weight: 'a tenth' }, 'weight: given'],
    ['a namespace that is none', { namespace: 'a b' }, 'namespace: given'],
    ['a cluster that is none', { cluster: '*' }, 'cluster: given'],
    ['a list', { slo: ['search'] }, 'slo: given ["search"], allowed a string or a number'],
    ['a boolean', { weight: true }, 'weight: given true'],
    ['a policy that is a text', { policy: 'alpha=1' }, 'policy: given "alpha=1", allowed an object'],
    ['a policy that is a list', { policy: [] }, 'policy: given [], allowed an object'],
    ['a field that nobody knows', { slos: 'search' }, '"slos": given a field'],
    ['a cohort template without its rollout', { slo: 'pods' }, 'the request names no rollout'],
  ])('%s', async (_name, fields, because) => {
    const answer = await ask(service(), fields);
    expect(answer).toMatchObject({ verdict: 'inconclusive', code: 'invalid-request', permanent: true });
    expect(answer.reason).toContain(because);
  });

  test('everything that is wrong comes at once', async () => {
    const { reason } = await ask(service(), { slo: '', canary: '', mode: 'x', wieght: '5' });
    for (const field of ['slo', 'canary', 'mode', '"wieght"']) expect(reason).toContain(`${field}: given`);
  });
});

function pass(): { verdict: string; code: string } {
  return { verdict: 'pass', code: 'no-harm' };
}

function fail(): { verdict: string; code: string } {
  return { verdict: 'fail', code: 'harm-proven' };
}
