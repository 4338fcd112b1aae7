import { describe, expect, test } from 'vitest';
import type { AnyProvider } from '../core/provider.ts';
import { eventLog } from './fixtures/source.ts';
import { CallLimit, limited } from './limited.ts';

/** A provider whose look-ups end when told to, and that heeds no signal. */
function slow() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const provider: AnyProvider = {
    settlingLag: async (queries) => {
      begun.push(JSON.stringify(queries.total));
      return new Promise((resolve) => {
        ends.push(() => {
          resolve(1);
        });
      });
    },
    fetchCounts: async () => Promise.reject(new Error('fails')),
    checkAccess: async () => ({ ok: true, detail: '' }),
    close: async () => undefined,
  };
  return { provider, begun, ends };
}

async function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function over(provider: AnyProvider, concurrency: number, queue = 10) {
  const { events, observe } = eventLog();
  const limit = new CallLimit({ provider: 'counted', concurrency, queue, observe });
  return { limit, events, provider: limited(provider, limit) };
}

const { signal } = new AbortController();

describe('a limit of calls under way', () => {
  test('holds the others back, and lets SLOs take turns', async () => {
    const inner = slow();
    const { provider, limit } = over(inner.provider, 1);
    const calls = ['a', 'a', 'a', 'b', 'c'].map(async (slo) => provider.settlingLag({ total: slo }, signal));
    await turn();
    expect([limit.underWay, limit.queued]).toEqual([1, 4]);
    for (let call = 0; call < 5; call += 1) {
      expect(inner.ends).toHaveLength(call + 1);
      inner.ends[call]?.();
      await turn();
    }
    expect(await Promise.all(calls)).toEqual([1, 1, 1, 1, 1]);
    expect(inner.begun).toEqual(['"a"', '"a"', '"b"', '"c"', '"a"']);
    expect([limit.underWay, limit.queued]).toEqual([0, 0]);
  });

  test('refuses as quota what finds the queue full, and tells', async () => {
    const { provider, events } = over(slow().provider, 1, 1);
    void provider.settlingLag({ total: 'a' }, signal);
    void provider.settlingLag({ total: 'b' }, signal);
    await turn();
    await expect(provider.settlingLag({ total: 'c' }, signal)).rejects.toMatchObject({
      code: 'provider-quota',
      retryable: true,
    });
    expect(events).toEqual([{ kind: 'queue-full', provider: 'counted' }]);
  });

  test('gives the place of a call that is given up to the next, even if the call heeds no signal', async () => {
    const inner = slow();
    const { provider, limit } = over(inner.provider, 1);
    const first = new AbortController();
    const second = new AbortController();
    const hanging = provider.settlingLag({ total: 'a' }, first.signal);
    const waiting = provider.settlingLag({ total: 'b' }, second.signal);
    const last = provider.settlingLag({ total: 'c' }, signal);
    await turn();
    second.abort(new Error('gave up waiting'));
    await expect(waiting).rejects.toThrow('gave up waiting');
    first.abort(new Error('gave up'));
    await expect(hanging).rejects.toThrow('gave up');
    await turn();
    expect(inner.begun).toEqual(['"a"', '"c"']);
    inner.ends[1]?.();
    expect(await last).toBe(1);
    expect(limit.underWay).toBe(0);
    await expect(provider.settlingLag({ total: 'd' }, first.signal)).rejects.toThrow('gave up');
  });

  test('is freed by calls that fail', async () => {
    const { provider, limit } = over(slow().provider, 1);
    const request = { queries: {}, cohorts: { canary: null, stable: null }, scope: {} };
    const window = { start: 0, end: 1, bucketMs: 1 };
    await expect(provider.fetchCounts({ ...request, window }, signal)).rejects.toThrow('fails');
    expect(limit.underWay).toBe(0);
  });
});
