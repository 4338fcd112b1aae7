import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AnyProvider, Fetched } from '../core/provider.ts';
import { HOUR, MINUTE } from '../core/units.ts';
import { cachedOver, countsOf, look, NOW, settledNow } from './fixtures/cached.ts';
import { busySource, faultOf, FREE, requestOf } from './fixtures/source.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a provider that does not answer', () => {
  const minutesLater = (minutes: number): void => {
    vi.setSystemTime(NOW + minutes * MINUTE);
  };

  test.each(['provider-unavailable', 'provider-timeout', 'provider-garbled', 'provider-quota'] as const)(
    '%s: is bridged for five minutes beyond the lag with counts whose end is told, and no longer',
    async (code) => {
      const source = busySource();
      const { provider, events } = cachedOver(source);
      await look(provider);
      const end = settledNow();
      source.behaviour = { kind: 'fails', error: faultOf(code) };
      for (const minutes of [1, 3, 5]) {
        minutesLater(minutes);
        const answer = await look(provider);
        expect(answer.complete).toBe(true);
        expect(answer.settledUntil).toBe(end);
        expect(Math.max(...answer.series.flatMap(({ points }) => points.map(([time]) => time)))).toBe(
          end - MINUTE,
        );
        expect(answer.notes).toEqual([
          `provider counted did not answer (${code}); judged on counts that end ${String(minutes)}m earlier`,
        ]);
      }
      expect(events.filter(({ kind }) => kind === 'bridged')).toHaveLength(3);
      minutesLater(6);
      await expect(look(provider)).rejects.toMatchObject({ code });
      source.behaviour = { kind: 'answers' };
      const after = await look(provider);
      expect(after.notes).toEqual([]);
      expect(countsOf(after)).toEqual(
        countsOf(await source.fetchCounts(requestOf(settledNow() - 6 * HOUR, settledNow()), FREE)),
      );
    },
  );

  test.each(['provider-rejected', 'provider-denied', 'invalid-scope'] as const)(
    '%s is never bridged, whatever it says of itself',
    async (code) => {
      const source = busySource();
      const { provider } = cachedOver(source);
      await look(provider);
      source.behaviour = { kind: 'fails', error: faultOf(code, true) };
      minutesLater(1);
      await expect(look(provider)).rejects.toMatchObject({ code });
    },
  );

  test('a fault that will not pass, and one of ours, are never bridged', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    await look(provider);
    minutesLater(1);
    for (const error of [faultOf('provider-garbled', false), new TypeError('bug')]) {
      source.behaviour = { kind: 'fails', error };
      await expect(look(provider)).rejects.toBe(error);
    }
  });

  test('is not bridged over what was never measured', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    const end = settledNow();
    await provider.fetchCounts(requestOf(end - HOUR, end), FREE);
    source.behaviour = { kind: 'fails', error: faultOf('provider-timeout') };
    minutesLater(1);
    await expect(look(provider)).rejects.toMatchObject({ code: 'provider-timeout' });
    const answer = await provider.fetchCounts(requestOf(end - HOUR, settledNow()), FREE);
    expect(answer.settledUntil).toBe(end);
  });

  test.each([
    ['an older part', 'provider-rejected', 'provider-timeout'],
    ['the newest part', 'provider-timeout', 'provider-rejected'],
  ] as const)('a refusal of %s is told, also where another fails in passing', async (_, older, newer) => {
    const source = busySource();
    const { provider } = cachedOver({
      settlingLag: async () => 0,
      checkAccess: async () => ({ ok: true, detail: '' }),
      close: async () => undefined,
      fetchCounts: async (request, signal) => {
        if (source.asked.length === 1 && request.window.end < settledNow()) throw faultOf(older);
        if (source.asked.length === 1) throw faultOf(newer);
        return source.fetchCounts(request, signal);
      },
    });
    const end = settledNow();
    await provider.fetchCounts(requestOf(end - HOUR, end), FREE);
    minutesLater(1);
    await expect(look(provider)).rejects.toMatchObject({ code: 'provider-rejected' });
  });

  test('is not bridged by nothing, however short the window', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    source.behaviour = { kind: 'fails', error: faultOf('provider-timeout') };
    const end = settledNow();
    await expect(
      provider.fetchCounts(requestOf(end - 3 * MINUTE, end), new AbortController().signal),
    ).rejects.toMatchObject({ code: 'provider-timeout' });
  });

  test('is bridged up to the first bucket that was never measured, whatever is held behind it', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    const end = settledNow();
    const fetch = async (from: number, to: number): Promise<Fetched> => {
      const { signal } = new AbortController();
      return provider.fetchCounts(requestOf(end - from * MINUTE, end - to * MINUTE, end), signal);
    };
    await fetch(60, 3);
    await fetch(2, 0);
    source.behaviour = { kind: 'fails', error: faultOf('provider-timeout') };
    const answer = await fetch(60, 0);
    expect(answer.settledUntil).toBe(end - 3 * MINUTE);
    expect(answer.series[0]?.points.at(-1)?.[0]).toBe(end - 4 * MINUTE);
    expect(answer.held?.between(end - 3 * MINUTE, end).series).toEqual([]);
    expect(answer.held?.stampOf(end - MINUTE)).toBeUndefined();
  });

  test('an incomplete answer to the newest part is bridged', async () => {
    const source = busySource();
    let isWhole = true;
    const { provider } = cachedOver({
      settlingLag: async () => 0,
      checkAccess: async () => ({ ok: true, detail: '' }),
      close: async () => undefined,
      fetchCounts: async (request, signal) => ({
        ...(await source.fetchCounts(request, signal)),
        complete: isWhole ? true : { missing: 'a page' },
      }),
    });
    await look(provider);
    isWhole = false;
    minutesLater(1);
    expect((await look(provider)).notes[0]).toContain('(provider-garbled)');
    minutesLater(7);
    expect((await look(provider)).complete).toEqual({ missing: 'a page' });
  });

  test('holes that cannot be asked for again are told', async () => {
    const source = busySource();
    const hole = settledNow() - MINUTE;
    source.lines.splice(0, 3, {
      role: 'total',
      cohort: 'canary',
      truth: (time) => (time === hole ? null : 5),
    });
    const { provider } = cachedOver(source);
    await look(provider);
    source.behaviour = { kind: 'fails', error: faultOf('provider-timeout') };
    const answer = await look(provider);
    expect(answer.settledUntil).toBe(settledNow());
    expect(answer.notes).toEqual([
      'provider counted did not answer (provider-timeout); buckets that were empty before were not asked for again',
    ]);
  });

  test('a call that hangs is bridged in time for a verdict', async () => {
    const source = busySource();
    const heeding: AnyProvider = {
      settlingLag: async () => 0,
      checkAccess: async () => ({ ok: true, detail: '' }),
      close: async () => undefined,
      fetchCounts: async (request, signal) => {
        if (source.behaviour.kind === 'answers') return source.fetchCounts(request, signal);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
        });
      },
    };
    const { provider } = cachedOver(heeding);
    await look(provider);
    source.behaviour = { kind: 'hangs' };
    minutesLater(1);
    const waiting = look(provider);
    await vi.advanceTimersByTimeAsync(6500);
    expect((await waiting).notes[0]).toContain('(provider-timeout)');
    const end = settledNow();
    const unheld = provider
      .fetchCounts(requestOf(end - 8 * HOUR, end), new AbortController().signal)
      .catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(7700);
    expect(await unheld).toMatchObject({
      code: 'provider-timeout',
      message: 'provider counted did not answer within 8s',
    });
    expect(vi.getTimerCount()).toBe(0);
  });
});
