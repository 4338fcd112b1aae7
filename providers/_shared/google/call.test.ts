import { MetricServiceClient } from '@google-cloud/monitoring';
import { grpc } from 'google-gax';
import { PassThroughClient } from 'google-auth-library';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unaryCall, type InnerApiCall } from './call.ts';
import { GrpcStatusError } from './emulator/grpc-status-error.ts';
import { LoopbackServer } from './emulator/loopback-server.ts';
import { backOffOf, type CallContext } from './grpc-fault.ts';

const CONTEXT: CallContext = {
  api: 'Cloud Monitoring',
  action: 'listing time series of projects/shop-prod',
  permission: 'monitoring.timeSeries.list',
  role: 'roles/monitoring.viewer',
  principal: 'burngate@shop-prod.iam.gserviceaccount.com',
  project: 'shop-prod',
  compare: 'with the metric',
};

let answer: (signal: AbortSignal) => Promise<object>;
let calls = 0;
const server = new LoopbackServer({
  protos: '@google-cloud/monitoring/build/protos/protos.json',
  service: 'google.monitoring.v3.MetricService',
  methods: {
    ListTimeSeries: async (_, signal) => {
      calls += 1;
      return answer(signal);
    },
  },
});
let client: MetricServiceClient;
let method: InnerApiCall;

beforeAll(async () => {
  await server.start();
  client = new MetricServiceClient({
    apiEndpoint: '127.0.0.1',
    port: Number(new URL(server.endpoint).port),
    sslCreds: grpc.credentials.createInsecure(),
    authClient: new PassThroughClient(),
  });
  await client.initialize();
  method = client.innerApiCalls['listTimeSeries'] as InnerApiCall;
});
afterAll(async () => {
  await client.close();
  server.stop();
});

async function ask(signal = new AbortController().signal, timeoutMs = 4000): Promise<unknown> {
  return unaryCall(
    method,
    { name: 'projects/shop-prod' },
    { signal, timeoutMs, routing: { name: 'projects/shop-prod' }, context: CONTEXT },
  );
}

test('an answer comes back whole, with what the paging of the SDK leaves out', async () => {
  answer = async () => ({ timeSeries: [], executionErrors: [{ code: 14, message: 'a shard' }], unit: '1' });
  await expect(ask()).resolves.toMatchObject({ executionErrors: [{ message: 'a shard' }], unit: '1' });
});

test.each([
  ['UNAVAILABLE', {}, 'provider-unavailable', true, /is unavailable/],
  ['INTERNAL', {}, 'provider-unavailable', true, /INTERNAL/],
  ['RESOURCE_EXHAUSTED', { retryAfterSeconds: 30 }, 'provider-quota', true, /limits our calls/],
  ['INVALID_ARGUMENT', {}, 'provider-rejected', false, /refused listing.*"said the server"/],
  ['NOT_FOUND', {}, 'provider-rejected', false, /refused/],
  ['UNAUTHENTICATED', {}, 'provider-denied', false, /does not accept our credentials/],
  [
    'PERMISSION_DENIED',
    {},
    'provider-denied',
    false,
    /burngate@shop.* lacks the permission monitoring\.timeSeries\.list/,
  ],
  [
    'PERMISSION_DENIED',
    { reason: 'IAM_PERMISSION_DENIED', metadata: { permission: 'monitoring.metricDescriptors.get' } },
    'provider-denied',
    false,
    /lacks the permission monitoring\.metricDescriptors\.get/,
  ],
  [
    'PERMISSION_DENIED',
    { reason: 'SERVICE_DISABLED', metadata: { service: 'monitoring.googleapis.com' } },
    'provider-denied',
    false,
    /is not enabled in shop-prod/,
  ],
  ['PERMISSION_DENIED', { reason: 'USER_PROJECT_DENIED' }, 'provider-denied', false, /quota project/],
  ['DATA_LOSS', {}, 'provider-garbled', true, /cannot be read/],
  ['UNKNOWN', {}, 'provider-unavailable', true, /unavailable/],
] as const)('%s %o is %s, in one call', async (status, details, code, retryable, message) => {
  calls = 0;
  answer = async () => {
    throw new GrpcStatusError(grpc.status[status], 'said the server', details);
  };
  await expect(ask()).rejects.toMatchObject({
    code,
    retryable,
    message: expect.stringMatching(message) as string,
  });
  expect(calls).toBe(1);
});

test('the time to back off is the one that the API names, else ours; other faults have none', async () => {
  const backOff = async (status: grpc.status, details = {}): Promise<number | null> => {
    answer = async () => {
      throw new GrpcStatusError(status, 'said the server', details);
    };
    const error: unknown = await ask().catch((cause: unknown) => cause);
    return backOffOf(error instanceof Error ? error.cause : null);
  };
  expect(await backOff(grpc.status.RESOURCE_EXHAUSTED, { retryAfterSeconds: 30 })).toBe(30_000);
  expect(await backOff(grpc.status.RESOURCE_EXHAUSTED)).toBe(15_000);
  expect(await backOff(grpc.status.UNAVAILABLE)).toBe(null);
});

test('a server that hangs is given up at the deadline', async () => {
  answer = async (signal) => hang(signal);
  await expect(ask(undefined, 50)).rejects.toMatchObject({ code: 'provider-timeout', retryable: true });
});

test('a caller that gives up gets its own reason, and the server sees it', async () => {
  const arrived = Promise.withResolvers<AbortSignal>();
  answer = async (signal) => {
    arrived.resolve(signal);
    return hang(signal);
  };
  const controller = new AbortController();
  const reason = new Error('enough');
  const asked = ask(controller.signal);
  const atServer = await arrived.promise;
  const gone = new Promise((resolve) => {
    atServer.addEventListener('abort', resolve, { once: true });
  });
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
  await gone;
  await expect(ask(AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('a server that is gone cannot be reached, and is found again', async () => {
  answer = async () => ({ unit: '1' });
  server.stop();
  await expect(ask()).rejects.toMatchObject({ code: 'provider-unavailable', retryable: true });
  await server.start();
  await expect.poll(async () => ask().catch(() => null), { timeout: 10_000 }).toMatchObject({ unit: '1' });
});

async function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('cancelled'));
    });
  });
}
