import { describe, expect, test } from 'vitest';
import { ask, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { SHOP } from '../support/shop.ts';

const service = served({ slos: folderWith(SHOP) });

async function get(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${service().url}${path}`, init);
}

describe('problem documents (RFC 9457)', () => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s /v1/analysis is 405 and names POST',
    async (method) => {
      const response = await get('/v1/analysis', { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await response.json()).toEqual({
        type: 'urn:burngate:problem:method-not-allowed',
        title: 'Method not allowed',
        status: 405,
        detail: `${method} is not allowed here, POST is`,
      });
    },
  );

  test.each([
    ['GET', '/v1'],
    ['GET', '/v1/analyses/00000000000000000000'],
    ['GET', '/analyses/00000000000000000000'],
    ['GET', '/v1/analyses/__proto__'],
    ['GET', '/v1/analyses/constructor'],
    ['GET', '/analyses/..%2f..%2fetc%2fpasswd'],
    ['GET', '/analyses/%3Cscript%3E'],
    ['POST', '/v1/analyses'],
    ['POST', '/livez'],
  ])('%s %s is 404', async (method, path) => {
    const response = await get(path, { method });
    const problem = (await response.json()) as Record<string, unknown>;
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problem).toMatchObject({ type: 'urn:burngate:problem:not-found', status: 404 });
  });

  test('a path that cannot be decoded is 400', async () => {
    const response = await get('/v1/analyses/%ff');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 'urn:burngate:problem:bad-request', status: 400 });
  });

  test('no response invites a browser to guess, frame or run anything', async () => {
    for (const path of ['/livez', '/nowhere', '/v1/analysis']) {
      const { headers } = await get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});

describe('health', () => {
  test('/livez says ok', async () => {
    expect(await (await get('/livez')).text()).toBe('ok\n');
  });

  test('/readyz is 200 with the state of providers in its body, whatever that state is', async () => {
    await ask(service(), { slo: 'lost' });
    const down = await get('/readyz');
    expect(down.status).toBe(200);
    expect(await down.json()).toMatchObject({
      status: 'ready',
      slos: 11,
      providers: { recorded: { call: 'fetchCounts', outcome: 'provider-unavailable' } },
    });
    await ask(service());
    expect(await (await get('/readyz')).json()).toMatchObject({ providers: { recorded: { outcome: 'ok' } } });
  });
});

describe('/metrics', () => {
  async function sample(name: string, labels: string): Promise<number> {
    const text = await (await get('/metrics')).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name}{${labels}} `));
    return Number(line?.split(' ').at(-1) ?? 0);
  }

  test('is Prometheus text', async () => {
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    expect(await response.text()).toMatch(/^# TYPE burngate_decision_duration_seconds histogram$/m);
  });

  test('verdicts are counted by SLO, verdict and code', async () => {
    const labels = 'slo="checkout",verdict="fail",code="harm-proven"';
    const before = await sample('burngate_verdicts_total', labels);
    await ask(service(), { slo: 'checkout' });
    await ask(service(), { slo: 'checkout,search' });
    expect(await sample('burngate_verdicts_total', labels)).toBe(before + 2);
  });

  test('decisions and provider calls are timed', async () => {
    const decisions = 'mode="gate"';
    const calls = 'provider="recorded",call="fetchCounts",outcome="ok"';
    const before = await sample('burngate_decision_duration_seconds_count', decisions);
    const callsBefore = await sample('burngate_provider_duration_seconds_count', calls);
    await ask(service(), { mode: 'gate' });
    expect(await sample('burngate_decision_duration_seconds_count', decisions)).toBe(before + 1);
    expect(await sample('burngate_provider_duration_seconds_count', calls)).toBeGreaterThan(callsBefore);
  });

  test('names that callers make up never become labels', async () => {
    for (const slo of ['made-up-one', 'made-up-two', 'service:made-up']) await ask(service(), { slo });
    const text = await (await get('/metrics')).text();
    expect(text).not.toContain('made-up');
    expect(
      await sample('burngate_verdicts_total', 'slo="-",verdict="inconclusive",code="invalid-request"'),
    ).toBeGreaterThan(2);
  });
});

describe('one analysis', () => {
  test('/v1/analyses/{id} has the counts per bucket, the evidence path, the policy and the queries', async () => {
    const { analysis, verdict, code, reason, evidence } = await ask(service(), {
      slo: 'hashes',
      canary: '6d5f4c7b8',
      stable: '5c4b3a291',
      revision: '7',
    });
    const response = await get(`/v1/analyses/${String(analysis)}`);
    const { measurements } = (await response.json()) as { measurements: Record<string, unknown>[] };
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(measurements).toHaveLength(1);
    expect(measurements[0]).toMatchObject({
      analysis,
      slo: 'hashes',
      verdict,
      code,
      reason,
      at: '2024-03-01T11:02:00.000Z',
      release: { canary: '6d5f4c7b8', stable: '5c4b3a291', revision: '7' },
      window: { start: '2024-03-01T10:00:00.000Z', end: '2024-03-01T11:00:00.000Z', bucketSeconds: 60 },
      policy: { alpha: 0.01, margin: 1.5 },
      queriesSent: ['recorded hashes.csv bad+total canary=6d5f4c7b8 stable=5c4b3a291'],
    });
    const { buckets, trace } = measurements[0] as { buckets: unknown[]; trace: Record<string, unknown>[] };
    expect(buckets).toHaveLength(60);
    expect(buckets[0]).toEqual({
      time: '2024-03-01T10:00:00.000Z',
      canary: { good: 40, bad: 10 },
      stable: { good: 449, bad: 1 },
    });
    const firstFail = trace.find((point) => point['verdict'] === 'fail');
    expect(Number(firstFail?.['logHarm']).toPrecision(4)).toBe(Number(evidence?.['logHarm']).toPrecision(4));
  });

  test('/analyses/{id} says the same to people', async () => {
    const { report, reason } = await ask(service(), { slo: 'checkout' });
    const response = await get(String(report));
    const text = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toContain('FAIL  checkout  (harm-proven, judged as of 2024-03-01T11:02:00.000Z)');
    expect(text).toContain(reason);
    expect(text).toContain('2024-03-01T10:00:00Z  10/50 (20%)              1/450 (0.22%)');
  });

  test('the same release has one id, another hash, revision or namespace another', async () => {
    const id = async (fields: object): Promise<unknown> => (await ask(service(), { ...fields })).analysis;
    const same = await id({});
    expect(await id({ at: '2024-03-01T10:30:00Z', weight: '10', mode: 'gate' })).toBe(same);
    const others = await Promise.all([
      id({ canary: 'another' }),
      id({ revision: '2' }),
      id({ namespace: 'shop' }),
      id({ slo: 'search,cart' }),
    ]);
    expect(new Set([same, ...others]).size).toBe(5);
  });

  test('several SLOs have a measurement each, and a refused request has none', async () => {
    const { analysis } = await ask(service(), { slo: 'service:shop' });
    const response = await get(`/v1/analyses/${String(analysis)}`);
    const { measurements } = (await response.json()) as { measurements: { slo: string }[] };
    expect(measurements.map(({ slo }) => slo).toSorted()).toEqual(['advice', 'checkout', 'search']);
    const refused = await post(service(), JSON.stringify({ ...GOOD, slo: 'nobody' }));
    expect(JSON.parse(refused.text)).not.toHaveProperty('analysis');
  });
});
