import { Ajv2020 } from 'ajv/dist/2020.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { ask, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { AT, SHOP } from '../support/shop.ts';

const service = served({ slos: folderWith(SHOP), flags: ['--data', folderWith({})] });
const LATER = '?at=2024-03-01T11:10:00Z';

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${service().url}${path}`, { headers });
}

async function json<T = Record<string, unknown>>(path: string): Promise<T> {
  const response = await get(path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
}

interface Listed {
  readonly analyses: readonly { readonly analysis: string; readonly slo: string; readonly release: object }[];
  readonly next: string | null;
}

let failed = '';
beforeAll(async () => {
  failed = String((await ask(service(), { slo: 'checkout', rollout: 'shop', revision: '7' })).analysis);
  await ask(service(), { slo: 'service:shop' });
  await ask(service(), { slo: 'endpoints', namespace: 'a' });
  await ask(service(), { slo: 'lost' });
  for (let revision = 1; revision <= 20; revision += 1) await ask(service(), { revision: String(revision) });
  // Written behind the answers' backs.
  while ((await json<Listed>('/v1/analyses?limit=500')).analyses.length < 26) await sleep(20);
});

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}
interface Described {
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly content?: Readonly<Record<string, { readonly schema: object; readonly example?: object }>>;
      }
    >
  >;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: object }>> };
}

async function validator() {
  const document = await json<Document>('/openapi.json');
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': true } });
  ajv.addSchema({ $id: 'openapi', components: document.components });
  const validate = (name: string, value: unknown): unknown => {
    const check = ajv.getSchema(`openapi#/components/schemas/${name}`);
    if (check === undefined) throw new Error(`no schema ${name}`);
    return check(value) === true
      ? []
      : check.errors?.slice(0, 5).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
  return { document, validate };
}

describe('the description of the API', () => {
  test('is OpenAPI 3.1 with a schema for each answer, and its examples fit', async () => {
    const { document, validate } = await validator();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/v1/analysis',
      '/v1/slos',
      '/v1/slos/{name}',
      '/v1/analyses',
      '/v1/analyses/{id}',
    ]);
    let examples = 0;
    for (const described of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
      const { schema, example } = described.responses['200']?.content?.['application/json'] ?? {};
      const name =
        String(Reflect.get(schema ?? {}, '$ref'))
          .split('/')
          .at(-1) ?? '';
      if (example === undefined) continue;
      examples += 1;
      expect([name, validate(name, example)]).toEqual([name, []]);
    }
    const request =
      document.paths['/v1/analysis']?.['post']?.requestBody?.content['application/json']?.example;
    expect(validate('AnalysisRequest', request)).toEqual([]);
    expect(examples).toBeGreaterThan(2);
  });

  test.each([
    ['/v1/slos', 'SloList'],
    [`/v1/slos${LATER}`, 'SloList'],
    ['/v1/slos/checkout', 'SloReport'],
    [`/v1/slos/checkout${LATER}`, 'SloReport'],
    [`/v1/slos/endpoints${LATER}`, 'SloReport'],
    ['/v1/analyses?limit=500', 'AnalysisList'],
  ])('%s answers as described', async (path, name) => {
    const { validate } = await validator();
    expect(validate(name, await json(path))).toEqual([]);
  });

  test('every analysis answers as described, and so does every problem', async () => {
    const { validate } = await validator();
    const { analyses } = await json<Listed>('/v1/analyses?limit=500');
    for (const { analysis } of analyses)
      expect(validate('Analysis', await json(`/v1/analyses/${analysis}`))).toEqual([]);
    for (const path of [
      '/v1/slos/nobody',
      '/v1/analyses/nobody',
      '/v1/analyses?verdict=maybe',
      '/v1/slos/lost',
      '/nowhere',
    ]) {
      const response = await get(path);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(validate('Problem', await response.json())).toEqual([]);
    }
  });

  test('refuses what is not in it', async () => {
    const { validate } = await validator();
    expect(validate('SloList', { slos: [{ slo: 'x' }] })).not.toEqual([]);
    expect(validate('AnalysisList', { analyses: [], next: null, origin: 'elsewhere' })).not.toEqual([]);
  });
});

