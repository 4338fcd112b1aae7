import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isBounded } from '../core/assemble.ts';
import type { Cohort } from '../core/counts.ts';
import { HOUR, MINUTE, type EpochMs } from '../core/units.ts';
import { bucketTimes } from '../core/window.ts';
import { cachedOver, countsOf, look, NOW, settledNow } from './fixtures/cached.ts';
import { busySource, faultOf, FREE, requestOf, Source, type Truth } from './fixtures/source.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the law of the cache', () => {
  /** Truths that differ by line: all along, from some time on, with holes, never. */
  const truth = fc
    .record({
      from: fc.integer({ min: -400, max: 40 }),
      every: fc.integer({ min: 1, max: 5 }),
      holes: fc.array(fc.integer({ min: -120, max: 40 }), { maxLength: 6 }),
      events: fc.integer({ min: 0, max: 1000 }),
    })
    .map(({ from, every, holes, events }): Truth => (time) => {
      const minute = (time - NOW) / MINUTE;
      if (minute < from || minute % every !== 0 || holes.includes(minute)) return null;
      return events + (minute % 7) / 4;
    });
  const line = fc.record({
    role: fc.constantFrom('bad' as const, 'total' as const),
    cohort: fc.constantFrom('canary' as const, 'stable' as const),
    group: fc.constantFrom('GET /', 'POST /orders', ''),
    truth,
    bound: fc.option(fc.constantFrom(0, 3, Infinity), { nil: undefined }),
  });
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 30 }),
    back: fc.integer({ min: 0, max: 90 }),
    length: fc.integer({ min: 1, max: 200 }),
    settlingLag: fc.constantFrom(undefined, 2 * MINUTE),
    again: fc.boolean(),
  });

  /** A source with these lines; buckets that come late are empty at first, for less time than holes are doubted. */
  const sourceOf = (
    lines: readonly {
      truth: Truth;
      bound: number | undefined;
      role: 'bad' | 'total';
      cohort: Cohort;
      group: string;
    }[],
    late: readonly number[],
  ): Source => {
    const source = new Source();
    const isHere = (time: EpochMs): boolean =>
      !late.includes((time - NOW) / MINUTE) || Date.now() >= time + 11 * MINUTE;
    for (const { bound, truth: least, ...each } of lines) {
      const now: Truth = (time) => (isHere(time) ? least(time) : null);
      const most: Truth = (time) => {
        const events = now(time);
        return events === null ? null : events + (bound ?? 0);
      };
      source.lines.push({ ...each, truth: now, ...(bound === undefined ? {} : { most }) });
    }
    return source;
  };

  test('any windows in any order answer as the source itself would, however small the cache', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 5 }),
        fc.array(fc.integer({ min: -30, max: 60 }), { maxLength: 5 }),
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(4000, 20_000, 1 << 25),
        async (lines, late, steps, maxBytes) => {
          vi.setSystemTime(NOW);
          const source = sourceOf(lines, late);
          const { provider, cache } = cachedOver(source, maxBytes);
          const stamped = new Map<string, unknown>();
          for (const { wait, back, length, settlingLag, again } of steps) {
            vi.setSystemTime(Date.now() + wait * MINUTE);
            const end = settledNow() - back * MINUTE;
            const over = settlingLag === undefined ? {} : { settlingLag };
            const request = requestOf(end - length * MINUTE, end, end, over);
            if (again) await provider.fetchCounts(request, FREE);
            const answer = await provider.fetchCounts(request, FREE);
            const direct = await source.fetchCounts(request, FREE);
            expect(countsOf(answer)).toEqual(countsOf(direct));
            expect(answer.complete).toBe(true);
            expect(answer.held?.bounded).toBe(isBounded(answer.series));
            expect(cache.bytes).toBeLessThanOrEqual(maxBytes);
            for (const time of bucketTimes(request.window)) {
              const counts = countsOf(answer.held?.between(time, time + MINUTE) ?? { series: [] });
              expect(counts).toEqual(
                countsOf(await source.fetchCounts(requestOf(time, time + MINUTE), FREE)),
              );
              const stamp = answer.held?.stampOf(time);
              if (stamp === undefined) continue;
              const name = `${String(time)} ${String(stamp)}`;
              expect(counts).toEqual(stamped.get(name) ?? counts);
              stamped.set(name, counts);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('counts that came late are there, also where the cache has no room for them', async () => {
    for (const maxBytes of [20_000, 1 << 25]) {
      const source = new Source();
      const end = settledNow();
      const { provider } = cachedOver(source, maxBytes);
      const request = requestOf(end - 3 * MINUTE, end);
      expect((await provider.fetchCounts(request, FREE)).series).toEqual([]);
      for (let group = 0; group < 300; group += 1)
        source.lines.push({ role: 'total', cohort: 'canary', group: String(group), truth: () => group });
      expect((await provider.fetchCounts(request, FREE)).series).toHaveLength(300);
    }
  });

  test('a bucket that was empty in a bridged look and has counts in the next has another stamp', async () => {
    const source = new Source();
    const { provider } = cachedOver(source);
    const end = settledNow();
    const stampNow = async (): Promise<number | undefined> => {
      const answer = await provider.fetchCounts(requestOf(end - 3 * MINUTE, end), FREE);
      return answer.held?.stampOf(end - MINUTE);
    };
    // Just fetched and empty: the next look asks again, so nothing is to be built on it.
    expect(await stampNow()).toBeUndefined();
    source.behaviour = { kind: 'fails', error: faultOf('provider-timeout') };
    const empty = await stampNow();
    source.behaviour = { kind: 'answers' };
    source.lines.push({ role: 'total', cohort: 'canary', truth: () => 5 });
    const filled = await stampNow();
    expect(empty).toBeGreaterThan(0);
    expect(filled).toBeGreaterThan(empty ?? Infinity);
  });

  test('a bucket keeps its stamp from look to look, and one that is not held has none', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    const end = settledNow();
    const first = await look(provider);
    vi.setSystemTime(NOW + MINUTE);
    source.settledUntil = end;
    const second = await look(provider);
    expect(second.held?.stampOf(end - MINUTE)).toBe(first.held?.stampOf(end - MINUTE));
    expect(second.held?.stampOf(end - MINUTE)).toBeGreaterThan(0);
    // Not settled yet, before the window, behind it.
    for (const time of [end, end - 7 * HOUR, end + MINUTE])
      expect(second.held?.stampOf(time)).toBeUndefined();
  });

  test('pods, notes and the queries sent are there as well', async () => {
    const source = busySource();
    const end = settledNow();
    source.notes = ['14 lines were not understood'];
    source.pods = [
      { role: 'total', pod: 'p', group: 'g', points: [[end - MINUTE, 7]] },
      { role: 'total', pod: 'q', points: [] },
    ];
    const { provider } = cachedOver(source);
    await look(provider);
    const answer = await look(provider);
    expect(answer.podSplit).toEqual([{ role: 'total', pod: 'p', group: 'g', points: [[end - MINUTE, 7]] }]);
    expect(answer.notes).toEqual(['14 lines were not understood']);
    expect(answer.queriesSent).toEqual(['counts']);
    expect(source.asked).toHaveLength(1);
  });

  test('two lines of the same name stay two', async () => {
    const source = new Source();
    source.lines.push(
      { role: 'total', cohort: 'canary', truth: () => 1 },
      { role: 'total', cohort: 'canary', truth: () => 2 },
    );
    const { provider } = cachedOver(source);
    const first = await look(provider);
    expect(countsOf(await look(provider))).toEqual(countsOf(first));
    expect(first.series).toHaveLength(2);
  });

  test('what the provider calls settled is told also where nothing was asked', async () => {
    const source = busySource();
    source.settledUntil = NOW + HOUR;
    const { provider } = cachedOver(source);
    await look(provider);
    expect((await look(provider)).settledUntil).toBe(NOW + HOUR);
    // The provider's newest word counts, also where it takes back an older one.
    source.settledUntil = settledNow() - 10 * MINUTE;
    vi.setSystemTime(NOW + MINUTE);
    expect((await look(provider)).settledUntil).toBe(source.settledUntil);
    const end = settledNow() - HOUR;
    const past = await provider.fetchCounts(requestOf(end - HOUR, end), FREE);
    expect(past.settledUntil).toBe(source.settledUntil);
    // What it says of older counts takes nothing back: it may speak of no more than it was asked for.
    const newest = source.settledUntil;
    source.settledUntil = end - 9 * HOUR;
    await provider.fetchCounts(requestOf(end - 10 * HOUR, end - 9 * HOUR), FREE);
    expect((await provider.fetchCounts(requestOf(end - HOUR, end), FREE)).settledUntil).toBe(newest);
  });
});
