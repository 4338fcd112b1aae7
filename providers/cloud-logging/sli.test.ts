import { afterEach, describe, expect, test } from 'vitest';
import type { CountsRequest, Fetched } from '../../src/core/provider.ts';
import {
  ask,
  bench,
  CANARY,
  lines,
  SPEC,
  STABLE,
  traffic,
  type Bench,
  withoutRequest,
} from './emulator/fixture.ts';
import type { LogLine } from './emulator/model.ts';
import { queryOf } from './emulator/opened.ts';

let open: Bench | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

async function fetchOver(
  entries: readonly LogLine[],
  request: Partial<CountsRequest<unknown>> = {},
  more: Partial<Parameters<typeof bench>[0]> = {},
): Promise<Fetched> {
  open = await bench({ entries, ...more });
  return open.provider.fetchCounts(ask(request), new AbortController().signal);
}

const BAD_OF_CLEAN = 'bad canary 0:1 1:1 2:1 3:1 4:1';

describe('an SLI', () => {
  const bad = async (
    spec: object,
    entries: readonly LogLine[],
    more: Partial<CountsRequest<unknown>> = {},
  ): Promise<string[]> => {
    const queries = { bad: queryOf({ ...SPEC, ...spec }, 'bad'), total: queryOf(SPEC, 'total') };
    const { series } = await fetchOver(entries, { queries, ...more });
    return lines(series).filter((line) => line.startsWith('bad canary'));
  };
  const timed = (seconds: number | undefined): LogLine[] =>
    traffic(1).map((line, nth) => ({
      ...line,
      httpRequest: {
        status: 200,
        ...(seconds !== undefined && nth < 5 ? { latencySeconds: seconds } : { latencySeconds: 0.1 }),
      },
    }));

  test('of severity', async () => {
    expect(await bad({ severity: 'WARNING' }, traffic())).toEqual([BAD_OF_CLEAN]);
  });

  test('of the latency of the request: only above the limit is bad', async () => {
    expect(await bad({ latencyOver: '500ms' }, timed(0.5))).toEqual(['bad canary 0:0']);
    await open?.close();
    expect(await bad({ latencyOver: '500ms' }, timed(0.5001))).toEqual(['bad canary 0:5']);
  });

  test.each([
    ['ms', 501],
    ['s', 0.501],
    ['us', 501_000],
    ['duration', '501ms'],
  ] as const)('of a latency in the payload, in %s', async (unit, value) => {
    const entries = traffic(1).map((line, nth) => ({
      ...line,
      jsonPayload: { took: nth < 4 ? value : unit === 'duration' ? '1ms' : 0 },
    }));
    const spec = { latencyOver: '500ms', latency: { field: 'jsonPayload.took', unit } };
    expect(await bad(spec, entries)).toEqual(['bad canary 0:4']);
    await open?.close();
    // The same where the service sorts them out: bad alone.
    const queries = { bad: queryOf({ ...SPEC, ...spec }, 'bad') };
    expect(await bad(spec, entries, { queries })).toEqual(['bad canary 0:4']);
  });

  test('of a status in the payload of another shipper, its labels and namespace there too', async () => {
    const entries = traffic(2).map((line, nth) => ({
      ...withoutRequest(line),
      labels: {},
      resource: { type: 'generic_node', labels: { node_id: 'n1' } },
      jsonPayload: {
        code: nth % 10 === 0 ? '503' : '200',
        kubernetes: {
          namespace_name: 'shop',
          labels: {
            'rollouts-pod-template-hash': nth % 50 < 10 ? CANARY : STABLE,
            'app.kubernetes.io/version': 'v2',
          },
        },
      },
    }));
    const spec = {
      resource: 'generic_node',
      podLabels: { at: 'jsonPayload.kubernetes.labels' },
      namespace: 'jsonPayload.kubernetes.namespace_name',
    };
    const queries = {
      bad: queryOf({ ...SPEC, ...spec, status: '5xx', statusField: 'jsonPayload.code' }, 'bad'),
      total: queryOf({ ...SPEC, ...spec }, 'total'),
    };
    const { series } = await fetchOver(entries, { queries, scope: { namespace: 'shop' } });
    expect(lines(series)).toEqual([
      'bad canary 0:1 1:1',
      'bad stable 0:4 1:4',
      'total canary 0:10 1:10',
      'total stable 0:40 1:40',
    ]);
  });

  test('of good and total', async () => {
    const queries = { good: queryOf({ ...SPEC, status: '100-499' }, 'good'), total: queryOf(SPEC, 'total') };
    const { series } = await fetchOver(traffic(1), { queries });
    expect(lines(series)).toEqual([
      'good canary 0:9',
      'good stable 0:40',
      'total canary 0:10',
      'total stable 0:40',
    ]);
  });

  test('whose bad events have a filter of their own is read in two passes, bad first', async () => {
    const queries = {
      bad: queryOf({ ...SPEC, filter: 'jsonPayload.route="/cart" AND severity>=ERROR' }, 'bad'),
      total: queryOf(SPEC, 'total'),
    };
    const { series } = await fetchOver(traffic(1), { queries });
    expect(lines(series)).toEqual(['bad canary 0:1', 'total canary 0:10', 'total stable 0:40']);
    expect(open?.emulator.calls.map(({ filter }) => filter.includes('/cart'))).toEqual([true, false]);
  });
});
