import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../src/core/counts.ts';
import type { Fetched } from '../../src/core/provider.ts';
import { MINUTE } from '../../src/core/units.ts';
import { Bench, data, REQUEST, START } from './emulator/bench.ts';
import { NativePod } from './emulator/native-pod.ts';
import { openProvider, openQuery } from './emulator/open-for-test.ts';
import { isRealMissing } from './emulator/real-or-skip.ts';
import { RealPrometheus } from './emulator/real-prometheus.ts';
import { openMetricsOf, series, type StoredSeries } from './emulator/store.ts';

const METRIC = 'http_request_duration_seconds';
const LABELS = { namespace: 'shop', job: 'web' };

/** Cumulative buckets of one pod, twelve minutes long; each minute it serves these numbers of requests by bucket. */
function histogram(pod: string, perMinute: Readonly<Record<string, number>>): StoredSeries[] {
  let below = 0;
  return Object.entries(perMinute).map(([le, more]) => {
    below += more;
    const each = below;
    const samples = Array.from({ length: 40 }, (_, nth): [number, number] => [
      START + (nth - 25) * MINUTE,
      nth * each,
    ]);
    return series(`${METRIC}_bucket`, { ...LABELS, pod, instance: pod, le }, samples);
  });
}

const FINE = histogram('web-abc-11111', { '0.1': 5, '0.25': 3, '0.5': 2, '1.0': 1, '+Inf': 1 });

describe('requests slower than a threshold', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open();
    bench.emulator.store = FINE;
  });
  afterEach(async () => {
    await bench.close();
  });

  const ask = async (threshold: string, kind = 'classic', role: Role = 'bad') =>
    bench.ask(
      {},
      {
        queries: {
          [role]: openQuery({ metric: METRIC, histogram: kind, threshold }, role),
          total: openQuery({ metric: METRIC, histogram: kind }, 'total'),
        },
      },
    );
  const bounds = ({ series: all }: Fetched, role: Role) => {
    const found = all.find((each) => each.role === role);
    const [least, most] = [found?.points ?? [], found?.atMost];
    expect(most?.map(([time]) => time) ?? least.map(([time]) => time)).toEqual(least.map(([time]) => time));
    return [...new Set(least.map(([, events], index) => [events, most?.[index]?.[1]].join()))];
  };

  test.each<[string, Role, readonly string[]]>([
    ['250ms', 'bad', ['4,']],
    ['250ms', 'good', ['8,']],
    // The edge is spelt "1.0".
    ['1s', 'bad', ['1,']],
    ['300ms', 'bad', ['2,4']],
    ['300ms', 'good', ['8,10']],
    ['50ms', 'bad', ['7,12']],
    ['5s', 'bad', ['0,1']],
  ])('%s: %s events are %j', async (threshold, role, expected) => {
    const fetched = await ask(threshold, 'classic', role);
    expect(bounds(fetched, role)).toEqual(expected);
    expect(bounds(fetched, 'total')).toEqual(['12,']);
  });

  test('between two edges are named in the notes', async () => {
    const { notes } = await ask('300ms');
    expect(notes).toEqual([
      `${METRIC} has no bucket that ends at 0.3: requests between 0.25 and 0.5 count as bounds`,
    ]);
  });

  test('of processes with other buckets are bounded as far as their buckets tell', async () => {
    const coarse = histogram('web-abc-22222', { '0.1': 5, '2': 2, '+Inf': 1 });
    bench.emulator.store = [...FINE, ...coarse];
    const fetched = await ask('250ms');
    expect(bounds(fetched, 'bad')).toEqual(['4,12']);
    expect(bounds(fetched, 'total')).toEqual(['20,']);
  });

  test('ask for two edges and no more of the buckets', async () => {
    const { queriesSent } = await ask('300ms');
    expect(queriesSent.filter((query) => query.includes('le=~'))).toEqual([
      expect.stringContaining(String.raw`le=~"0\\.25|0\\.5|\\+Inf|Inf"`),
      expect.stringContaining(String.raw`le=~"\\+Inf|Inf"`),
    ]);
  });

  describe('in native histograms, as the API gives them,', () => {
    const fixture = JSON.parse(
      readFileSync(new URL('fixtures/native-histogram.json', import.meta.url), 'utf8'),
    ) as unknown[];

    test.each<[string, readonly string[]]>([
      ['1s', ['6,']],
      ['700ms', ['6,9']],
      ['100s', ['0,']],
    ])('%s are counted, or bounded by the bucket that it cuts', async (threshold, expected) => {
      bench.emulator.disturbance = data(fixture);
      const fetched = await ask(threshold, 'native');
      expect(bounds(fetched, 'bad')).toEqual(expected);
      expect(bounds(fetched, 'total')).toEqual(['10,']);
    });
  });

  test('over days are what the server sums, by bucket edge', async () => {
    const hour = 60 * MINUTE;
    const window = { start: START - 26 * hour, end: START + hour, bucketMs: hour };
    const {
      series: all,
      queriesSent,
      notes,
    } = await bench.ask(
      {},
      {
        window,
        queries: { bad: openQuery({ metric: METRIC, histogram: 'classic', threshold: '250ms' }, 'bad') },
      },
    );
    // From minute -25 to minute 14, four slow ones each; the emulator does not extrapolate.
    expect(all[0]?.points).toEqual([
      [START - hour, 25 * 4],
      [START, 14 * 4 - 4],
    ]);
    expect(queriesSent.some((query) => query.startsWith('sum by (pod,le) (increase('))).toBe(true);
    expect(notes.join()).toMatch(/increase\(\)/);
  });
});

