import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fetched } from '../core/provider.ts';
import { HOUR, MINUTE } from '../core/units.ts';
import { bucketTimes, type Window } from '../core/window.ts';
import { BucketCache } from './bucket-cache.ts';

const NOW = Date.UTC(2026, 0, 5, 12);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

function cacheOf(maxBytes: number) {
  const evicted: [string, number][] = [];
  const cache = new BucketCache({
    maxBytes,
    now: Date.now,
    onEvicted: (...gone) => void evicted.push(gone),
  });
  return { cache, evicted };
}

const hours = (count: number): Window => ({ start: NOW - count * HOUR, end: NOW, bucketMs: MINUTE });

/** An answer with so many groups, each with a count in every bucket. */
function answerOf(window: Window, groups = 1, notes: string[] = [], path = ''): Fetched {
  const points = bucketTimes(window).map((time) => [time, 5] as const);
  return {
    series: Array.from({ length: groups }, (_, group) => ({
      role: 'total',
      cohort: 'canary',
      group: `GET /${path}${String(group)}`,
      points,
    })),
    complete: true,
    queriesSent: [],
    notes,
  };
}

function keep(cache: BucketCache, key: string, window: Window, groups = 1, notes: string[] = []): void {
  const keeping = { window, settledBefore: window.end, askedAt: NOW };
  cache.keep('counted', key, answerOf(window, groups, notes), keeping);
}

describe('the bound of the cache', () => {
  test('is in bytes: what was asked for last stays, whatever the number of requests', () => {
    const { cache, evicted } = cacheOf(200_000);
    for (let request = 0; request < 50; request += 1) {
      keep(cache, `request ${String(request)}`, hours(6));
      expect(cache.find('request 0')).not.toBeNull();
      expect(cache.bytes).toBeLessThanOrEqual(200_000);
    }
    expect(cache.entries).toBeGreaterThan(5);
    expect(cache.entries).toBeLessThan(50);
    expect(evicted).toHaveLength(50 - cache.entries);
    expect(evicted[0]?.[1]).toBeGreaterThan(1000);
    expect(cache.find('request 1')).toBeNull();
    expect(cache.find('request 49')).not.toBeNull();
  });

  test('groups that come and go, as with an id in the label, cost what the hours with them cost', () => {
    const { cache } = cacheOf(1 << 25);
    const after: number[] = [];
    for (let hour = 0; hour < 20; hour += 1) {
      const start = NOW - (20 - hour) * HOUR;
      const window = { start, end: start + HOUR, bucketMs: MINUTE };
      const keeping = { window, settledBefore: window.end, askedAt: NOW };
      cache.keep('counted', 'k', answerOf(window, 100, [], `${String(hour)}/`), keeping);
      after.push(cache.bytes);
    }
    const [, early = 0, , , , , , , , middle = 0] = after;
    expect((after.at(-1) ?? 0) - middle).toBeLessThan(((middle - early) / 8) * 10 * 1.05);
  });

  test('counts what grows with an answer: points, groups and texts', () => {
    const bytes = (window: Window, groups: number, notes: string[] = []): number => {
      const { cache } = cacheOf(1 << 25);
      keep(cache, 'k', window, groups, notes);
      return cache.bytes;
    };
    const one = bytes(hours(1), 1);
    expect(bytes(hours(1), 101) - one).toBeGreaterThan(100 * 60 * 8);
    expect(bytes(hours(6), 100) / bytes(hours(1), 100)).toBeGreaterThan(3);
    expect(bytes(hours(1), 1, ['x'.repeat(10_000)]) - one).toBeGreaterThan(20_000);
  });

  test('leaves one request half of the room: its oldest hours go first', () => {
    const { cache } = cacheOf(1_000_000);
    keep(cache, 'small', hours(1));
    keep(cache, 'large', hours(20), 200);
    const kept = cache.find('large');
    const starts = [...(kept?.hours.keys() ?? [])].toSorted((a, b) => a - b);
    expect(kept?.bytes).toBeLessThanOrEqual(500_000);
    expect(starts.length).toBeGreaterThan(3);
    expect(starts.length).toBeLessThan(20);
    expect(starts.at(-1)).toBe(NOW - HOUR);
    expect(cache.find('small')).not.toBeNull();
  });

  test('keeps nothing of an answer whose single hour is too large', () => {
    const { cache } = cacheOf(20_000);
    keep(cache, 'large', hours(2), 100);
    expect(cache.find('large')?.hours.size).toBe(0);
    expect(cache.bytes).toBeLessThan(2000);
  });

  test('keeps few texts of each hour, the newest first', () => {
    const { cache } = cacheOf(1 << 25);
    for (let minute = 0; minute < 30; minute += 1) {
      const start = NOW - HOUR + minute * MINUTE;
      const window = { start, end: start + MINUTE, bucketMs: MINUTE };
      keep(cache, 'k', window, 1, [`${String(minute)} lines were not understood`]);
    }
    const [hour] = cache.find('k')?.hours.values() ?? [];
    expect(hour?.notes[0]).toBe('29 lines were not understood');
    expect(hour?.notes).toHaveLength(4);
  });
});

describe('counts that nobody asked for in an hour', () => {
  test('go, and others stay', () => {
    const { cache, evicted } = cacheOf(1 << 25);
    keep(cache, 'old', hours(1));
    keep(cache, 'used', hours(1));
    vi.setSystemTime(NOW + HOUR - 1);
    expect(cache.find('used')).not.toBeNull();
    vi.setSystemTime(NOW + HOUR + 1);
    keep(cache, 'new', hours(1));
    expect(cache.entries).toBe(2);
    expect(cache.find('old')).toBeNull();
    expect(cache.find('used')).not.toBeNull();
    expect(evicted).toEqual([]);
  });
});
