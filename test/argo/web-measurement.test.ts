import { afterEach, expect, test } from 'vitest';
import { parseMetric } from '../../argo/analysis/metric.ts';
import { substituteArgs } from '../../argo/analysis/substitute.ts';
import type { RawObject } from '../../argo/read.ts';
import { measureWeb } from '../../argo/web-metric/measure.ts';
import { scriptedServer, type Scripted, type Seen } from './scripted-server.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
let server: Awaited<ReturnType<typeof scriptedServer>> | undefined;
afterEach(async () => server?.close());

async function measure(
  web: RawObject,
  answer: (seen: Seen, index: number) => Scripted = () => ({ body: '{"verdict":"pass"}' }),
  args: Readonly<Record<string, string>> = {},
) {
  server = await scriptedServer(answer);
  const { url } = server;
  const conditions = {
    successCondition: 'result.verdict == "pass"',
    failureCondition: 'result.verdict == "fail"',
  };
  const raw = {
    name: 'slo',
    ...conditions,
    provider: { web: { url: 'http://burngate.test:8080/v1/analysis', ...web } },
  };
  const metric = parseMetric(substituteArgs(raw, new Map(Object.entries(args))));
  return measureWeb(metric, NOW, {
    version: 'v1.9.1',
    hosts: () => ({ 'burngate.test:8080': url }),
    sendsSimulatedTime: true,
  });
}

test('a jsonBody goes out as JSON with its args and the simulated time', async () => {
  const { treatment } = await measure({ method: 'POST', jsonBody: { slo: '{{args.slo}}' } }, undefined, {
    slo: 'say "hi"\n',
  });
  expect(treatment.phase).toBe('Successful');
  expect(server?.seen[0]).toMatchObject({ method: 'POST', path: '/v1/analysis' });
  expect(server?.seen[0]?.headers['content-type']).toBe('application/json');
  expect(JSON.parse(server?.seen[0]?.body ?? '')).toEqual({
    slo: 'say "hi"\n',
    at: '2026-01-01T12:00:00.000Z',
  });
});

test('a plain body has no Content-Type, and of two headers the last counts', async () => {
  const headers = [
    { key: 'X-A', value: '1' },
    { key: 'x-a', value: '2' },
  ];
  await measure({ method: 'PUT', body: 'text', headers });
  expect(server?.seen[0]?.headers).toMatchObject({ 'x-a': '2', 'user-agent': 'Go-http-client/1.1' });
  expect(server?.seen[0]?.headers['content-type']).toBeUndefined();
});

test.each([
  [
    'a body with GET',
    { body: 'x' },
    'Body/JSONBody can only be used with POST or PUT WebMetric Method types',
  ],
  [
    'body and jsonBody together',
    { method: 'POST', body: 'x', jsonBody: {} },
    'use either Body or JSONBody; both cannot exists for WebMetric payload',
  ],
  ['a jsonPath that cannot be read', { jsonPath: '{$' }, 'unclosed action'],
])('%s is an Error and nothing is sent', async (_, web, error) => {
  expect((await measure(web)).treatment).toEqual({ phase: 'Error', value: '', error });
  expect(server?.seen).toEqual([]);
});

test('a non-2xx answer is an Error and its body is lost', async () => {
  const { treatment } = await measure({}, () => ({ status: 503, body: '{"verdict":"pass"}' }));
  expect(treatment).toEqual({ phase: 'Error', value: '', error: 'received non 2xx response code: 503' });
});

test('a redirect is followed and turns POST into GET', async () => {
  await measure({ method: 'POST', jsonBody: {} }, (_, index) =>
    index === 0 ? { status: 302, headers: { location: '/login' }, body: '' } : { body: '<html>login</html>' },
  );
  expect(server?.seen.map(({ method, path }) => [method, path])).toEqual([
    ['POST', '/v1/analysis'],
    ['GET', '/login'],
  ]);
});

test('a service that hangs is an Error after timeoutSeconds, on the simulated clock too', async () => {
  const { treatment, tookMs } = await measure({ timeoutSeconds: 1 }, () => 'hang');
  expect(treatment).toMatchObject({
    phase: 'Error',
    error: expect.stringContaining('context deadline exceeded') as string,
  });
  expect(tookMs).toBe(1000);
});

test('a refused connection is an Error', async () => {
  const gone = await scriptedServer(() => ({ body: '' }));
  await gone.close();
  const metric = parseMetric({ name: 'slo', provider: { web: { url: gone.url } } });
  const { treatment } = await measureWeb(metric, NOW, {
    version: 'v1.9.1',
    hosts: () => ({}),
    sendsSimulatedTime: false,
  });
  expect(treatment).toMatchObject({
    phase: 'Error',
    error: expect.stringContaining('connection refused') as string,
  });
});

test('an arg that was not supplied cannot be resolved', () => {
  expect(() => substituteArgs({ name: '{{args.slo}}' }, new Map())).toThrow('failed to resolve {{args.slo}}');
});
