/**
 * What collection saves and what it costs: calls and points of a provider for each analysis, with 1,000 analyses of
 * 50 SLOs that look every minute for an hour; and the cache's own count of its bytes against the process's memory.
 *
 *   node bench/collection.ts [--json]
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BucketCache } from '../src/collection/bucket-cache.ts';
import { collected } from '../src/collection/collected.ts';
import type { CollectionEvent } from '../src/collection/events.ts';
import type { AnyProvider, CountsRequest, Fetched, Points, Series } from '../src/core/provider.ts';
import { HOUR, MINUTE } from '../src/core/units.ts';
import { bucketTimes, type Window } from '../src/core/window.ts';

const MIB = 1024 * 1024;
const NOW = Date.UTC(2026, 0, 5, 12);
const LAG = 2 * MINUTE;
const SLOS = 50;
const ANALYSES = 1000;
const MINUTES = 60;

interface Shape {
  readonly name: string;
  readonly groups: number;
  readonly hours: number;
  readonly requests: number;
}

const SHAPES: readonly Shape[] = [
  { name: 'no groups, 6 h, 500 requests', groups: 0, hours: 6, requests: 500 },
  { name: '20 groups, 6 h, 100 requests', groups: 20, hours: 6, requests: 100 },
  { name: '200 groups, 24 h, 3 requests', groups: 200, hours: 24, requests: 3 },
];

/** Both cohorts, total and bad, of each group; bad events in a third of the buckets. */
function countsIn(window: Window, groups: number): Series[] {
  const times = bucketTimes(window);
  const total: Points = times.map((time) => [time, 100 + (time / MINUTE) * 0.5]);
  const bad: Points = times.filter((time) => (time / MINUTE) % 3 === 0).map((time) => [time, 1]);
  const names =
    groups === 0 ? [undefined] : Array.from({ length: groups }, (_, at) => `GET /v1/path-${String(at)}`);
  return names.flatMap((group) =>
    (['canary', 'stable'] as const).flatMap((cohort): Series[] => {
      const named = group === undefined ? {} : { group };
      return [
        { role: 'total', cohort, ...named, points: total },
        { role: 'bad', cohort, ...named, points: bad },
      ];
    }),
  );
}

function requestOf(slo: number, window: Window): CountsRequest<unknown> {
  const match = (hash: string) => ({ hash, value: hash, match: 'exact' as const });
  return {
    queries: { bad: { metric: `errors-${String(slo)}` }, total: { metric: `requests-${String(slo)}` } },
    cohorts: { canary: match('6d5f4c7b8'), stable: match('5c4b3a291') },
    scope: { namespace: 'shop' },
    window,
    settledBefore: window.end,
  };
}

const endAt = (now: number): number => Math.floor((now - LAG) / MINUTE) * MINUTE;

/** A provider behind collection, on a clock of its own, and what it was asked for. */
function counted() {
  const seen = { calls: 0, points: 0, held: 0, fetched: 0, coalesced: 0 };
  const clock = { now: NOW };
  const now = (): number => clock.now;
  const inner: AnyProvider = {
    fetchCounts: async ({ window }): Promise<Fetched> => {
      const series = countsIn(window, 0);
      seen.calls += 1;
      seen.points += pointsOf(series);
      return { series, complete: true, queriesSent: ['counts'], notes: [] };
    },
    settlingLag: async () => LAG,
    checkAccess: async () => ({ ok: true, detail: '' }),
    close: async () => undefined,
  };
  const observe = (event: CollectionEvent): void => {
    if (event.kind === 'coalesced') seen.coalesced += 1;
    if (event.kind !== 'cache') return;
    seen.held += event.held;
    seen.fetched += event.fetched;
  };
  const cache = new BucketCache({ maxBytes: 32 * MIB, now, onEvicted: () => undefined });
  const options = { cache, deadlineMs: 8000, now, observe, report: () => undefined };
  return { provider: collected('counted', inner, options), cache, seen, clock };
}

