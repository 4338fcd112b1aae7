import { afterEach, expect, test } from 'vitest';
import { scriptedServer } from '../../test/argo/scripted-server.ts';
import { parseMetric } from '../analysis/metric.ts';
import { measurePrometheus } from './measure.ts';

let server: Awaited<ReturnType<typeof scriptedServer>> | undefined;
afterEach(async () => server?.close());

const CONDITIONS = {
  successCondition: 'len(result) > 0 && result[0] < 0.95',
  failureCondition: 'len(result) > 0 && result[0] >= 0.95',
};

async function measure(body: string, conditions: object = CONDITIONS, status = 200) {
  server = await scriptedServer(() => ({ status, body }));
  const { url } = server;
  const provider = { prometheus: { address: 'http://prometheus:9090', query: 'up{a="b"}' } };
  return measurePrometheus(parseMetric({ name: 'memory', provider, ...conditions }), Date.UTC(2026, 0, 1), {
    version: 'v1.9.1',
    hosts: () => ({ 'prometheus:9090': url }),
    sendsSimulatedTime: true,
  });
}
const vector = (...values: readonly string[]): string =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
  });

test('asks for the query at the simulated time', async () => {
  await measure(vector('0.5'));
  expect(server?.seen[0]).toMatchObject({ method: 'POST', path: '/api/v1/query' });
  expect(Object.fromEntries(new URLSearchParams(server?.seen[0]?.body))).toEqual({
    query: 'up{a="b"}',
    time: String(Date.UTC(2026, 0, 1) / 1000),
  });
});

test.each([
  [vector('0.5'), 'Successful', '[0.5]'],
  [vector('0.97'), 'Failed', '[0.97]'],
  [vector('0.5', '0.97'), 'Successful', '[0.5,0.97]'],
  [vector(), 'Inconclusive', '[]'],
  [vector('NaN'), 'Inconclusive', '[NaN]'],
  [vector('+Inf'), 'Failed', '[Infinity]'],
])('%s is %s', async (body, phase, value) => {
  expect((await measure(body)).treatment).toMatchObject({ phase, value });
});

test('an empty vector is an Error for a condition that does not ask for its length', async () => {
  const conditions = { successCondition: 'result[0] < 0.95' };
  expect((await measure(vector(), conditions)).treatment.phase).toBe('Error');
});

test('a scalar is a number', async () => {
  const body = JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '3'] } });
  const { treatment } = await measure(body, { successCondition: 'result == 3.0' });
  expect(treatment).toMatchObject({ phase: 'Successful', value: '3' });
});

test.each([
  ['{"status":"error","error":"x"}', 200],
  ['not json', 200],
  ['', 503],
])('%s with %i is an Error', async (body, status) => {
  expect((await measure(body, CONDITIONS, status)).treatment.phase).toBe('Error');
});
