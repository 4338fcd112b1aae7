import { describe, expect, test } from 'vitest';
import { ProviderError } from '../../core/errors.ts';
import type { AnyProvider, CountsRequest } from '../../core/provider.ts';
import type { Slo } from '../../core/slo.ts';
import { DAY, HOUR, MINUTE } from '../../core/units.ts';
import { bucketTimes, type Window } from '../../core/window.ts';
import { HourCache } from './hour-cache.ts';
import { ReportService, ReportUnavailable, type ReportServiceDeps } from './report-service.ts';

const NOW = Date.parse('2026-03-29T12:34:56Z');
const DOWN = new ProviderError({
  code: 'provider-unavailable',
  message: 'made-up does not answer',
  remedy: 'wait',
  retryable: true,
});

const source = { provider: 'made-up', query: null };
const SLO: Slo = {
  name: 'checkout',
  service: 'shop',
  target: 0.99,
  timeWindow: { kind: 'rolling', duration: 28 * DAY },
  budgetingMethod: 'Occurrences',
  indicator: { kind: 'bad-total', bad: source, total: source },
  policy: {},
  required: true,
  scope: 'global',
  settlingLag: 4 * MINUTE,
  bucketMs: MINUTE,
  maintenance: [],
  origin: { file: 'x', line: 1 },
};

/** 1,000 events a minute, 5 of them bad, whatever the width of the buckets. */
class Source implements AnyProvider {
  readonly windows: Window[] = [];
  readonly requests: CountsRequest<unknown>[] = [];
  down = false;
  overlapFlaw = false;
  lag = 0;

  async fetchCounts(request: CountsRequest<unknown>, _signal?: AbortSignal) {
    this.requests.push(request);
    this.windows.push(request.window);
    if (this.down) throw DOWN;
    const minutes = request.window.bucketMs / MINUTE;
    const times = bucketTimes(request.window);
    const points = (each: number) => times.map((time): [number, number] => [time, each * minutes]);
    return {
      series: [
        { role: 'bad' as const, cohort: 'stable' as const, points: points(this.overlapFlaw ? 1001 : 5) },
        { role: 'total' as const, cohort: 'stable' as const, points: points(1000) },
      ],
      complete: true as const,
      queriesSent: ['made up'],
      notes: [],
    };
  }
  async settlingLag() {
    return this.lag;
  }
  async checkAccess() {
    return { ok: true as const, detail: '' };
  }
  async close() {
    this.windows.length = 0;
  }
}

function service(options: Partial<ReportServiceDeps> = {}, now = { at: NOW }) {
  const provider = new Source();
  const reports = new ReportService({
    source: () => ({ providers: new Map([['made-up', provider]]), scope: {} }),
    cache: new HourCache(),
    analyses: async () => [],
    clock: () => now.at,
    onReport: () => undefined,
    onFault: () => undefined,
    ...options,
  });
  return { provider, reports, now };
}

const asked = (windows: readonly Window[]): number =>
  windows.reduce((sum, { start, end, bucketMs }) => sum + (end - start) / bucketMs, 0);

