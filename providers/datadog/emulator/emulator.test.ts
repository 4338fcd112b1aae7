import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMetricQuery } from './metric-query.ts';
import { CANARY, opened, START, STABLE, type Opened } from './opened.ts';
import { SyntaxFault } from './scanner.ts';

/* The emulator is only worth something where it is as unforgiving as the real one. */

let open: Opened;
beforeAll(async () => {
  open = await opened();
});
afterAll(async () => open.close());

interface Answer {
  readonly data: {
    readonly attributes: {
      readonly series: readonly { readonly group_tags: readonly string[] }[];
      readonly times: readonly number[];
      readonly values: readonly (readonly (number | null)[])[];
    };
  };
  readonly errors?: readonly string[];
}

async function send(path: string, body: object): Promise<{ status: number; body: Answer; headers: Headers }> {
  const { emulator } = open;
  const reply = await fetch(`${emulator.url}${path}`, {
    method: 'POST',
    headers: { 'dd-api-key': emulator.apiKey, 'dd-application-key': emulator.appKey },
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: (await reply.json()) as Answer, headers: reply.headers };
}

async function timeseries(query: string, span = { from: START, to: START + 30 * 60_000 }, formula = 'a') {
  const queries = [
    { data_source: 'metrics', name: 'a', query },
    { data_source: 'metrics', name: 'b', query },
  ];
  const attributes = { ...span, interval: 60_000, formulas: [{ formula }], queries };
  return send('/api/v2/query/timeseries', { data: { type: 'timeseries_request', attributes } });
}

const METRIC = 'checkout.requests';

describe('the emulated timeseries', () => {
  test('sums with .as_count() and averages without', async () => {
    const summed = await timeseries(`sum:${METRIC}{*}.as_count().rollup(sum, 60)`);
    const averaged = await timeseries(`sum:${METRIC}{*}.rollup(avg, 60)`);
    expect(summed.body.data.attributes.values[0]?.[0]).toBe(220);
    expect(averaged.body.data.attributes.values[0]?.[0]).toBe(55);
  });

  test('lets a star stand for anything: both releases become one', async () => {
    const { body } = await timeseries(
      `sum:${METRIC}{kube_replica_set:checkout-*}.as_count().rollup(sum, 60)`,
    );
    expect(body.data.attributes.values[0]?.[0]).toBe(220);
  });

  test('knows NOT, OR, IN and brackets', async () => {
    const only = `NOT kube_replica_set IN (checkout-${CANARY}) AND (env:prod OR env:staging)`;
    const { body } = await timeseries(
      `sum:${METRIC}{${only}} by {kube_replica_set,region}.as_count().rollup(sum, 60)`,
    );
    expect(body.data.attributes.series.map(({ group_tags: tags }) => tags)).toEqual([
      [`kube_replica_set:checkout-${STABLE}`, 'region:N/A'],
    ]);
  });

  test('enlarges the interval of a span with too many points, without a word', async () => {
    const { body } = await timeseries(`sum:${METRIC}{*}.as_count().rollup(sum, 60)`, {
      from: START,
      to: START + 30 * 3_600_000,
    });
    expect(body.data.attributes.times.every((time) => time % 120_000 === 0)).toBe(true);
    expect(body.data.attributes.values[0]?.[0]).toBe(440);
  });

  test('computes formulas', async () => {
    const { body } = await timeseries(`sum:${METRIC}{*}.as_count().rollup(sum, 60)`, undefined, 'a + b');
    expect(body.data.attributes.values[0]?.[0]).toBe(440);
  });

  test.each([
    `sum:${METRIC}{env:prod AND}`,
    `sum:${METRIC}{env}`,
    `sum:${METRIC}{env:prod} by {a} by {b}`,
    `sum:${METRIC}{env:prod}}`,
    `${METRIC}{*}`,
  ])('refuses %s', async (query) => {
    expect(() => parseMetricQuery(query)).toThrow(SyntaxFault);
    expect((await timeseries(query)).status).toBe(400);
  });
});

describe('the emulated organisation', () => {
  test('refuses aggregates whose limits are too large together', async () => {
    const { status, body } = await send('/api/v2/logs/analytics/aggregate', {
      compute: [{ aggregation: 'count', type: 'timeseries', interval: '1m' }],
      filter: { query: '*', from: '0', to: '1' },
      group_by: [
        { facet: 'a', limit: 101 },
        { facet: 'b', limit: 100 },
      ],
    });
    expect([status, body.errors]).toEqual([400, ['the product of the limits exceeds 10000']]);
  });

  test('counts calls down to a 429', async () => {
    open.emulator.limit = { calls: open.emulator.calls.length + 1, periodSeconds: 60 };
    const query = `sum:${METRIC}{*}.as_count().rollup(sum, 60)`;
    const replies = [];
    for (let nth = 0; nth < 10; nth += 1) replies.push(await timeseries(query));
    expect(replies[0]?.headers.get('x-ratelimit-limit')).toBe(String(open.emulator.limit.calls));
    expect(replies.at(-1)?.status).toBe(429);
    expect(replies.at(-1)?.headers.get('x-ratelimit-remaining')).toBe('0');
  });
});