describe('/v1/slos', () => {
  test('has every SLO, also those that cannot be reported', async () => {
    const { slos } = await json<{
      slos: { slo: string; state: string; sli: number | null; outdated: string | null }[];
    }>(`/v1/slos${LATER}`);
    expect(slos).toHaveLength(11);
    expect(slos.find(({ slo }) => slo === 'lost')).toMatchObject({
      state: 'unavailable',
      sli: null,
      outdated: expect.stringContaining('lost.csv') as string,
    });
    // Canary 40 of 50 and stable 449 of 450, each minute.
    expect(slos.find(({ slo }) => slo === 'checkout')?.sli).toBeCloseTo(489 / 500, 12);
  });

  test('one has its budget by hand: 660 bad of 30,000 at 99% are 2.2 budgets', async () => {
    const report = await json<
      Record<string, Record<string, Record<string, number>>> & { releases: Record<string, unknown>[] }
    >(`/v1/slos/checkout${LATER}`);
    expect(report['events']).toEqual({ good: 29_340, bad: 660 });
    expect(report['budget']?.['events']).toMatchObject({
      total: expect.closeTo(300, 6) as number,
      consumed: 660,
    });
    expect(report['budget']?.['ratio']?.['remaining']).toBeCloseTo(-1.2, 9);
    // The canary alone: 600 of 300; beyond stable's share of 1 in 450: 600 - 3,000/450.
    const [spend] = report.releases;
    expect(spend).toMatchObject({ verdict: 'fail', badEvents: 600, canaryEvents: 3000 });
    expect(spend?.['budgetRatio']).toBeCloseTo(2, 9);
    expect(spend?.['excessBadEvents']).toBeCloseTo(600 - 3000 / 450, 9);
    expect(spend?.['budgetSeconds']).toBeCloseTo(2 * 28 * 86_400, 3);
  });

  test('of a time without counts says nothing rather than zero', async () => {
    const report = await json('/v1/slos/checkout?at=2024-02-01T00:00:00Z');
    expect(report).toMatchObject({
      state: 'no-data',
      sli: null,
      burnRate: null,
      exhaustion: { state: 'unknown', seconds: null },
    });
  });

  test('whose source is gone is 503 with a remedy and Retry-After', async () => {
    const response = await get('/v1/slos/lost');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('10');
    expect(await response.json()).toMatchObject({ type: 'urn:burngate:problem:report-unavailable' });
  });
});

