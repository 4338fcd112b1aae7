import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyProvider, CohortMatch, Fetched } from '../../src/core/provider.ts';
import { HOUR, MINUTE, SECOND, type EpochMs } from '../../src/core/units.ts';
import { openProvider, openQuery } from './emulator/open-for-test.ts';
import { PrometheusEmulator } from './emulator/server.ts';
import { series, type StoredSeries } from './emulator/store.ts';

const START: EpochMs = Date.UTC(2024, 4, 1, 12);
const END = START + 40 * MINUTE;
const HASH = { canary: '6d4b75cb6d', stable: '5f9c8b7d44' } as const;
type Side = keyof typeof HASH;

/** What one scrape saw beyond the one before. */
interface Seen {
  readonly side: Side;
  readonly time: EpochMs;
  readonly good: number;
  readonly bad: number;
}

interface World {
  readonly store: StoredSeries[];
  readonly ledger: Seen[];
}

/** Small whole numbers that stand for chance; the same list gives the same world. */
class Dice {
  readonly #seed: readonly number[];
  #at = 0;

  constructor(seed: readonly number[]) {
    this.#seed = seed;
  }

  roll(below: number): number {
    const value = this.#seed[this.#at % this.#seed.length] ?? 0;
    // The second term keeps a short list from repeating itself.
    const mixed = Math.imul(value + 31 * this.#at, 2654435761) >>> 7;
    this.#at += 1;
    return mixed % below;
  }
}

/** A pod that is scraped with misses, silences and restarts. Only its first process waits with its error counter. */
function livePod(nth: number, side: Side, from: EpochMs, dice: Dice): World {
  const pod = `web-${HASH[side]}-${'abcde'.slice(nth, nth + 1)}xxxx`;
  const interval = [15, 30, 60][dice.roll(3)] ?? 60;
  const samples: Record<'200' | '500', [number, number][]> = { '200': [], '500': [] };
  const ledger: Seen[] = [];
  let [good, bad, seenGood, seenBad, silent, life] = [0, 0, 0, 0, 0, 1];
  for (let time = from + dice.roll(interval * 4) * 250; time < END + 5 * MINUTE; time += interval * SECOND) {
    good += dice.roll(20);
    if (dice.roll(6) === 0) bad += dice.roll(4);
    if (silent > 0) silent -= 1;
    else if (dice.roll(12) === 0) silent = dice.roll(4) === 0 ? 45 : 1 + dice.roll(2);
    // A restart shows as long as the new process has not grown past the old one before it is read.
    if (seenGood > 150 && silent <= 2 && dice.roll(25) === 0)
      [good, bad, seenGood, seenBad, life] = [dice.roll(5), dice.roll(2), 0, 0, life + 1];
    if (silent > 0) continue;
    samples['200'].push([time, good]);
    if (bad > 0 || life > 1) samples['500'].push([time, bad]);
    ledger.push({ side, time, good: good - seenGood, bad: bad - seenBad });
    [seenGood, seenBad] = [good, bad];
  }
  const labels = { namespace: 'shop', job: 'web', instance: pod, pod };
  const store = (['200', '500'] as const).map((code) =>
    series('http_requests_total', { ...labels, code }, samples[code]),
  );
  return { store, ledger };
}

function worldOf(seed: readonly number[]): World {
  const dice = new Dice(seed);
  // Stable has been watched for long; other pods and the canary come when they come.
  const pods = [
    steadyPod(),
    livePod(0, 'stable', START - 2 * HOUR, dice),
    livePod(1, 'stable', START + dice.roll(30) * MINUTE, dice),
    livePod(2, 'canary', START + dice.roll(10) * MINUTE, dice),
    livePod(3, 'canary', START + dice.roll(35) * MINUTE, dice),
  ];
  return { store: pods.flatMap(({ store }) => store), ledger: pods.flatMap(({ ledger }) => ledger) };
}

/** Never missed: the metric is being watched throughout. */
function steadyPod(): World {
  const times = Array.from({ length: 200 }, (_, index) => START - 2 * HOUR + index * MINUTE);
  const labels = { namespace: 'shop', instance: 'z', pod: `web-${HASH.stable}-zzzzz`, code: '200' };
  const store = [
    series(
      'http_requests_total',
      labels,
      times.map((time, index) => [time, index * 7]),
    ),
  ];
  return { store, ledger: times.map((time) => ({ side: 'stable', time, good: 7, bad: 0 })) };
}

function expected(
  { ledger }: World,
  side: Side,
  role: 'bad' | 'total',
  bucketMs: number,
): [EpochMs, number][] {
  const buckets = new Map<EpochMs, number>();
  for (const seen of ledger) {
    const bucket = (Math.ceil(seen.time / bucketMs) - 1) * bucketMs;
    if (seen.side !== side || bucket < START || bucket >= END) continue;
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + seen.bad + (role === 'total' ? seen.good : 0));
  }
  return [...buckets].toSorted(([a], [b]) => a - b);
}

