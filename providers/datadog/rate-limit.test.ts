import { afterEach, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/units.ts';
import { ask, LOGS, METRICS, opened, START, type Opened } from './emulator/opened.ts';
import { readRateLimit } from './rate-limit.ts';

let open: Opened | undefined;
afterEach(async () => open?.close());

interface Metered {
  readonly left: Map<string, number>;
  readonly outcomes: string[];
  now: number;
}

async function metered(): Promise<{ readonly opened: Opened; readonly seen: Metered }> {
  const seen: Metered = { left: new Map(), outcomes: [], now: START };
  open = await opened(
    {},
    {
      now: () => seen.now,
      meter: {
        apiCall: ({ budget, outcome }) => void seen.outcomes.push(`${budget} ${outcome}`),
        budgetLeft: (budget, calls) => void seen.left.set(budget, calls),
      },
    },
  );
  return { opened: open, seen };
}

test('what Datadog says is left becomes a metric, less the share of other people', async () => {
  const { opened: at, seen } = await metered();
  at.emulator.limit = { calls: 300, periodSeconds: 3600 };
  await ask(at.provider);
  await ask(at.provider, { queries: LOGS });
  expect(Object.fromEntries(seen.left)).toEqual({ 'datadoghq.eu timeseries': 269, 'datadoghq.eu logs': 268 });
  expect(seen.outcomes).toEqual([
    'datadoghq.eu timeseries ok',
    'datadoghq.eu logs ok',
    'datadoghq.eu logs ok',
  ]);
});

test('once the share is spent no call is made until the reset', async () => {
  const { opened: at, seen } = await metered();
  at.emulator.limit = { calls: 10, periodSeconds: 600 };
  const answers: unknown[] = [];
  for (let nth = 0; nth < 12; nth += 1) answers.push(await ask(at.provider).catch((error: unknown) => error));
  // One of ten is left to others.
  expect(at.emulator.calls).toHaveLength(9);
  expect(answers.at(-1)).toMatchObject({ code: 'provider-quota', retryable: true });
  expect(seen.left.get('datadoghq.eu timeseries')).toBe(0);
});

test('a refusal closes the endpoint until its reset and a little longer, and no other endpoint', async () => {
  const { opened: at, seen } = await metered();
  at.emulator.fault = 'limited';
  await expect(ask(at.provider)).rejects.toMatchObject({
    code: 'provider-quota',
    retryable: true,
    message:
      'Datadog at datadoghq.eu limits the timeseries calls of the organisation (timeseries_query: 300 calls in 1h), free again in 7s.',
  });
  at.emulator.fault = null;
  seen.now += 6 * SECOND;
  await ask(at.provider, { queries: LOGS });
  expect(at.emulator.calls.filter(({ endpoint }) => endpoint === 'timeseries')).toHaveLength(1);
  // Seven seconds, and a fifth of them at most.
  seen.now += 3 * SECOND;
  expect((await ask(at.provider, { queries: METRICS })).complete).toBe(true);
});

test('headers that make no sense are as good as none', () => {
  const headers = new Headers({
    'x-ratelimit-limit': '-1',
    'x-ratelimit-remaining': 'lots',
    'x-ratelimit-reset': '999999999',
    'x-ratelimit-name': 'a b\u0001'.replace('\u0001', ''),
  });
  expect(readRateLimit(headers)).toEqual({ reset: 60 * MINUTE });
});
