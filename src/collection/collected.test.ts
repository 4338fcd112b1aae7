import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../core/units.ts';
import { BucketCache } from './bucket-cache.ts';
import { collected } from './collected.ts';
import { busySource, eventLog, faultOf, requestOf, type Source } from './fixtures/source.ts';
import type { CallReport } from './measured.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const LAG = 2 * MINUTE;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

function over(source: Source) {
  const { events, observe } = eventLog();
  const reports: CallReport[] = [];
  const provider = collected('counted', source, {
    cache: new BucketCache({ maxBytes: 1 << 25, now: Date.now, onEvicted: () => undefined }),
    deadlineMs: 8000,
    now: Date.now,
    observe,
    report: (call) => void reports.push(call),
  });
  const look = async (slo = 0) => {
    const { signal } = new AbortController();
    const queries = { total: { slo } };
    const lag = await provider.settlingLag(queries, signal);
    const end = Math.floor((Date.now() - lag) / MINUTE) * MINUTE;
    return provider.fetchCounts(requestOf(end - HOUR, end, end, { queries }), signal);
  };
  return { provider, events, reports, look };
}

describe('a provider as analyses see it', () => {
  test('1,000 analyses of 50 SLOs cost at most one call for each SLO and minute', async () => {
    const source = busySource();
    const { look } = over(source);
    const polls = 12;
    for (let minute = 0; minute < 10; minute += 1) {
      const before = source.asked.length;
      for (let poll = 0; poll < polls; poll += 1) {
        vi.setSystemTime(NOW + minute * MINUTE + (poll * MINUTE) / polls);
        const now = Array.from({ length: 1000 }, (_, analysis) => analysis).filter(
          (analysis) => Math.floor(analysis / 50) % polls === poll,
        );
        await Promise.all(now.map(async (analysis) => look(analysis % 50)));
      }
      const asked = source.asked.slice(before).map(({ queries }) => JSON.stringify(queries));
      expect(asked).toHaveLength(50);
      expect(new Set(asked).size).toBe(50);
    }
    // Ten minutes: at the start and once after five.
    expect(source.lagLookUps).toBe(100);
  });

  test('reports every call that reached the provider, and no other', async () => {
    const source = busySource();
    const { look, reports } = over(source);
    await Promise.all([look(), look(), look()]);
    await look();
    expect(reports.map(({ call, outcome }) => `${call} ${outcome}`)).toEqual([
      'settlingLag ok',
      'fetchCounts ok',
    ]);
  });

  test('that fails is tried three times a look, bridged, left alone after three looks, and asked again by itself', async () => {
    const source = busySource();
    const { look, provider, events } = over(source);
    await look();
    source.behaviour = { kind: 'fails', error: faultOf('provider-unavailable') };
    const calls: number[] = [];
    for (let poll = 1; poll <= 5; poll += 1) {
      await vi.advanceTimersByTimeAsync(MINUTE - 30 * SECOND);
      vi.setSystemTime(NOW + MINUTE + poll * SECOND);
      const before = source.asked.length;
      const looked = look();
      await vi.advanceTimersByTimeAsync(2000);
      expect((await looked).notes.at(-1)).toContain('did not answer (provider-unavailable)');
      calls.push(source.asked.length - before);
    }
    expect(calls).toEqual([3, 3, 3, 0, 0]);
    expect(provider.stats()).toEqual({ underWay: 0, queued: 0, openBreakers: 1 });
    vi.setSystemTime(NOW + 2 * MINUTE);
    source.behaviour = { kind: 'answers' };
    expect((await look()).notes).toEqual([]);
    expect(provider.stats().openBreakers).toBe(0);
    expect(events.filter(({ kind }) => kind === 'breaker')).toEqual([
      { kind: 'breaker', provider: 'counted', state: 'open', code: 'provider-unavailable' },
      { kind: 'breaker', provider: 'counted', state: 'half-open', code: 'provider-unavailable' },
      { kind: 'breaker', provider: 'counted', state: 'closed', code: null },
    ]);
  });

  test('that hangs on its lag and its counts is bridged within one deadline', async () => {
    const source = busySource();
    const { look } = over(source);
    await look();
    source.behaviour = { kind: 'hangs' };
    const begun = NOW + 5 * MINUTE;
    vi.setSystemTime(begun);
    let ms = NaN;
    const timed = async () => {
      const answer = await look();
      ms = Date.now() - begun;
      return answer;
    };
    const looked = timed();
    await vi.advanceTimersByTimeAsync(8000);
    expect(ms).toBe(6500);
    const end = NOW - LAG;
    expect((await looked).settledUntil).toBe(end);
    expect(source.hanging.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('answers a check of access by asking, and closes what it stands before', async () => {
    const source = busySource();
    const { provider } = over(source);
    const { signal } = new AbortController();
    expect(await provider.checkAccess({}, signal)).toEqual({ ok: true, detail: '' });
    await provider.close();
    expect(source.lines).toEqual([]);
  });
});
