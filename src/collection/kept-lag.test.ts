import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HOUR, MINUTE } from '../core/units.ts';
import { coalesced } from './coalesced.ts';
import { busySource, eventLog, faultOf } from './fixtures/source.ts';
import { keptLag } from './kept-lag.ts';
import { Patience } from './patience.ts';

const NOW = Date.UTC(2026, 0, 5, 12);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const source = busySource();
  const { events, observe } = eventLog();
  const common = { provider: 'counted', now: Date.now, observe };
  const patience = new Patience({ ...common, deadlineMs: 8000 });
  const provider = keptLag(coalesced(source, { ...common, longestMs: 8000 }), { ...common, patience });
  const lag = async (queries = { total: 1 }): Promise<number> =>
    provider.settlingLag(queries, new AbortController().signal);
  return { source, events, lag };
}

describe('a settling lag', () => {
  test('is looked up once in five minutes for the same queries', async () => {
    const { source, lag } = setUp();
    await lag();
    await lag();
    await lag({ total: 2 });
    expect(source.lagLookUps).toBe(2);
    vi.setSystemTime(NOW + 5 * MINUTE - 1);
    source.lag = 3 * MINUTE;
    expect(await lag()).toBe(2 * MINUTE);
    vi.setSystemTime(NOW + 5 * MINUTE);
    expect(await lag()).toBe(3 * MINUTE);
  });

  test('is the last known one for an hour where the look-up fails, and then none', async () => {
    const { source, events, lag } = setUp();
    await lag();
    const error = faultOf('provider-unavailable');
    source.behaviour = { kind: 'fails', error };
    vi.setSystemTime(NOW + HOUR);
    expect(await lag()).toBe(2 * MINUTE);
    expect(events).toContainEqual({ kind: 'old-lag', provider: 'counted' });
    vi.setSystemTime(NOW + HOUR + 1);
    await expect(lag()).rejects.toBe(error);
    source.behaviour = { kind: 'answers' };
    expect(await lag()).toBe(2 * MINUTE);
  });

  test('of a provider with a fault of ours is not papered over', async () => {
    const { source, lag } = setUp();
    await lag();
    source.behaviour = { kind: 'fails', error: new TypeError('bug') };
    vi.setSystemTime(NOW + 6 * MINUTE);
    await expect(lag()).rejects.toThrow('bug');
  });

  test('is never guessed where none was known', async () => {
    const { source, lag } = setUp();
    const error = faultOf('provider-unavailable');
    source.behaviour = { kind: 'fails', error };
    await expect(lag()).rejects.toBe(error);
  });

  test('leaves the counts their time where the look-up hangs', async () => {
    const { source, lag } = setUp();
    await lag();
    source.behaviour = { kind: 'hangs' };
    vi.setSystemTime(NOW + 6 * MINUTE);
    const waiting = lag();
    await vi.advanceTimersByTimeAsync(2000);
    expect(await waiting).toBe(2 * MINUTE);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([NaN, -1, Infinity])('of %d is no span of time', async (odd) => {
    const { source, lag } = setUp();
    source.lag = odd;
    await expect(lag()).rejects.toMatchObject({ code: 'provider-garbled', retryable: false });
  });

  test('of queries that cannot be told apart is looked up each time', async () => {
    const { source, lag } = setUp();
    const queries = { total: () => 1 } as unknown as { total: number };
    await lag(queries);
    await lag(queries);
    expect(source.lagLookUps).toBe(2);
  });
});
