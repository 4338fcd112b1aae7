import { describe, expect, test } from 'vitest';
import { answerOf, ask, GOOD, post, type Fields } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { sloFiles, SHOP, release } from '../support/shop.ts';

const service = served({ slos: folderWith(SHOP) });
const FIELDS = ['slo', 'canary', 'stable', 'mode', 'minWindow', 'start', 'namespace', 'cluster', 'policy'];
const STRICT = { 'X-Burngate-Strict': '1' };

describe('the shape of an answer', () => {
  test('a verdict on counts has these keys and no others', async () => {
    const answer = await ask(service(), { slo: 'checkout' });
    expect(Object.keys(answer).filter((key) => key !== 'intervals')).toEqual([
      'verdict',
      'reason',
      'summary',
      'code',
      'burn',
      'evidence',
      'window',
      'analysis',
      'report',
    ]);
    expect(Object.keys(answer.burn ?? {})).toEqual(['canary', 'stable', 'ratio']);
    expect(Object.keys(answer.evidence ?? {})).toEqual([
      'logBurn',
      'logRelative',
      'logHarm',
      'logSafe',
      'threshold',
      'looks',
    ]);
    expect(Object.keys(answer.window ?? {})).toEqual(['start', 'end', 'dataAgeSeconds']);
  });

  test('a refusal has the sentence, the code and that it is permanent', async () => {
    const answer = await ask(service(), { canary: '' });
    expect(Object.keys(answer)).toEqual(['verdict', 'reason', 'summary', 'code', 'permanent']);
  });

  test('Argo charts element 0 of the summary: the burn, then the verdict, then the sentence', async () => {
    const { summary, burn, reason } = await ask(service(), { slo: 'checkout' });
    expect(summary).toEqual([burn?.['canary'], 'fail', expect.any(String)]);
    expect(reason.startsWith(String(summary[2]).replace(/…$/, ''))).toBe(true);
  });

  test('an unknown burn is null in the summary, not 0', async () => {
    const { summary, burn } = await ask(service(), { at: '2024-02-01T00:00:00Z' });
    expect([summary[0], burn]).toEqual([null, { canary: null, stable: null, ratio: null }]);
  });

  test('the burn is the bad fraction over the error budget', async () => {
    // 10 bad of 50 and 1 of 450, at an error budget of 1%.
    const { burn } = await ask(service(), { slo: 'checkout' });
    expect(burn?.['canary']).toBeCloseTo(20, 3);
    expect(burn?.['stable']).toBeCloseTo(1 / 4.5, 3);
    expect(burn?.['ratio']).toBeCloseTo(90, 1);
  });

  test('evidence is in natural logs, harm being the weaker of both proofs', async () => {
    const { evidence } = await ask(service(), { slo: 'checkout' });
    const { logBurn = 0, logRelative = 0, logHarm = 0, threshold = 0 } = evidence ?? {};
    expect(threshold).toBeCloseTo(Math.log(1 / 0.01), 3);
    expect(logHarm).toBe(Math.min(Number(logBurn), Number(logRelative)));
    expect(logHarm).toBeGreaterThanOrEqual(Number(threshold));
  });

  test('the sentence has burn, counts, window and the age of the data', async () => {
    const { reason } = await ask(service(), { slo: 'checkout' });
    expect(reason).toMatch(
      /^checkout: canary burns 20\.0x its error budget \(20% bad of 3000\), stable 0\.22x/,
    );
    expect(reason).toMatch(/harm proven at \d\d:\d\d; window 10:00 to 11:00 UTC, data 2m old$/);
  });

  test('the report is where the analysis can be read', async () => {
    const { analysis, report } = await ask(service());
    expect(analysis).toMatch(/^[0-9a-f]{20}$/);
    expect(report).toBe(`/analyses/${String(analysis)}`);
  });

  test.each<[string, Fields]>([
    ['a pass', {}],
    ['a fail', { slo: 'checkout' }],
    ['groups', { slo: 'endpoints' }],
    ['many SLOs', { slo: 'service:shop,'.repeat(2) }],
    ['a refusal', { slo: '<script>&amp;"\\\u0000\u001b[31m' }],
    ['every field wrong', Object.fromEntries(FIELDS.map((name) => [name, '😀"\\<&>'.repeat(200)]))],
    ['many unknown fields', Object.fromEntries(FIELDS.map((name) => [`${name}\u2028<&>"`, '€'.repeat(500)]))],
    ['half a surrogate pair', { slo: 'x\ud83d' }],
  ])(
    '%s comes as one JSON object with its length, never stored by anybody between',
    async (_name, fields) => {
      const reply = await post(service(), JSON.stringify({ ...GOOD, ...fields }));
      answerOf(reply);
      expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(reply.headers.get('content-length')).toBe(String(Buffer.byteLength(reply.text)));
      expect(reply.headers.get('transfer-encoding')).toBeNull();
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expect(reply.headers.get('x-powered-by')).toBeNull();
    },
  );
});

describe('an answer with too much to say', () => {
  const long = (index: number): string => `an-slo-whose-name-is-long-${'x'.repeat(30)}-${String(index)}`;
  const names = Array.from({ length: 20 }, (_, index) => long(index));
  const slos = folderWith({
    'counts.csv': release([40, 10]),
    ...sloFiles(
      names.map((name) => ({
        name,
        path: 'counts.csv',
        service: 'large',
        annotations: { 'burngate.io/scope': 'global' },
      })),
    ),
  });
  const crowded = served({ slos, flags: ['--public-url', `https://example.com/${'p'.repeat(1500)}`] });

  test('keeps verdict, code and sentence, and gives up the rest', async () => {
    const { verdict, code, reason } = await ask(crowded(), { slo: 'service:large' });
    expect({ verdict, code }).toEqual({ verdict: 'fail', code: 'harm-proven' });
    expect(reason.length).toBeGreaterThan(100);
  });
});

describe('X-Burngate-Strict: 1 gives people and CI real status codes', () => {
  test.each<[string, Fields, number, string]>([
    ['a pass', {}, 200, 'no-harm'],
    ['a fail', { slo: 'checkout' }, 200, 'harm-proven'],
    ['nothing to judge', { at: '2024-02-01T00:00:00Z' }, 200, 'no-data'],
    ['a bad request', { canary: '' }, 400, 'invalid-request'],
    ['an unknown SLO', { slo: 'nobody' }, 400, 'invalid-request'],
    ['a scope that cannot be told apart', { slo: 'cart', namespace: 'shop' }, 400, 'invalid-scope'],
    ['a recording that is wrong', { slo: 'garbled' }, 400, 'provider-rejected'],
    ['a recording that is not there', { slo: 'lost' }, 503, 'provider-unavailable'],
  ])('%s', async (_name, fields, status, code) => {
    const body = JSON.stringify({ ...GOOD, ...fields });
    const strict = await post(service(), body, STRICT);
    expect(strict.status).toBe(status);
    expect(JSON.parse(strict.text)).toMatchObject({ code });
    // Argo, which does not ask for it, gets 200 and the very same body.
    const argo = await post(service(), body);
    expect([argo.status, argo.text]).toEqual([200, strict.text]);
  });

  test('a body that is no JSON', async () => {
    expect((await post(service(), '{', STRICT)).status).toBe(400);
  });

  test.each(['0', 'true', ''])('no other value does: %s', async (value) => {
    expect((await post(service(), '{', { 'X-Burngate-Strict': value })).status).toBe(200);
  });
});
