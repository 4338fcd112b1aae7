import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ProviderError, type ProviderFault } from '../../src/core/errors.ts';
import { ask, LOGS, METRICS, opened, type Opened } from './emulator/opened.ts';
import type { Fault } from './emulator/faults.ts';

let open: Opened;
/** With a short deadline, for what never answers. */
let hasty: Opened;
beforeAll(async () => {
  open = await opened();
  hasty = await opened({ BURNGATE_DATADOG_TIMEOUT: '100ms' });
});
beforeEach(() => {
  open.emulator.fault = null;
});
afterAll(async () => {
  await open.close();
  await hasty.close();
});

type Row = readonly [fault: Fault, code: ProviderFault, message: string, retryable: boolean];

const ON_EVERY_ENDPOINT: readonly Row[] = [
  ['reset', 'provider-unavailable', 'cannot be reached', true],
  ['server-error', 'provider-unavailable', '503', true],
  ['unauthenticated', 'provider-denied', 'does not know our keys (401)', false],
  ['rejected', 'provider-rejected', 'refuses the', false],
  ['redirect', 'provider-garbled', 'is a redirect (302)', true],
  ['truncated', 'provider-garbled', 'is cut off, or no JSON', true],
  ['nan', 'provider-garbled', 'contains NaN', true],
  ['empty', 'provider-garbled', 'is empty', true],
  ['status-error', 'provider-garbled', 'has the status "error"', true],
  ['errors-200', 'provider-garbled', 'says that it failed (errors with status 200)', true],
  ['negative', 'provider-garbled', 'counts -3 events', true],
  ['text-value', 'provider-garbled', 'has a value that is no number', true],
  ['no-tags', 'provider-garbled', 'without the', true],
  ['off-grid', 'provider-garbled', 'is not in buckets of 1m', true],
  ['enlarged', 'provider-garbled', 'is in buckets of 5m instead of the 1m asked for', true],
];
const ON_METRICS: readonly Row[] = [
  ...ON_EVERY_ENDPOINT,
  ['denied', 'provider-denied', 'the permission timeseries_query is missing', false],
  ['attributes-null', 'provider-garbled', 'has no attributes', true],
  ['unknown-type', 'provider-garbled', 'is of a type that is not known', true],
  ['no-list', 'provider-garbled', 'has no values', true],
  ['short-values', 'provider-garbled', 'has 29 values for 30 times', true],
];
const ON_LOGS: readonly Row[] = [
  ...ON_EVERY_ENDPOINT,
  ['denied', 'provider-denied', 'the permission logs_read_data is missing', false],
  ['attributes-null', 'provider-garbled', 'has no buckets', true],
  ['unknown-type', 'provider-garbled', 'has no buckets', true],
  ['no-list', 'provider-garbled', 'has a bucket without a timeseries', true],
  ['no-meta', 'provider-garbled', 'has no meta', true],
];

/** Everything of an error that could reach a log. */
function everything(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everything(error.cause ?? '')].join('\n');
}

describe.each([
  { source: 'metrics', queries: METRICS, rows: ON_METRICS },
  { source: 'logs', queries: LOGS, rows: ON_LOGS },
])('on $source', ({ queries, rows }) => {
  test.each(rows)('%s is %s: %s', async (fault, code, message, retryable) => {
    open.emulator.fault = fault;
    const error: unknown = await ask(open.provider, { queries }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ code, retryable, message: expect.stringContaining(message) as string });
    expect(everything(error)).not.toContain(open.emulator.apiKey);
    expect(everything(error)).not.toContain(open.emulator.appKey);
    // And it is over as soon as the fault is.
    open.emulator.fault = null;
    expect((await ask(open.provider, { queries })).complete).toBe(true);
  });
});

test.each([METRICS, LOGS])('no answer at all is a timeout, and nothing waits for ever', async (queries) => {
  hasty.emulator.fault = 'hang';
  await expect(ask(hasty.provider, { queries })).rejects.toMatchObject({
    code: 'provider-timeout',
    retryable: true,
    message: expect.stringContaining('within 100ms') as string,
  });
});

test.each([
  ['logs-timeout', 'gave up counting'],
  ['logs-warning', 'a shard did not answer'],
] as const)('%s leaves the counts incomplete', async (fault, missing) => {
  open.emulator.fault = fault;
  const { complete } = await ask(open.provider, { queries: LOGS });
  expect(complete).toEqual({ missing: expect.stringContaining(missing) as string });
});

test('nulls at the end are no data and never zero', async () => {
  open.emulator.fault = 'null-tail';
  const { series } = await ask(open.provider);
  expect(series).toHaveLength(4);
  expect(series.map(({ points }) => points.length)).toEqual([28, 28, 28, 28]);
});

test('a caller who gives up gets his own reason, at once', async () => {
  open.emulator.fault = 'hang';
  const controller = new AbortController();
  const reason = new Error('enough');
  const hanging = ask(open.provider, {}, controller.signal);
  controller.abort(reason);
  await expect(hanging).rejects.toBe(reason);
});

test('nothing listens: unavailable, with the reason of the system', async () => {
  await open.emulator.stop();
  await expect(ask(open.provider)).rejects.toMatchObject({
    code: 'provider-unavailable',
    message: expect.stringMatching(/^Datadog at datadoghq\.eu cannot be reached: [A-Z_]+\.$/) as string,
  });
  await open.emulator.listen();
  expect((await ask(open.provider)).complete).toBe(true);
});

test('a closed provider says so', async () => {
  const other = await opened();
  await other.provider.close();
  await expect(ask(other.provider)).rejects.toMatchObject({ code: 'provider-unavailable' });
  await other.close();
});
