import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProviderError } from '../core/errors.ts';
import { Patience, type Purpose } from './patience.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 12) });
});
afterEach(() => {
  vi.useRealTimers();
});

function patienceOf(deadlineMs = 8000): Patience {
  return new Patience({ provider: 'counted', deadlineMs, now: Date.now });
}

/** Rejects once aborted; resolves to when that was. */
async function abortedAfter(
  patience: Patience,
  signal: AbortSignal,
  purpose: Purpose = 'answer',
  atMost?: number,
): Promise<{ ms: number; reason: unknown }> {
  const start = Date.now();
  const ended = patience.within(
    signal,
    purpose,
    async (each) =>
      new Promise<{ ms: number; reason: unknown }>((resolve) => {
        const end = (): void => {
          resolve({ ms: Date.now() - start, reason: each.reason });
        };
        if (each.aborted) end();
        else each.addEventListener('abort', end);
      }),
    atMost,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  await ended;
  expect(vi.getTimerCount()).toBe(0);
  return ended;
}

describe('patience', () => {
  test.each([
    ['answer', 8000, 7700],
    ['bridge', 8000, 6500],
    ['answer', 1000, 800],
    ['bridge', 1000, 800],
  ] as const)('for an %s within a deadline of %i ms ends after %i ms', async (purpose, deadline, ms) => {
    const ended = await abortedAfter(patienceOf(deadline), new AbortController().signal, purpose);
    expect(ended.ms).toBe(ms);
    expect(ended.reason).toBeInstanceOf(ProviderError);
    expect(ended.reason).toMatchObject({ code: 'provider-timeout', retryable: true });
  });

  test('runs from the first call with the same signal', async () => {
    const patience = patienceOf();
    const { signal } = new AbortController();
    await patience.within(signal, 'answer', async () => vi.advanceTimersByTimeAsync(5000));
    expect((await abortedAfter(patience, signal)).ms).toBe(2700);
  });

  test('of calls on their own runs from each, and takes no time from others', async () => {
    const patience = patienceOf();
    const { signal } = new AbortController();
    await patience.within(signal, 'single', async () => vi.advanceTimersByTimeAsync(5000));
    expect((await abortedAfter(patience, signal, 'single')).ms).toBe(7700);
    expect((await abortedAfter(patience, signal)).ms).toBe(7700);
  });

  test('leaves no time after its end, but work that needs none is still done', async () => {
    const patience = patienceOf();
    const { signal } = new AbortController();
    await patience.within(signal, 'answer', async () => vi.advanceTimersByTimeAsync(7900));
    expect((await abortedAfter(patience, signal)).ms).toBe(0);
    expect(await patience.within(signal, 'answer', async () => 'held')).toBe('held');
  });

  test('begins anew for a signal that outlives analyses', async () => {
    const patience = patienceOf();
    const { signal } = new AbortController();
    await patience.within(signal, 'answer', async () => vi.advanceTimersByTimeAsync(9000));
    expect((await abortedAfter(patience, signal)).ms).toBe(7700);
  });

  test('may be shorter for one call', async () => {
    expect((await abortedAfter(patienceOf(), new AbortController().signal, 'answer', 2000)).ms).toBe(2000);
  });

  test('ends with the caller’s, for the caller’s reason', async () => {
    const caller = new AbortController();
    setTimeout(() => {
      caller.abort(new Error('gone'));
    }, 100);
    expect(await abortedAfter(patienceOf(), caller.signal)).toEqual({ ms: 100, reason: new Error('gone') });
    expect(await abortedAfter(patienceOf(), caller.signal)).toEqual({ ms: 0, reason: new Error('gone') });
  });
});