describe('/v1/analyses', () => {
  test('pages follow each other by cursor and Link, and end', async () => {
    const seen: string[] = [];
    let path: string | null = '/v1/analyses?limit=7';
    while (path !== null) {
      const response: Response = await get(path);
      const page = (await response.json()) as Listed;
      seen.push(...page.analyses.map(({ analysis, slo }) => `${analysis} ${slo}`));
      const link = response.headers.get('link');
      expect(link === null).toBe(page.next === null);
      path = /<(.+)>; rel="next"/.exec(link ?? '')?.[1] ?? null;
    }
    expect(seen).toHaveLength(26);
    expect(new Set(seen).size).toBe(26);
  });

  test.each([
    ['slo=checkout', 2],
    ['service=shop', 24],
    ['verdict=fail', 4],
    ['rollout=shop', 1],
    ['namespace=a&verdict=fail', 1],
    ['slo=checkout&rollout=', 2],
    [`from=${AT}`, 26],
    [`to=${AT}`, 0],
  ])('?%s lists %i', async (query, count) => {
    expect((await json<Listed>(`/v1/analyses?limit=500&${query}`)).analyses).toHaveLength(count);
  });

  test.each([
    ['limit=0', 'limit: given "0", allowed a whole number from 1 to 500'],
    ['verdict=maybe', 'verdict: given "maybe", allowed pass, fail or inconclusive'],
    ['from=yesterday', 'allowed RFC 3339'],
    ['cursor=%21', 'allowed "next" of the page before'],
    ['slow=checkout', '"slow": given a parameter, allowed slo, service,'],
  ])('?%s is 400 and says what is allowed', async (query, detail) => {
    const response = await get(`/v1/analyses?${query}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toContain(detail);
  });

  test('as CSV has a row for each, and no cell that a spreadsheet would run', async () => {
    const response = await get('/v1/analyses?format=csv&limit=500');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^analysis,slo,service,/);
    expect(lines.length).toBeGreaterThan(26);
    expect((await get('/v1/slos', { accept: 'text/csv' })).headers.get('content-type')).toMatch(/^text\/csv/);
  });
});

describe('one analysis', () => {
  test('has the trace that ends at the evidence of its verdict, groups and all', async () => {
    const { analyses } = await json<Listed>('/v1/analyses?slo=endpoints');
    const { measurements } = await json<{
      measurements: {
        groupsInTrace: boolean;
        code: string;
        figures: { evidence: Record<string, number> };
        trace: Record<string, unknown>[];
        bands: unknown[];
      }[];
    }>(`/v1/analyses/${analyses[0]?.analysis ?? ''}`);
    const [one] = measurements;
    const last = one?.trace.at(-1);
    expect(one?.groupsInTrace).toBe(true);
    expect(last?.['code']).toBe(one?.code);
    expect(last?.['logHarm']).toBe(one?.figures.evidence['logHarm']);
    expect(last?.['logRelative']).toBe(one?.figures.evidence['logRelative']);
    expect(one?.bands).toHaveLength(60);
  });

  test('lists every look, and is there after a restart of the process', async () => {
    await ask(service(), { slo: 'checkout', rollout: 'shop', revision: '7', at: '2024-03-01T10:30:00Z' });
    await expect
      .poll(async () => (await json<{ looks: unknown[] }>(`/v1/analyses/${failed}`)).looks.length)
      .toBe(2);
    const detail = await json<{ looks: { at: string }[]; origin: string }>(`/v1/analyses/${failed}`);
    expect(detail.origin).toBe('history');
    expect(detail.looks.map(({ at }) => at)).toEqual([
      '2024-03-01T11:02:00.000Z',
      '2024-03-01T10:30:00.000Z',
    ]);
  });

  test('is not sent again to who has it', async () => {
    const first = await get(`/v1/analyses/${failed}`);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    expect((await get(`/v1/analyses/${failed}`, { 'if-none-match': tag })).status).toBe(304);
    expect((await get(`/v1/analyses/${failed}`, { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

describe('/metrics', () => {
  test('has the budgets of reports that were made, and what became of measurements', async () => {
    await json('/v1/slos');
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(/^burngate_history_measurements_total\{outcome="stored"\} \d+$/m);
    expect(text).toMatch(/^burngate_history_up 1$/m);
    expect(text).toMatch(/^burngate_slo_report_timestamp_seconds\{slo="checkout"\} \d+/m);
    // Without counts there is nothing to say, and 0 would be a budget that is spent.
    expect(text).not.toMatch(/^burngate_slo_budget_remaining_ratio\{slo="checkout"\}/m);
  });
});

// Last, because it adds analyses.
describe('the analysis route', () => {
  test('every verdict answers as described', async () => {
    const { validate } = await validator();
    for (const slo of ['checkout', 'search', 'endpoints', 'lost', 'nobody', 'service:shop']) {
      const reply = await post(service(), JSON.stringify({ ...GOOD, slo }));
      expect(validate('AnalysisAnswer', JSON.parse(reply.text))).toEqual([]);
    }
  });
});