/** An hour of 1,000 analyses that look every minute, spread over it, at the newest six hours. */
async function hourOfLooks() {
  const { provider, cache, seen, clock } = counted();
  const begin = performance.now();
  for (let poll = 0; poll < MINUTES * 20; poll += 1) {
    clock.now = NOW + (poll * MINUTE) / 20;
    const end = endAt(clock.now);
    const looks = Array.from({ length: ANALYSES / 20 }, async (_, slo) =>
      provider.fetchCounts(
        requestOf(slo % SLOS, { start: end - 6 * HOUR, end, bucketMs: MINUTE }),
        new AbortController().signal,
      ),
    );
    await Promise.all(looks);
  }
  const looks = ANALYSES * MINUTES;
  return {
    looks,
    calls: seen.calls,
    callsPerLook: seen.calls / looks,
    callsPerSloAndMinute: seen.calls / (SLOS * MINUTES),
    pointsPerLook: seen.points / looks,
    pointsPerLookUncached: pointsOf(countsIn({ start: 0, end: 6 * HOUR, bucketMs: MINUTE }, 0)),
    hitRatio: seen.held / (seen.held + seen.fetched),
    coalesced: seen.coalesced,
    cacheBytes: cache.bytes,
    millisecondsPerLook: (performance.now() - begin) / looks,
  };
}

function pointsOf(series: readonly Series[]): number {
  return series.reduce((sum, { points }) => sum + points.length, 0);
}

/** Memory that is really in use. */
function used(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 4; round += 1) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Fills a cache minute by minute at the end, as looks do, and compares. */
function memoryOf({ name, groups, hours, requests }: Shape) {
  const cache = new BucketCache({ maxBytes: 1024 * MIB, now: () => NOW, onEvicted: () => undefined });
  const before = used();
  for (let request = 0; request < requests; request += 1) {
    const key = `${JSON.stringify(requestOf(request, { start: 0, end: 0, bucketMs: MINUTE }))} of ${name}`;
    const end = endAt(NOW);
    const windows = [
      { start: end - hours * HOUR, end: end - 3 * MINUTE, bucketMs: MINUTE },
      ...[3, 2, 1].map((back) => ({
        start: end - back * MINUTE,
        end: end - (back - 1) * MINUTE,
        bucketMs: MINUTE,
      })),
    ];
    for (const window of windows) {
      const series = countsIn(window, groups);
      const answer: Fetched = { series, complete: true, queriesSent: ['counts'], notes: [] };
      cache.keep('counted', key, answer, { window, settledBefore: end, askedAt: NOW });
    }
  }
  const measuredBytes = used() - before;
  return { name, countedBytes: cache.bytes, measuredBytes, ratio: cache.bytes / measuredBytes };
}

const memory = SHAPES.map(memoryOf);
const looks = await hourOfLooks();
if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ looks, memory })}\n`);
} else {
  const mib = (bytes: number): string => `${(bytes / MIB).toFixed(2)} MiB`;
  process.stdout.write(
    [
      `${String(looks.looks)} looks (1,000 analyses of 50 SLOs, one hour): ${String(looks.calls)} calls`,
      `  calls a look ${looks.callsPerLook.toFixed(4)}, calls an SLO and minute ${looks.callsPerSloAndMinute.toFixed(3)}`,
      `  points a look ${looks.pointsPerLook.toFixed(2)} (${String(looks.pointsPerLookUncached)} without a cache), buckets held ${(100 * looks.hitRatio).toFixed(2)}%, coalesced ${String(looks.coalesced)}`,
      `  cache ${mib(looks.cacheBytes)}, ${looks.millisecondsPerLook.toFixed(2)} ms a look until its counts are read`,
      ...memory.map(
        (each) =>
          `${each.name}: counted ${mib(each.countedBytes)}, measured ${mib(each.measuredBytes)}, ratio ${each.ratio.toFixed(2)}`,
      ),
      '',
    ].join('\n'),
  );
}