const cohort = (side: Side): CohortMatch => ({ hash: HASH[side], value: HASH[side], match: 'exact' });

describe.each(['samples', 'steps'])(
  'counts, read as %s, of processes that come, go, restart and fall silent',
  (mode) => {
    const emulator = new PrometheusEmulator();
    let provider: AnyProvider;
    beforeAll(async () => {
      provider = await openProvider(await emulator.listen(), {
        BURNGATE_PROMETHEUS_READ: mode,
        BURNGATE_PROMETHEUS_SCRAPE_INTERVAL: '15s',
      });
    });
    afterAll(async () => {
      await provider.close();
      await emulator.close();
    });

    const fetchCounts = async (start: EpochMs, end: EpochMs, bucketMs = MINUTE): Promise<Fetched> =>
      provider.fetchCounts(
        {
          queries: {
            bad: openQuery({ selector: 'http_requests_total{code="500"}' }, 'bad'),
            total: openQuery({ metric: 'http_requests_total' }, 'total'),
          },
          cohorts: { canary: cohort('canary'), stable: cohort('stable') },
          scope: { namespace: 'shop', rollout: 'web' },
          window: { start, end, bucketMs },
        },
        new AbortController().signal,
      );
    const pointsOf = ({ series: all }: Fetched, role: string, side: string) =>
      all.find((each) => each.role === role && each.cohort === side)?.points ?? [];
    const nonZero = (points: readonly (readonly [number, number])[]) =>
      points.filter(([, events]) => events !== 0);
    const seeds = fc.array(fc.nat(1_000_000), { minLength: 8, maxLength: 40 });

    test.each([MINUTE, 5 * MINUTE])(
      'equal what the processes know, in buckets of %i ms',
      async (bucketMs) => {
        await fc.assert(
          fc.asyncProperty(seeds, async (seed) => {
            const world = worldOf(seed);
            emulator.store = world.store;
            const fetched = await fetchCounts(START, END, bucketMs);
            for (const side of ['canary', 'stable'] as const)
              for (const role of ['bad', 'total'] as const)
                expect(nonZero(pointsOf(fetched, role, side))).toEqual(
                  nonZero(expected(world, side, role, bucketMs)),
                );
          }),
          { numRuns: 25 },
        );
      },
    );

    test('have no bucket where no process was read, and one where any was', async () => {
      await fc.assert(
        fc.asyncProperty(seeds, async (seed) => {
          const world = worldOf(seed);
          emulator.store = world.store;
          const fetched = await fetchCounts(START, END);
          for (const side of ['canary', 'stable'] as const)
            expect(pointsOf(fetched, 'total', side).map(([time]) => time)).toEqual(
              expected(world, side, 'total', MINUTE).map(([time]) => time),
            );
        }),
        { numRuns: 15 },
      );
    });

    test('do not depend on the window that is asked for', async () => {
      await fc.assert(
        fc.asyncProperty(seeds, fc.nat(38), fc.integer({ min: 1, max: 20 }), async (seed, from, length) => {
          emulator.store = worldOf(seed).store;
          const whole = await fetchCounts(START, END);
          const start = START + from * MINUTE;
          const end = Math.min(END, start + length * MINUTE);
          const part = await fetchCounts(start, end);
          const isIn = ([time]: readonly [number, number]): boolean => time >= start && time < end;
          for (const side of ['canary', 'stable'])
            for (const role of ['bad', 'total'])
              expect(pointsOf(part, role, side)).toEqual(
                pointsOf(whole, role, side).filter((point) => isIn(point)),
              );
        }),
        { numRuns: 25 },
      );
    });

    test('never have more bad events than there were in all', async () => {
      await fc.assert(
        fc.asyncProperty(seeds, async (seed) => {
          emulator.store = worldOf(seed).store;
          const fetched = await fetchCounts(START, END);
          for (const side of ['canary', 'stable']) {
            const totals = new Map(pointsOf(fetched, 'total', side));
            for (const [time, bad] of pointsOf(fetched, 'bad', side))
              expect(bad).toBeLessThanOrEqual(totals.get(time) ?? -1);
          }
        }),
        { numRuns: 15 },
      );
    });

    const pod = { namespace: 'shop', instance: 'a', pod: `web-${HASH.canary}-aaaaa`, code: '500' };
    const minute = (nth: number): number => START + nth * MINUTE;

    test('of an error counter that comes back long after a restart, no lower than it was, miss at most what it was', async () => {
      const good = Array.from({ length: 40 }, (_, nth): [number, number] => [
        minute(nth),
        nth < 10 ? nth * 50 : nth,
      ]);
      const bad: [number, number][] = [
        [minute(5), 3],
        [minute(9), 3],
        [minute(30), 4],
      ];
      emulator.store = [
        ...steadyPod().store,
        series('http_requests_total', { ...pod, code: '200' }, good),
        series('http_requests_total', pod, bad),
      ];
      const points = nonZero(pointsOf(await fetchCounts(START, END), 'bad', 'canary'));
      // Four events at minute 30; three of them cannot be told from those before the restart.
      expect(points).toEqual([
        [minute(4), 3],
        [minute(29), 1],
      ]);
    });

    test('leave out what counters of unknown age had counted, and say so', async () => {
      emulator.store = [
        series('http_requests_total', pod, [
          [minute(1), 1000],
          [minute(2), 1001],
        ]),
      ];
      const fetched = await fetchCounts(START, END);
      expect(pointsOf(fetched, 'total', 'canary')).toEqual([[minute(1), 1]]);
      expect(fetched.notes.join()).toMatch(/2 series began together with the metric/);
    });

    test('count what happened in a long silence where reading resumed, and say so', async () => {
      emulator.store = [
        series('http_requests_total', pod, [
          [START - 20 * MINUTE, 1000],
          [minute(2), 1040],
        ]),
      ];
      const fetched = await fetchCounts(START, END);
      expect(pointsOf(fetched, 'total', 'canary')).toEqual([[minute(1), 40]]);
      expect(fetched.notes.join()).toMatch(/silent for more than 5 min/);
    });

    test('take a value that is no number for a missed scrape, and stale markers for nothing', async () => {
      emulator.store = [
        ...steadyPod().store,
        series('http_requests_total', pod, [
          [minute(1), 0],
          [minute(2), NaN],
          [minute(3), 5],
          [minute(4), null],
          [minute(5), Infinity],
          [minute(6), 9],
        ]),
      ];
      expect(nonZero(pointsOf(await fetchCounts(START, END), 'total', 'canary'))).toEqual([
        [minute(2), 5],
        [minute(5), 4],
      ]);
    });

    test('of one replica only, where two servers stored the same process', async () => {
      const samples = (shift: number): [number, number][] =>
        [1, 2, 3].map((nth) => [minute(nth) + shift, nth * 10]);
      const replicas = ['a', 'b'].map((name, index) =>
        series('http_requests_total', { ...pod, prometheus_replica: name }, samples(index * 7000)),
      );
      emulator.store = [...steadyPod().store, ...replicas];
      const fetched = await fetchCounts(START, END);
      expect(pointsOf(fetched, 'total', 'canary').reduce((sum, [, events]) => sum + events, 0)).toBe(30);
      expect(fetched.notes.join()).toMatch(/further replicas/);
    });

    test('are refused where a metric is negative, which no counter is', async () => {
      emulator.store = [series('http_requests_total', pod, [[minute(1), -5]])];
      await expect(fetchCounts(START, END)).rejects.toMatchObject({
        code: 'provider-rejected',
        retryable: false,
      });
    });

    test('are refused where one series would count for both sides', async () => {
      emulator.store = steadyPod().store;
      const ask = provider.fetchCounts(
        {
          queries: { total: openQuery({ metric: 'http_requests_total' }) },
          cohorts: {
            canary: { hash: 'x', value: 'web-', match: 'prefix', label: 'pod' },
            stable: { hash: 'y', value: `web-${HASH.stable}`, match: 'prefix', label: 'pod' },
          },
          scope: {},
          window: { start: START, end: END, bucketMs: MINUTE },
        },
        new AbortController().signal,
      );
      await expect(ask).rejects.toMatchObject({ code: 'provider-rejected' });
    });
  },
);
