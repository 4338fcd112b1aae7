import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyProvider, CohortMatch, Series } from '../../src/core/provider.ts';
import { MINUTE, SECOND, type EpochMs } from '../../src/core/units.ts';
import { openProvider, openQuery } from './emulator/open-for-test.ts';
import { isRealMissing } from './emulator/real-or-skip.ts';
import { RealPrometheus } from './emulator/real-prometheus.ts';
import { ShopPod } from './emulator/shop-pod.ts';
import { openMetricsOf, series } from './emulator/store.ts';

const BUCKET = SECOND;
const PODS = { stable: 'web-5f9c8b7d44-aaaaa', canary: 'web-6d4b75cb6d-bbbbb', late: 'web-6d4b75cb6d-ccccc' };
const cohort = (hash: string): CohortMatch => ({ hash, value: hash, match: 'exact' });
const never = new AbortController().signal;

/** A release in seconds of real scrapes, with everything that goes wrong, and the truth of it. */
class Release {
  readonly stable: ShopPod;
  readonly canary: ShopPod;
  readonly late: ShopPod;
  readonly server: RealPrometheus;
  end: EpochMs = 0;
  readonly begun: EpochMs;

  constructor(pods: readonly [ShopPod, ShopPod, ShopPod], server: RealPrometheus, begun: EpochMs) {
    [this.stable, this.canary, this.late] = pods;
    this.server = server;
    this.begun = begun;
  }

  static async open(): Promise<Release> {
    const [stable, canary, late] = await Promise.all([
      ShopPod.reserve(PODS.stable),
      ShopPod.reserve(PODS.canary),
      ShopPod.reserve(PODS.late),
    ]);
    const begun = Date.now();
    // Stable has been there for long: this server holds its last 20 minutes.
    await stable.start({ '200': 700 });
    const minutes = Array.from({ length: 20 }, (_, index) => begun - (20 - index) * MINUTE);
    const labels = {
      namespace: 'shop',
      job: 'shop',
      instance: stable.address,
      pod: PODS.stable,
      code: '200',
    };
    const history = series(
      'http_requests_total',
      labels,
      minutes.map((time, index) => [time, Math.min(700, 40 * (index + 1))]),
    );
    const server = await RealPrometheus.open({
      scrapeInterval: '200ms',
      openMetrics: openMetricsOf([history]),
      targets: [stable, canary, late].map(({ address }) => ({ address, labels: { namespace: 'shop' } })),
    });
    return new Release([stable, canary, late], server, begun);
  }

  /** Serves requests until the pod was scraped so many times more. */
  async scrapes(pod: ShopPod, more: number, turn: (nth: number) => void = () => undefined): Promise<void> {
    const target = pod.ledger.length + more;
    for (let nth = 0; pod.ledger.length < target; nth += 1) {
      this.stable.serve('200', 3 + (nth % 5));
      if (nth % 4 === 0) this.stable.serve('500', 1);
      turn(nth);
      await sleep(20);
    }
  }

  /** Everything of a canary's life. */
  async run(): Promise<void> {
    const { stable, canary, late } = this;
    await this.scrapes(stable, 3);
    // It starts in the middle of a bucket with requests served before the first scrape, among them an error.
    canary.serve('200', 17);
    canary.serve('500', 2);
    await canary.start();
    await this.scrapes(canary, 4, () => canary.serve('200', 2));
    // Counter reset: a new process overtakes the old error counter before the next scrape.
    canary.restart();
    canary.serve('200', 5);
    canary.serve('500', 9);
    await this.scrapes(canary, 3, () => canary.serve('200', 1));
    // Again; the error counter is not even there until later, and then stands where it stood.
    canary.restart();
    canary.serve('200', 3);
    await this.scrapes(canary, 3, () => canary.serve('200', 1));
    canary.serve('500', 9);
    await this.scrapes(canary, 2);
    // Missed scrapes, and a pod that comes only now.
    canary.isBroken = true;
    await late.start();
    late.serve('200', 30);
    await this.scrapes(late, 4, () => {
      canary.serve('200', 1);
      late.serve('500', 1);
    });
    canary.isBroken = false;
    await this.scrapes(canary, 3);
    // A pod that goes away for good, and stable grows past its old value after a restart between two scrapes.
    await late.stop();
    await this.scrapes(canary, 2, () => canary.serve('200', 4));
    stable.restart();
    stable.serve('200', 5000);
    await this.scrapes(stable, 3);
    await this.settle();
  }

  /** Waits until all scrapes of the bucket that is under way are stored. */
  async settle(): Promise<void> {
    this.end = (Math.floor(Date.now() / BUCKET) + 1) * BUCKET;
    for (;;) {
      const stored = await this.times();
      const newest = [PODS.stable, PODS.canary].map((pod) => Math.max(...(stored.get(pod)?.values() ?? [])));
      if (newest.every((time) => time > this.end)) return;
      await sleep(50);
    }
  }

  /** Pod -> number of the scrape -> time of its sample. */
  async times(): Promise<Map<string, Map<number, EpochMs>>> {
    const body = new URLSearchParams({ query: 'scrape[10m]' });
    const answer = await fetch(`${this.server.url}/api/v1/query`, { method: 'POST', body });
    const { data } = (await answer.json()) as {
      data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
    };
    return new Map(
      data.result.map(({ metric, values }) => [
        metric['pod'] ?? '',
        new Map(values.map(([time, value]) => [Number(value), Math.round(time * 1000)])),
      ]),
    );
  }

