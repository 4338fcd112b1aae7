import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/core/counts.ts';
import type { AnyProvider, AnyProviderDefinition, CountsRequest, Fetched } from '../../src/core/provider.ts';
import { MINUTE } from '../../src/core/units.ts';
import { providerDeps } from '../../test/support/provider-deps.ts';
import { recorded } from './index.ts';

const START = Date.UTC(2024, 4, 1, 12);
const FIXTURES = `${import.meta.dirname}/fixtures`;
const CANARY = '6d4b75cb6d';
const STABLE = '5f9c8b7d44';

async function openProvider(): Promise<AnyProvider> {
  // What the registry holds, so that the compiler checks that it fits there.
  const registry: readonly AnyProviderDefinition[] = [recorded];
  const settings = recorded.parseSettings({});
  if (registry.length !== 1 || !settings.ok) throw new Error('no settings');
  return recorded.open(settings.value, providerDeps({ now: () => START }));
}

function query(spec: object, role: Role = 'bad'): unknown {
  const parsed = recorded.parseQuery(spec, { role, baseDir: FIXTURES });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function request(spec: object, more: Partial<CountsRequest<unknown>> = {}): CountsRequest<unknown> {
  const match = (hash: string) => ({ hash, value: hash, match: 'exact' as const });
  return {
    queries: { bad: query(spec, 'bad'), total: query(spec, 'total') },
    cohorts: { canary: match(CANARY), stable: match(STABLE) },
    scope: {},
    window: { start: START, end: START + 12 * MINUTE, bucketMs: 3 * MINUTE },
    ...more,
  };
}

const ask = async (spec: object, more: Partial<CountsRequest<unknown>> = {}): Promise<Fetched> =>
  (await openProvider()).fetchCounts(request(spec, more), new AbortController().signal);

/** `bad canary 0:1 3:2`: minutes and counts. */
const lines = ({ series }: Fetched): string[] =>
  series.map(({ role, cohort, group, points }) =>
    [
      role,
      cohort,
      ...(group === undefined ? [] : [group]),
      ...points.map(([time, events]) => `${String((time - START) / MINUTE)}:${String(events)}`),
    ].join(' '),
  );

describe('recorded counts answer', () => {
  const spec = { path: 'checkout.csv' };

  test('the roles asked for, with holes as holes and zero as zero', async () => {
    const fetched = await ask(spec, { scope: { namespace: 'shop' } });
    expect(lines(fetched)).toEqual([
      'bad canary 0:1 3:2 9:3',
      'bad stable 0:1 3:1 6:2 9:0',
      'total canary 0:14 3:20 9:30',
      'total stable 0:140 3:100 6:100 9:0',
    ]);
    expect(fetched).toMatchObject({
      complete: true,
      settledUntil: START + 12 * MINUTE,
      queriesSent: [`recorded checkout.csv bad+total canary=${CANARY} stable=${STABLE} namespace=shop`],
      notes: [],
    });
  });

  test('by group where a breakdown is asked for', async () => {
    const fetched = await ask(spec, { groupBy: 'endpoint', scope: { namespace: 'shop' } });
    expect(lines(fetched).filter((line) => line.startsWith('bad canary'))).toEqual([
      'bad canary GET /cart 0:1 3:2',
      'bad canary POST /orders 0:0',
      'bad canary ungrouped 9:3',
    ]);
  });

  test('over all namespaces where none is asked for', async () => {
    expect(lines(await ask(spec))).toContain('bad stable 0:8 3:1 6:2 9:0');
  });

  test('an error where the recording cannot tell clusters apart', async () => {
    await expect(ask(spec, { scope: { cluster: 'eu' } })).rejects.toMatchObject({ code: 'invalid-scope' });
  });
});

describe('an access log answers', () => {
  const spec = {
    path: 'ingress.log',
    format: 'combined',
    latency: { field: 'last-1', unit: 's' },
    bad: { status: '5xx', latencyOver: '1s' },
    exclude: '4xx',
    canary: { field: 'last', value: 'checkout-canary' },
  };

  test('by the rules of the query, and tells of the lines that it did not understand', async () => {
    const fetched = await ask(spec);
    expect(lines(fetched)).toEqual([
      'bad canary 0:1',
      'bad stable 0:1',
      'total canary 0:2',
      'total stable 0:2',
    ]);
    expect(fetched.notes).toEqual([
      'ingress.log: 1 of 7 lines were not understood: 1 not of the format (line 7)',
    ]);
    expect(fetched.settledUntil).toBe(START + 3 * MINUTE);
    expect(fetched.queriesSent).toEqual(['recorded ingress.log bad+total canary=canary stable=stable']);
  });

  test('by endpoint', async () => {
    const { series } = await ask({ ...spec, group: 'endpoint' }, { groupBy: 'endpoint' });
    expect(new Set(series.map(({ group }) => group))).toEqual(new Set(['GET /cart/{id}', 'POST /orders']));
  });

  test('as one group, with a note, where it has no rule for groups', async () => {
    const { series, notes } = await ask(spec, { groupBy: 'endpoint' });
    expect(new Set(series.map(({ group }) => group))).toEqual(new Set(['ungrouped']));
    expect(notes).toContain('ingress.log: no group column, so everything is one group, "ungrouped"');
  });

  test('in JSON lines with hashes and namespaces', async () => {
    const json = {
      path: 'app.jsonl',
      format: 'json-log',
      time: 'ts',
      status: 'res.status',
      latency: { field: 'res.ms', unit: 'ms' },
      bad: { status: '5xx', latencyOver: '1s' },
      canary: { field: 'k8s.hash' },
      group: { method: 'req.method', path: 'req.path' },
      namespace: 'k8s.ns',
    };
    const fetched = await ask(json, { scope: { namespace: 'shop' }, groupBy: 'endpoint' });
    expect(lines(fetched)).toEqual([
      'bad canary GET /cart/{id} 0:1',
      'bad stable GET /cart/{id} 0:1',
      'bad stable POST /orders 0:0',
      'total canary GET /cart/{id} 0:2',
      'total stable GET /cart/{id} 0:1',
      'total stable POST /orders 0:1',
    ]);
    expect(fetched.notes).toEqual([
      'app.jsonl: 1 of 5 lines were not understood: 1 without a status (line 5)',
    ]);
  });
});

describe('several recordings', () => {
  test('answer a role each and settle with the slower one', async () => {
    const csv = query({ path: 'checkout.csv' });
    const log = query({ path: 'ingress.log', format: 'combined', canary: { share: 0.5, seed: 7 } });
    const fetched = await ask({ path: 'checkout.csv' }, { queries: { bad: log, total: csv } });
    expect(fetched.queriesSent.map((sent) => sent.split(' ').slice(0, 3))).toEqual([
      ['recorded', 'ingress.log', 'bad'],
      ['recorded', 'checkout.csv', 'total'],
    ]);
    expect(fetched.settledUntil).toBe(START + 3 * MINUTE);
  });

  test('take as long to settle as the slowest says', async () => {
    const provider = await openProvider();
    const queries = {
      bad: query({ path: 'checkout.csv', settlingLag: '90s' }),
      total: query({ path: 'checkout.csv' }),
    };
    expect(await provider.settlingLag(queries, new AbortController().signal)).toBe(90_000);
    expect(await provider.settlingLag({}, new AbortController().signal)).toBe(0);
  });
});

describe('access', () => {
  const { signal } = new AbortController();

  test('is shown for the recordings that are asked for', async () => {
    const provider = await openProvider();
    const queries = { bad: query({ path: 'checkout.csv' }), total: query({ path: 'checkout.csv' }) };
    expect(await provider.checkAccess(queries, signal)).toEqual({
      ok: true,
      detail: 'read checkout.csv (14 lines)',
    });
  });

  test('is missing where a file is, or where not one line of a log is understood', async () => {
    for (const [spec, problem] of [
      [{ path: 'none.csv' }, 'none.csv cannot be read: there is no such file.'],
      [
        { path: 'checkout.csv', format: 'combined', canary: { field: 'last' } },
        'Not one line of checkout.csv was understood.',
      ],
    ] as const) {
      const provider = await openProvider();
      expect(await provider.checkAccess({ bad: query(spec) }, signal)).toMatchObject({ ok: false, problem });
    }
  });
});

test('hostile hashes are shown in the query record without their control characters', async () => {
  const evil = { hash: 'x', value: 'a b\u001B[2J"', match: 'prefix' as const };
  const { queriesSent } = await ask({ path: 'checkout.csv' }, { cohorts: { canary: evil, stable: null } });
  expect(queriesSent).toEqual(['recorded checkout.csv bad+total canary^="a b?[2J""']);
});