describe('reports', () => {
  test('read hours, and five minutes only where the newest burn or an edge of the period need them', async () => {
    const { provider, reports } = service();
    const { report } = await reports.report(SLO);
    expect(report.asOf).toBe(Date.parse('2026-03-29T12:30:00Z'));
    expect(report.budget.totalEvents).toBe(28 * 24 * 60 * 1000);
    expect(report.budget.remainingRatio).toBeCloseTo(0.5, 12);
    expect(report.coverage).toBe(1);
    expect(report.burns.map(({ burn }) => burn?.toFixed(6))).toEqual(Array(7).fill('0.500000'));
    expect(asked(provider.windows)).toBeLessThan(28 * 24 + 12 * 10);
    expect(provider.requests[0]?.cohorts).toEqual({
      canary: null,
      stable: { hash: '', value: '', match: 'any' },
    });
  });

  test('read again only what may still change', async () => {
    const { provider, reports, now } = service();
    await reports.report(SLO);
    provider.windows.length = 0;
    now.at += 5 * MINUTE;
    const { report } = await reports.report(SLO);
    expect(report.asOf).toBe(Date.parse('2026-03-29T12:35:00Z'));
    expect(report.budget.totalEvents).toBe(28 * 24 * 60 * 1000);
    // The running hour, and the one at the far edge that is now cut elsewhere.
    expect(asked(provider.windows)).toBeLessThanOrEqual(24);
  });

  test('are made once however many ask at once, and for half a minute after', async () => {
    const { provider, reports, now } = service();
    const all = await Promise.all(Array.from({ length: 20 }, async () => reports.report(SLO)));
    expect(new Set(all).size).toBe(1);
    const calls = provider.requests.length;
    now.at += 20_000;
    await reports.report(SLO);
    expect(provider.requests).toHaveLength(calls);
  });

  test('of a source that is down are the last known ones, with the reason; never zeros', async () => {
    const { provider, reports, now } = service();
    const before = await reports.report(SLO);
    provider.down = true;
    now.at += 10 * MINUTE;
    const after = await reports.report(SLO);
    expect(after.report).toEqual(before.report);
    expect(after.computedAt).toBe(before.computedAt);
    expect(after.outdated).toContain('made-up does not answer');
    provider.down = false;
    expect((await reports.report(SLO)).outdated).toBeNull();
  });

  test('of a source that was down from the start are refused with the remedy', async () => {
    const { provider, reports } = service();
    provider.down = true;
    await expect(reports.report(SLO)).rejects.toMatchObject({
      name: 'ReportUnavailable',
      remedy: 'wait',
      retryable: true,
    });
  });

  test('that take longer than anyone waits go on, and are there for the next who asks', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { reports } = service({
      patience: 5,
      analyses: async () => {
        await held;
        return [];
      },
    });
    await expect(reports.report(SLO)).rejects.toThrow('not ready yet');
    const next = reports.report(SLO);
    release();
    expect((await next).report.state).toBe('healthy');
  });

  test('of one cell of the finer grid are one, also where the settling lag shifts the grid', async () => {
    const { provider, reports } = service();
    const at = Date.parse('2026-03-20T12:34:00Z');
    const first = await reports.report(SLO, at);
    expect(first.report.asOf).toBe(Date.parse('2026-03-20T12:30:00Z'));
    const calls = provider.requests.length;
    for (const later of [1, 5 * MINUTE - 1]) expect(await reports.report(SLO, at + later)).toBe(first);
    expect(provider.requests).toHaveLength(calls);
    expect((await reports.report(SLO, at + 5 * MINUTE)).report.asOf).toBe(first.report.asOf + 5 * MINUTE);
  });

  test('of one cell are one as soon as the source has told its settling lag', async () => {
    const { provider, reports } = service();
    provider.lag = 2 * MINUTE;
    const { settlingLag: _, ...slo } = SLO;
    const at = Date.parse('2026-03-20T12:32:00Z');
    const first = await reports.report(slo, at);
    expect(first.report.asOf).toBe(Date.parse('2026-03-20T12:30:00Z'));
    expect((await reports.report(slo, at - MINUTE)).report.asOf).toBe(first.report.asOf - 5 * MINUTE);
    const again = await reports.report(slo, at + MINUTE);
    const calls = provider.requests.length;
    expect(await reports.report(slo, at + 2 * MINUTE)).toBe(again);
    expect(provider.requests).toHaveLength(calls);
  });

  test('of two thousand times at once are refused beyond a hundred, and no work goes on for nobody', async () => {
    const provider = new Source();
    const running = new Set<number>();
    let started = 0;
    provider.fetchCounts = async (_, signal) => {
      const own = (started += 1);
      running.add(own);
      signal?.addEventListener('abort', () => running.delete(own));
      return new Promise(() => undefined);
    };
    const { reports } = service({
      source: () => ({ providers: new Map([['made-up', provider]]), scope: {} }),
      patience: 30,
      queue: { grace: 200 },
    });
    const callers = Array.from({ length: 2000 }, async (_, index) => {
      try {
        await reports.report(SLO, NOW - index * 5 * MINUTE);
        return 'made';
      } catch (error) {
        return error instanceof ReportUnavailable && error.retryable ? error.message : 'for good';
      }
    });
    const told = await Promise.all(callers);
    expect(told.filter((each) => each.includes('too many reports of past times'))).toHaveLength(1898);
    expect(told.filter((each) => each.includes('not ready yet'))).toHaveLength(102);
    await expect.poll(() => running.size).toBe(0);
    expect(started).toBe(2);
  });

  test('of past times take neither the places nor the memory of those of now', async () => {
    const { provider, reports, now } = service({ queue: { mostWaiting: Infinity } });
    const before = await reports.report(SLO);
    const past = Array.from({ length: 600 }, async (_, index) =>
      reports.report({ ...SLO, timeWindow: { kind: 'rolling', duration: DAY } }, NOW - index * 5 * MINUTE),
    );
    await Promise.all(past);
    provider.down = true;
    now.at += HOUR;
    expect((await reports.report(SLO)).report).toEqual(before.report);
    expect(reports.last(SLO.name)).toBe(before);
  });

  test('leave maintenance out to the minute grid, also where it cuts hours', async () => {
    const maintenance = [{ start: NOW - 10 * DAY, end: NOW - 10 * DAY + 90 * MINUTE }];
    const { reports } = service();
    const { report } = await reports.report({ ...SLO, maintenance });
    const left = 28 * 24 * 60 * 1000 - report.budget.totalEvents;
    expect(left).toBeGreaterThanOrEqual(90 * 1000);
    expect(left).toBeLessThanOrEqual(100 * 1000);
    expect(report.maintenance).toBe(90 * MINUTE);
    expect(report.budget.remainingRatio).toBeCloseTo(0.5, 12);
  });

  test('of a calendar month count from its first moment, in its own time zone', async () => {
    const { reports } = service();
    const { report } = await reports.report({
      ...SLO,
      timeWindow: {
        kind: 'calendar',
        duration: 30 * DAY,
        count: 1,
        unit: 'M',
        start: '2026-01-01 00:00:00',
        timeZone: 'Asia/Kolkata',
      },
    });
    expect(new Date(report.period.start).toISOString()).toBe('2026-02-28T18:30:00.000Z');
    expect(report.budget.totalEvents).toBe(((report.asOf - report.period.start) / MINUTE) * 1000);
    expect(report.coverage).toBe(1);
  });

  test('count time slices of the width that the SLO says', async () => {
    const { provider, reports } = service();
    const sliced: Slo = {
      ...SLO,
      budgetingMethod: 'Timeslices',
      slices: { window: 10 * MINUTE, target: 0.99 },
    };
    const { report } = await reports.report(sliced);
    expect(provider.windows.every(({ bucketMs }) => bucketMs === 10 * MINUTE)).toBe(true);
    expect(report.budget).toMatchObject({ sli: 1, totalEvents: 28 * 24 * 6 });
    await expect(reports.report({ ...SLO, name: 'odd', slices: { window: 7 * MINUTE } })).rejects.toThrow(
      'divides an hour',
    );
  });

  test('tell of more bad events than events, and do not count them', async () => {
    const { provider, reports } = service();
    provider.overlapFlaw = true;
    const { report } = await reports.report(SLO);
    expect(report.flaws.first).toContain('bad of');
    expect(report.state).toBe('no-data');
  });

  test('keep their hours within a bound', async () => {
    const cache = new HourCache(100);
    const { provider, reports, now } = service({ cache });
    await reports.report(SLO);
    now.at += HOUR;
    provider.windows.length = 0;
    const { report } = await reports.report(SLO);
    expect(report.budget.totalEvents).toBe(28 * 24 * 60 * 1000);
    expect(asked(provider.windows)).toBeGreaterThan(500);
  });
});
