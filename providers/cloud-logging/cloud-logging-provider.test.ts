import { afterEach, describe, expect, test } from 'vitest';
import type { CountsRequest, Fetched } from '../../src/core/provider.ts';
import { MINUTE } from '../../src/core/units.ts';
import {
  ask,
  bench,
  CANARY,
  lines,
  PLACE,
  SPEC,
  STABLE,
  START,
  traffic,
  type Bench,
  withoutRequest,
} from './emulator/fixture.ts';
import { requestLine } from './emulator/lines.ts';
import type { LogLine } from './emulator/model.ts';
import { GENEROUS, queryOf } from './emulator/opened.ts';

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

const CLEAN = [
  'bad canary 0:1 1:1 2:1 3:1 4:1',
  'bad stable 0:0 1:0 2:0 3:0 4:0',
  'total canary 0:10 1:10 2:10 3:10 4:10',
  'total stable 0:40 1:40 2:40 3:40 4:40',
];

describe('the counts are those of the clean set', () => {
  test('where bad and total are read together, in one call', async () => {
    const { series, complete, notes, settledUntil } = await fetchOver(traffic());
    expect(lines(series)).toEqual(CLEAN);
    expect({ complete, notes, settledUntil }).toEqual({ complete: true, notes: [], settledUntil: undefined });
    expect(open?.emulator.calls).toHaveLength(1);
  });

  test('with every entry delivered twice', async () => {
    const twice = {
      kind: 'none' as const,
      order: (found: readonly LogLine[]) => found.flatMap((each) => [each, each]),
    };
    open = await bench({ entries: traffic(), env: { ...GENEROUS, BURNGATE_CLOUD_LOGGING_PAGE_SIZE: '77' } });
    open.emulator.fault = twice;
    const { series } = await open.provider.fetchCounts(ask(), new AbortController().signal);
    expect(lines(series)).toEqual(CLEAN);
  });

  test('with the entries in any order, over many pages', async () => {
    open = await bench({ entries: traffic(), env: { ...GENEROUS, BURNGATE_CLOUD_LOGGING_PAGE_SIZE: '30' } });
    open.emulator.fault = {
      kind: 'none',
      order: (found) => found.toSorted((a, b) => (a.insertId.slice(-1) < b.insertId.slice(-1) ? -1 : 1)),
    };
    const { series } = await open.provider.fetchCounts(ask(), new AbortController().signal);
    expect(lines(series)).toEqual(CLEAN);
  });

  test('with empty pages between the others', async () => {
    open = await bench({ entries: traffic(), env: { ...GENEROUS, BURNGATE_CLOUD_LOGGING_PAGE_SIZE: '50' } });
    open.emulator.fault = { kind: 'empty pages between' };
    const { series } = await open.provider.fetchCounts(ask(), new AbortController().signal);
    expect(lines(series)).toEqual(CLEAN);
  });

  test('beside entries that are no requests, which are told of', async () => {
    const odd = traffic()
      .slice(0, 100)
      .map((line) => ({ ...withoutRequest(line), insertId: `odd-${line.insertId}` }));
    const { series, notes } = await fetchOver([...traffic(), ...odd]);
    expect(lines(series)).toEqual(CLEAN);
    expect(notes).toEqual([
      '100 of 350 log entries lack the field that tells good from bad and were not counted',
    ]);
  });

  test('beside other logs, namespaces, clusters, releases and resources', async () => {
    const row = { hash: CANARY, pod: 'x', group: '/cart' };
    const other = (place: object, nth: number): LogLine =>
      requestLine({ ...PLACE, ...place }, row, `other-${String(nth)}`, START + nth, true);
    const { series } = await fetchOver([
      ...traffic(),
      other({ namespace: 'staging' }, 1),
      other({ cluster: 'us' }, 2),
      { ...other({}, 3), logName: 'projects/shop-prod/logs/stderr' },
      { ...other({}, 4), resource: { type: 'k8s_pod', labels: other({}, 4).resource.labels } },
      { ...other({}, 5), labels: { 'k8s-pod/rollouts-pod-template-hash': CANARY.toUpperCase() } },
    ]);
    expect(lines(series)).toEqual(CLEAN);
  });
});

test('entries that arrive after the settling lag are told of', async () => {
  const late = traffic().map((line, nth) =>
    nth < 3 ? { ...line, receiveTimestamp: line.timestamp + 5 * MINUTE } : line,
  );
  const { notes } = await fetchOver(late);
  expect(notes).toEqual([
    '3 of 250 log entries arrived later than the settling lag of 2m (the latest after 5m): raise settlingLag',
  ]);
});

test('entries that arrived in our future say so, as clock skew', async () => {
  const { settledUntil } = await fetchOver(traffic(), {}, { now: () => START - 60 * MINUTE });
  expect(settledUntil).toBeGreaterThan(START);
});