  /** What the pods know, by the buckets of the samples that told it. */
  async truth(
    pods: readonly [string, ShopPod][],
    kind: 'bad' | 'total',
    end = this.end,
  ): Promise<[EpochMs, number][]> {
    const times = await this.times();
    const buckets = new Map<EpochMs, number>();
    for (const [name, pod] of pods) {
      // A scrape that the server gave up is not stored; what it saw, the next one tells, if it is of the same process.
      let [life, good, bad] = [0, 0, 0];
      for (const line of pod.ledger) {
        if (line.life !== life) [life, good, bad] = [line.life, 0, 0];
        [good, bad] = [good + line.good, bad + line.bad];
        const time = times.get(name)?.get(line.scrape);
        if (time === undefined) continue;
        const bucket = (Math.ceil(time / BUCKET) - 1) * BUCKET;
        if (bucket < end) buckets.set(bucket, (buckets.get(bucket) ?? 0) + bad + (kind === 'bad' ? 0 : good));
        [good, bad] = [0, 0];
      }
    }
    return [...buckets].toSorted(([a], [b]) => a - b);
  }

  async close(): Promise<void> {
    await this.server.close();
    await Promise.all([this.stable.stop(), this.canary.stop(), this.late.stop()]);
  }
}

describe.skipIf(isRealMissing())('on a real Prometheus server that scrapes real processes', () => {
  let release: Release;
  let provider: AnyProvider;
  beforeAll(async () => {
    release = await Release.open();
    provider = await openProvider(release.server.url, { BURNGATE_PROMETHEUS_SCRAPE_INTERVAL: '1s' });
    await release.run();
  }, 60_000);
  afterAll(async () => {
    await provider.close();
    await release.close();
  });

  const queries = {
    bad: openQuery({ selector: 'http_requests_total{code=~"5.."}' }, 'bad'),
    total: openQuery({ metric: 'http_requests_total' }, 'total'),
  };
  const fetchCounts = async (start: EpochMs, end: EpochMs, signal = never) =>
    provider.fetchCounts(
      {
        queries,
        cohorts: { canary: cohort('6d4b75cb6d'), stable: cohort('5f9c8b7d44') },
        scope: { namespace: 'shop', rollout: 'web' },
        podLabel: 'pod',
        window: { start, end, bucketMs: BUCKET },
      },
      signal,
    );
  const startOf = (): EpochMs => Math.floor(release.begun / BUCKET) * BUCKET;
  const pointsOf = (all: readonly Series[], role: string, side: string) =>
    all.find((each) => each.role === role && each.cohort === side)?.points;
  const nonZero = (points: readonly (readonly [number, number])[] = []) =>
    points.filter(([, events]) => events > 0);

  test('counts of the canary equal its own ledger, to the event, bucket by bucket', async () => {
    const { series: all } = await fetchCounts(startOf(), release.end);
    const pods: [string, ShopPod][] = [
      [PODS.canary, release.canary],
      [PODS.late, release.late],
    ];
    for (const role of ['bad', 'total'] as const)
      expect(nonZero(pointsOf(all, role, 'canary'))).toEqual(nonZero(await release.truth(pods, role)));
  });

  test('counts of stable equal its own ledger, across a restart that no fall of its counter shows', async () => {
    const { series: all } = await fetchCounts(startOf(), release.end);
    for (const role of ['bad', 'total'] as const)
      expect(nonZero(pointsOf(all, role, 'stable'))).toEqual(
        nonZero(await release.truth([[PODS.stable, release.stable]], role)),
      );
  });

  test('the release had restarts, a missed scrape, and a pod that came late and went', async () => {
    const { stable, canary, late } = release;
    expect([stable, canary, late].map(({ ledger }) => ledger.at(-1)?.life)).toEqual([1, 2, 0]);
    const times = [...((await release.times()).get(PODS.canary)?.values() ?? [])];
    expect(Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)))).toBeGreaterThan(
      500,
    );
    expect(late.ledger[0]).toMatchObject({ good: expect.toSatisfy((good: number) => good >= 30) as number });
    expect(late.ledger.length).toBeLessThan(canary.ledger.length);
  });

  test('the same bucket has the same counts whatever window it is asked in', async () => {
    const whole = await fetchCounts(startOf(), release.end);
    for (let start = startOf() + BUCKET; start < release.end; start += BUCKET) {
      const part = await fetchCounts(start, Math.min(release.end, start + 2 * BUCKET));
      for (const { role, cohort: side, points } of part.series) {
        const same = pointsOf(whole.series, role, side)?.filter(
          ([time]) => time >= start && time < Math.min(release.end, start + 2 * BUCKET),
        );
        expect(points).toEqual(same);
      }
    }
  });

  test('pods sum to the canary', async () => {
    const { series: all, podSplit = [] } = await fetchCounts(startOf(), release.end);
    expect(new Set(podSplit.map(({ pod }) => pod))).toEqual(new Set([PODS.canary, PODS.late]));
    const sums = new Map<number, number>();
    for (const { points } of podSplit.filter(({ role }) => role === 'total'))
      for (const [time, events] of points) sums.set(time, (sums.get(time) ?? 0) + events);
    expect([...sums].toSorted(([a], [b]) => a - b)).toEqual(pointsOf(all, 'total', 'canary'));
  });

  test('a server that is stopped cannot be reached, and is asked again once it is back', async () => {
    await release.server.stop();
    await expect(fetchCounts(startOf(), release.end)).rejects.toMatchObject({ code: 'provider-unavailable' });
    await release.server.start();
    const { series: all } = await fetchCounts(startOf(), release.end);
    expect(nonZero(pointsOf(all, 'bad', 'stable'))).toEqual(
      nonZero(await release.truth([[PODS.stable, release.stable]], 'bad')),
    );
  });
});
