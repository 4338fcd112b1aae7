import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { faultOf, eventLog, FREE } from './fixtures/source.ts';
import type { AnyProvider } from '../core/provider.ts';
import { retried } from './retried.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 12) });
});
afterEach(() => {
  vi.useRealTimers();
});

type Try = (signal: AbortSignal) => Promise<number>;

const hang: Try = async () => new Promise(() => undefined);
const failAfter =
  (ms: number, error: Error): Try =>
  async () =>
    new Promise((_, reject) => {
      setTimeout(() => {
        reject(error);
      }, ms);
    });
const fail = (error: Error): Try => failAfter(0, error);

/** Looks up a lag with a provider that behaves so at each try, and says how that went. */
async function tried(tries: readonly Try[], signal = FREE) {
  const { events, observe } = eventLog();
  let asked = 0;
  const start = Date.now();
  const inner: AnyProvider = {
    settlingLag: async (_, each) => tries[asked++]?.(each) ?? 7,
    fetchCounts: async () => Promise.reject(new Error('not asked here')),
    checkAccess: async () => {
      asked += 1;
      throw faultOf('provider-unavailable');
    },
    close: async () => undefined,
  };
  const provider = retried(inner, { provider: 'counted', withinMs: 7700, now: Date.now, observe });
  const outcome = provider.settlingLag({}, signal).catch((error: unknown) => error);
  let ms = NaN;
  void outcome.then(() => (ms = Date.now() - start));
  await vi.advanceTimersByTimeAsync(60_000);
  return { provider, outcome: await outcome, asked, events, ms, count: () => asked };
}

describe('a passing fault', () => {
  test('is tried again, twice at most, after pauses drawn anew', async () => {
    const { outcome, asked, events, ms } = await tried([
      fail(faultOf('provider-unavailable')),
      fail(faultOf('provider-garbled')),
    ]);
    expect({ outcome, asked }).toEqual({ outcome: 7, asked: 3 });
    expect(events).toEqual([
      { kind: 'retried', provider: 'counted', code: 'provider-unavailable' },
      { kind: 'retried', provider: 'counted', code: 'provider-garbled' },
    ]);
    expect(ms).toBeLessThan(150 + 300);
  });

  test('ends with the last fault', async () => {
    const last = faultOf('provider-garbled');
    const { outcome, asked } = await tried([
      fail(faultOf('provider-unavailable')),
      fail(faultOf('provider-timeout')),
      fail(last),
    ]);
    expect(asked).toBe(3);
    expect(outcome).toBe(last);
  });

  test.each([
    ['a quota', faultOf('provider-quota')],
    ['a fault that will not pass', faultOf('provider-unavailable', false)],
    ['a denial', faultOf('provider-denied', false)],
    ['a fault of ours', new TypeError('bug')],
  ])('%s is not tried again', async (_, error) => {
    const { outcome, asked } = await tried([fail(error)]);
    expect({ outcome, asked }).toEqual({ outcome: error, asked: 1 });
  });

  test('is not tried again where too little time is left for as long as the last try took', async () => {
    const slow = faultOf('provider-timeout');
    expect(await tried([failAfter(3000, slow)])).toMatchObject({ outcome: 7, asked: 2 });
    expect(await tried([failAfter(4000, slow)])).toMatchObject({ outcome: slow, asked: 1 });
  });

  test('is told in the end where a further try hangs, and not that time ran out', async () => {
    const first = faultOf('provider-unavailable');
    const { outcome, asked, ms } = await tried([fail(first), hang]);
    expect({ outcome, asked, ms }).toEqual({ outcome: first, asked: 2, ms: 7700 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is told also where the patience of the caller ends in a further try', async () => {
    const first = faultOf('provider-unavailable');
    const caller = new AbortController();
    setTimeout(() => {
      caller.abort(faultOf('provider-timeout'));
    }, 2000);
    const { outcome, ms } = await tried([fail(first), hang], caller.signal);
    expect({ outcome, ms }).toEqual({ outcome: first, ms: 2000 });
  });

  test('is of no interest to a caller that went away', async () => {
    const caller = new AbortController();
    const gone = new Error('gone');
    setTimeout(() => {
      caller.abort(gone);
    }, 2000);
    const { outcome } = await tried([fail(faultOf('provider-unavailable')), hang], caller.signal);
    expect(outcome).toBe(gone);
    const { asked } = await tried([fail(faultOf('provider-unavailable'))], AbortSignal.abort(gone));
    expect(asked).toBe(1);
  });

  test('is what a check of access asks about', async () => {
    const { provider, count } = await tried([]);
    await expect(provider.checkAccess({}, FREE)).rejects.toMatchObject({ code: 'provider-unavailable' });
    expect(count()).toBe(2);
  });
});