describe('a cohort is found', () => {
  test('by a pod label, whose dots GKE writes as underscores', async () => {
    const entries = traffic(1).map((line) => ({
      ...line,
      labels: {
        'k8s-pod/app_kubernetes_io/version': line.labels['k8s-pod/rollouts-pod-template-hash'] ?? '',
      },
    }));
    const match = (hash: string) => ({
      hash,
      value: hash,
      match: 'exact' as const,
      label: 'app.kubernetes.io/version',
    });
    const { series } = await fetchOver(entries, {
      cohorts: { canary: match(CANARY), stable: match(STABLE) },
    });
    expect(lines(series)).toContain('total canary 0:10');
  });

  test('by the beginning of the pod name, and only by its beginning', async () => {
    const more = traffic(1).map((line, nth) => ({
      ...line,
      insertId: `more-${String(nth)}`,
      resource: { ...line.resource, labels: { ...line.resource.labels, pod_name: `old-web-${CANARY}-1` } },
    }));
    const match = (hash: string) => ({
      hash,
      value: `web-${hash}-`,
      match: 'prefix' as const,
      label: 'resource.labels.pod_name',
    });
    const { series } = await fetchOver([...traffic(1), ...more], {
      cohorts: { canary: match(CANARY), stable: match(STABLE) },
    });
    expect(lines(series)).toContain('total canary 0:10');
  });

  test('not at all where one entry could be of both', async () => {
    const match = (value: string) => ({
      hash: 'web',
      value,
      match: 'prefix' as const,
      label: 'resource.labels.pod_name',
    });
    await expect(
      fetchOver(traffic(1), { cohorts: { canary: match('web-'), stable: match('web-5') } }),
    ).rejects.toMatchObject({
      code: 'provider-rejected',
      message: expect.stringContaining('both') as string,
    });
  });
});

describe('groups', () => {
  test('are methods and paths, with ids left out', async () => {
    const entries = traffic(1).map((line, nth) => ({
      ...line,
      httpRequest: {
        requestMethod: 'GET',
        requestUrl: `https://shop.example/users/${String(nth)}?page=2`,
        status: 200,
      },
    }));
    const group = ['httpRequest.requestMethod', 'httpRequest.requestUrl'];
    const queries = {
      bad: queryOf({ ...SPEC, group, status: '5xx' }, 'bad'),
      total: queryOf({ ...SPEC, group }, 'total'),
    };
    const { series } = await fetchOver(entries, { queries, groupBy: 'endpoint' });
    expect(lines(series)).toContain('total canary GET /users/{id} 0:10');
  });

  test('are the values of the breakdown label where it is a field', async () => {
    const { series } = await fetchOver(traffic(1), { groupBy: 'jsonPayload.route' });
    expect(lines(series).filter((line) => line.startsWith('total canary'))).toEqual([
      'total canary /cart 0:4',
      'total canary /orders 0:6',
    ]);
  });

  test('are one, with a note, where nothing says what they are', async () => {
    const { series, notes } = await fetchOver(traffic(1), { groupBy: 'endpoint' });
    expect(lines(series)).toContain('total canary ungrouped 0:10');
    expect(notes.join()).toContain('no field for the breakdown');
  });
});

test('pods of the canary are told apart by their name or by a label', async () => {
  const { podSplit } = await fetchOver(traffic(1), { podLabel: 'pod' });
  expect(
    podSplit?.filter(({ role }) => role === 'total').map(({ pod, points }) => [pod, points[0]?.[1]]),
  ).toEqual([
    [`web-${CANARY}-0`, 5],
    [`web-${CANARY}-1`, 5],
  ]);
});

test('several projects and a log view are read in one call', async () => {
  const names = ['projects/shop-prod', 'projects/shop-logs/locations/eu/buckets/requests/views/_AllLogs'];
  open = await bench({ entries: traffic(1), resourceNames: [names[0] ?? ''] });
  const elsewhere = traffic(1).map((line) => ({ ...line, logName: 'projects/shop-logs/logs/stdout' }));
  open.emulator.hold(names[1] ?? '', elsewhere);
  const spec = { resourceNames: names, log: 'stdout' };
  const queries = { bad: queryOf({ ...spec, status: '5xx' }, 'bad'), total: queryOf(spec, 'total') };
  const { series } = await open.provider.fetchCounts(ask({ queries }), new AbortController().signal);
  expect(lines(series)).toContain('total canary 0:20');
  expect(open.emulator.calls).toHaveLength(1);
});

test('a scope that the entries cannot tell is refused, not ignored', async () => {
  const spec = { ...SPEC, resource: 'gce_instance' };
  const queries = { bad: queryOf({ ...spec, status: '5xx' }, 'bad'), total: queryOf(spec, 'total') };
  await expect(fetchOver(traffic(1), { queries })).rejects.toMatchObject({ code: 'invalid-scope' });
});