describe('windows with buckets of an hour', () => {
  const hour = 60 * MINUTE;
  const any = { hash: '', value: '', match: 'any' } as const;
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open();
  });
  afterEach(async () => {
    await bench.close();
  });

  test('are exact for the releases of an analysis', async () => {
    const window = { start: START - hour, end: START + hour, bucketMs: hour };
    const { series: found, notes } = await bench.ask({}, { window });
    // 30 samples of ten each until START, of which the first is a zero; the last of 29 is at minute 29.
    expect(found).toEqual([
      {
        role: 'total',
        cohort: 'canary',
        points: [
          [START - hour, 300],
          [START, 290],
        ],
      },
    ]);
    expect(notes).toEqual([]);
  });

  test('are summed by the server for the whole service', async () => {
    const window = { start: START - 2 * hour, end: START + hour, bucketMs: hour };
    const { series: found, queriesSent } = await bench.ask(
      {},
      { window, cohorts: { canary: null, stable: any } },
    );
    expect(found[0]).toMatchObject({ cohort: 'stable' });
    expect(queriesSent).toEqual([
      'sum(increase(http_requests_total{namespace="shop"}[3600s])) from 2024-05-01T11:00:00.000Z to 2024-05-01T13:00:00.000Z step 3600s',
    ]);
  });

  test('are summed by the server over days, by group and by pod, day by day', async () => {
    const window = { start: START - 47 * hour, end: START + hour, bucketMs: hour };
    const ask = { window, groupBy: 'code', podLabel: 'pod' };
    const { series: found, podSplit, queriesSent } = await bench.ask({}, ask);
    expect(found[0]).toMatchObject({ cohort: 'canary', group: '200' });
    expect(podSplit).toMatchObject([{ role: 'total', pod: 'web-abc-11111', group: '200' }]);
    expect(queriesSent).toHaveLength(2);
  });
});

describe.skipIf(isRealMissing())('on a real Prometheus server', () => {
  test('buckets around a threshold are found, and hours are summed within a scrape of the truth', async () => {
    const server = await RealPrometheus.open({ openMetrics: openMetricsOf(FINE) });
    const provider = await openProvider(server.url);
    const bad = openQuery({ metric: METRIC, histogram: 'classic', threshold: '300ms' }, 'bad');
    const total = openQuery({ metric: METRIC, histogram: 'classic' }, 'total');
    const { signal } = new AbortController();
    const minutes = await provider.fetchCounts({ ...REQUEST, queries: { bad, total } }, signal);
    const [ofBad, ofTotal] = ['bad', 'total'].map((role) =>
      minutes.series.find((each) => each.role === role),
    );
    expect(ofBad?.points.map(([, events]) => events)).toEqual(Array.from({ length: 10 }, () => 2));
    expect(ofBad?.atMost?.map(([, events]) => events)).toEqual(Array.from({ length: 10 }, () => 4));
    expect(ofTotal?.points.map(([, events]) => events)).toEqual(Array.from({ length: 10 }, () => 12));
    const hour = 60 * MINUTE;
    const window = { start: START - hour, end: START + hour, bucketMs: hour };
    const cohorts = { canary: null, stable: { hash: '', value: '', match: 'any' } } as const;
    const hours = await provider.fetchCounts({ ...REQUEST, cohorts, window, queries: { total } }, signal);
    const sum = hours.series[0]?.points.reduce((all, [, events]) => all + events, 0) ?? 0;
    // 39 intervals between 40 samples; the server adds at most one more at each end of each bucket.
    expect(sum).toBeGreaterThanOrEqual(38 * 12);
    expect(sum).toBeLessThanOrEqual(42 * 12);
    await provider.close();
    await server.close();
  });

  test('a native histogram that is scraped is counted, or bounded, as the process observed it', async () => {
    const pod = new NativePod(METRIC, { pod: 'web-abc-11111', namespace: 'shop' });
    const address = await pod.listen();
    const begun = Date.now();
    const server = await RealPrometheus.open({
      scrapeInterval: '200ms',
      targets: [{ address, labels: {} }],
      flags: ['--enable-feature=native-histograms'],
    });
    const provider = await openProvider(server.url);
    const scrapes = async (more: number): Promise<void> => {
      for (const until = pod.scrapes + more; pod.scrapes < until;) await sleep(20);
    };
    await scrapes(2);
    for (const [seconds, times] of [
      [0.3, 5],
      [0.7, 3],
      [1.5, 2],
      [40, 1],
    ] as const)
      pod.observe(seconds, times);
    await scrapes(3);
    const query = (threshold: string, role: Role) =>
      openQuery({ metric: METRIC, histogram: 'native', threshold }, role);
    const window = {
      start: Math.floor(begun / MINUTE) * MINUTE,
      end: Math.ceil(Date.now() / MINUTE) * MINUTE,
      bucketMs: MINUTE,
    };
    const sums = async (threshold: string): Promise<number[]> => {
      const queries = { bad: query(threshold, 'bad'), total: query(threshold, 'total') };
      const { series: all } = await provider.fetchCounts(
        { ...REQUEST, window, queries },
        new AbortController().signal,
      );
      const [bad, total] = ['bad', 'total'].map((role) => all.find((each) => each.role === role));
      return [bad?.points, bad?.atMost ?? bad?.points, total?.points].map((points) =>
        (points ?? []).reduce((sum, [, events]) => sum + events, 0),
      );
    };
    expect(await sums('1s')).toEqual([3, 3, 11]);
    expect(await sums('700ms')).toEqual([3, 6, 11]);
    expect(await sums('2m')).toEqual([0, 0, 11]);
    await provider.close();
    await server.close();
    await pod.close();
  });
});
