import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AnyProvider } from '../core/provider.ts';
import { HOUR, MINUTE } from '../core/units.ts';
import { cachedOver, countsOf, look, NOW, settledNow } from './fixtures/cached.ts';
import { busySource, FREE, requestOf, Source } from './fixtures/source.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('settled counts', () => {
  test('are asked for until they are five minutes beyond their lag, along with the newest bucket and then no more', async () => {
    const source = busySource();
    const { provider, events } = cachedOver(source);
    await look(provider);
    vi.setSystemTime(NOW + MINUTE);
    const answer = await look(provider);
    const end = settledNow();
    expect(source.asked.map(({ window }) => (window.end - window.start) / MINUTE)).toEqual([360, 6]);
    expect(source.asked[1]?.window).toEqual({ start: end - 6 * MINUTE, end, bucketMs: MINUTE });
    expect(countsOf(answer)).toEqual(
      countsOf(await source.fetchCounts(requestOf(end - 6 * HOUR, end), FREE)),
    );
    expect(events).toEqual([
      { kind: 'cache', provider: 'counted', held: 0, fetched: 360 },
      { kind: 'cache', provider: 'counted', held: 354, fetched: 6 },
    ]);
  });

  test('are not asked for at all where all are held', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    const first = await look(provider);
    expect(countsOf(await look(provider))).toEqual(countsOf(first));
    expect(source.asked).toHaveLength(1);
  });

  test('are another request’s own where anything but the span differs', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    await look(provider);
    const { cohorts } = requestOf(0, 0);
    for (const other of [
      { queries: { total: { metric: 'requests' } } },
      { cohorts: { ...cohorts, stable: null } },
      { scope: { namespace: 'staging' } },
      { groupBy: 'endpoint' },
      { podLabel: 'pod' },
    ])
      await look(provider, other);
    expect(source.asked).toHaveLength(6);
    await look(provider, { queries: { total: { metric: 'requests' }, bad: { metric: 'errors' } } });
    expect(source.asked).toHaveLength(6);
  });

  test('are kept up to where the request and the provider call them settled', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    const end = settledNow();
    source.settledUntil = end - 10 * MINUTE;
    await provider.fetchCounts(requestOf(end - HOUR, end, end - 5 * MINUTE), FREE);
    source.settledUntil = undefined;
    await provider.fetchCounts(requestOf(end - HOUR, end, end - 5 * MINUTE), FREE);
    await provider.fetchCounts(requestOf(end - HOUR, end, end - 5 * MINUTE), FREE);
    expect(source.asked.map(({ window }) => (end - window.start) / MINUTE)).toEqual([60, 10, 5]);
  });

  test('are not kept where nobody says from when they are settled', async () => {
    const source = busySource();
    const { provider, cache } = cachedOver(source);
    const end = settledNow();
    const { settledBefore: _, ...request } = requestOf(end - HOUR, end);
    await provider.fetchCounts(request, FREE);
    await provider.fetchCounts(request, FREE);
    expect(source.asked).toHaveLength(2);
    expect(cache.entries).toBe(0);
  });

  test('are not kept of an incomplete answer', async () => {
    const source = busySource();
    const incomplete: AnyProvider = {
      settlingLag: async () => 0,
      checkAccess: async () => ({ ok: true, detail: '' }),
      close: async () => undefined,
      fetchCounts: async (request, signal) => ({
        ...(await source.fetchCounts(request, signal)),
        complete: { missing: 'a page' },
      }),
    };
    const { provider, cache } = cachedOver(incomplete);
    expect((await look(provider)).complete).toEqual({ missing: 'a page' });
    expect(cache.entries).toBe(0);
  });

  test('measured at a younger age than another SLO’s settling lag are asked for again by that SLO', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    const start = settledNow() - HOUR;
    for (let minute = 0; minute < 10; minute += 1) {
      vi.setSystemTime(NOW + minute * MINUTE);
      await provider.fetchCounts(requestOf(start, settledNow()), FREE);
    }
    const calls = source.asked.length;
    const patient = settledNow() - 18 * MINUTE;
    await provider.fetchCounts(requestOf(start, patient, patient), FREE);
    expect(source.asked.slice(calls).map(({ window }) => (window.end - window.start) / MINUTE)).toEqual([14]);
    await provider.fetchCounts(requestOf(start, patient, patient), FREE);
    expect(source.asked).toHaveLength(calls + 1);
  });

  test('that came late are the same for a replica that was there before them and for one that was not', async () => {
    const source = busySource();
    let hasCome = false;
    const early = settledNow() - 2 * MINUTE;
    source.lines.push({
      role: 'bad',
      cohort: 'canary',
      truth: (time) => (time === early && hasCome ? 3 : null),
    });
    const warm = cachedOver(source).provider;
    await look(warm);
    hasCome = true;
    vi.setSystemTime(NOW + 3 * MINUTE);
    const fresh = cachedOver(source).provider;
    expect(countsOf(await look(warm))).toEqual(countsOf(await look(fresh)));
  });

  test('measured again and found the same keep their stamps', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    const time = settledNow() - 2 * MINUTE;
    const before = (await look(provider)).held?.stampOf(time);
    vi.setSystemTime(NOW + MINUTE);
    const after = (await look(provider)).held?.stampOf(time);
    expect([before, typeof before]).toEqual([after, 'number']);
  });

  test('with a number that is no count are asked for again', async () => {
    const source = new Source();
    const end = settledNow();
    source.lines.push({
      role: 'total',
      cohort: 'canary',
      truth: (time) => (time === end - 40 * MINUTE ? NaN : 5),
    });
    const { provider } = cachedOver(source);
    await provider.fetchCounts(requestOf(end - HOUR, end), FREE);
    await provider.fetchCounts(requestOf(end - HOUR, end), FREE);
    expect(source.asked.at(-1)?.window.start).toBe(end - 40 * MINUTE);
  });
});

describe('a bucket without any count', () => {
  test('stays absent, and is asked for again until it has been settled for half an hour', async () => {
    const source = busySource();
    const empty = settledNow() - MINUTE;
    source.lines.splice(0, 3, {
      role: 'total',
      cohort: 'canary',
      truth: (time) => (time === empty ? null : 5),
    });
    const { provider } = cachedOver(source);
    const starts: number[] = [];
    for (let minute = 0; minute < 34; minute += 1) {
      vi.setSystemTime(NOW + minute * MINUTE);
      const answer = await look(provider);
      expect(answer.series[0]?.points.some(([time]) => time === empty)).toBe(false);
      starts.push(((source.asked.at(-1)?.window.start ?? 0) - empty) / MINUTE);
    }
    expect(starts.slice(1)).toEqual([-4, -3, -2, -1, ...Array.from({ length: 26 }, () => 0), 26, 27, 28]);
  });

  test('is filled by counts that came late', async () => {
    const source = busySource();
    const late = settledNow() - MINUTE;
    let hasCome = false;
    source.lines.splice(0, 3, {
      role: 'total',
      cohort: 'canary',
      truth: (time) => (time === late && !hasCome ? null : 5),
    });
    const { provider } = cachedOver(source);
    await look(provider);
    hasCome = true;
    const answer = await look(provider);
    expect(answer.series[0]?.points.at(-1)).toEqual([late, 5]);
  });
});
