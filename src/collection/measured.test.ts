import { expect, test } from 'vitest';
import { ProviderError } from '../core/errors.ts';
import type { AnyProvider } from '../core/provider.ts';
import { measured, type CallReport } from './measured.ts';

/** A provider whose lag is answered by `answer`; nothing else of it is called. */
function providerOf(answer: () => Promise<number>): AnyProvider {
  const unused = async (): Promise<never> => Promise.reject(new Error('not called here'));
  return { settlingLag: answer, fetchCounts: unused, checkAccess: unused, close: async () => undefined };
}

async function reportsOf(answer: () => Promise<number>, signal: AbortSignal): Promise<readonly CallReport[]> {
  const reports: CallReport[] = [];
  const provider = measured('recorded', providerOf(answer), (call) => reports.push(call));
  await Promise.race([
    provider.settlingLag({}, signal).catch(() => undefined),
    new Promise((resolve) => {
      setTimeout(resolve, 200);
    }),
  ]);
  return reports;
}

const denied = new ProviderError({
  code: 'provider-denied',
  message: 'no',
  remedy: 'grant it',
  retryable: false,
});

test.each([
  { name: 'an answer', answer: async () => 5, signal: () => new AbortController().signal, outcome: 'ok' },
  {
    name: 'a fault of the provider',
    answer: async () => Promise.reject(denied),
    signal: () => new AbortController().signal,
    outcome: 'provider-denied',
  },
  {
    name: 'a fault of ours',
    answer: async () => Promise.reject(new TypeError('bug')),
    signal: () => new AbortController().signal,
    outcome: 'internal',
  },
  {
    name: 'a call that ignores its deadline',
    answer: async () => new Promise<number>(() => undefined),
    signal: () => AbortSignal.timeout(20),
    outcome: 'deadline',
  },
])('$name is reported once, as $outcome', async ({ answer, signal, outcome }) => {
  const reports = await reportsOf(answer, signal());
  expect(reports).toMatchObject([{ provider: 'recorded', call: 'settlingLag', outcome }]);
  expect(reports[0]?.seconds).toBeGreaterThanOrEqual(0);
});
