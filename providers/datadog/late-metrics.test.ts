import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fetched } from '../../src/core/provider.ts';
import { MINUTE, type DurationMs } from '../../src/core/units.ts';
import { ask, opened, query, START, type Opened } from './emulator/opened.ts';

/*
 * A team on EKS without APM: the load balancer's counts, which Datadog fetches from CloudWatch and which are there
 * ten minutes after the fact.
 */

const LATE: DurationMs = 10 * MINUTE;
const SIDES = { canary: 'targetgroup/checkout-canary/1', stable: 'targetgroup/checkout/2' } as const;
const EVENTS = { canary: 50, stable: 500 } as const;
const spec = {
  filter: { loadbalancer: 'app/shop/1' },
  cohort: { tag: 'targetgroup', ...SIDES },
};
const queries = {
  bad: query({ ...spec, metric: 'aws.applicationelb.httpcode_target_5xx' }, 'bad'),
  total: query({ ...spec, metric: 'aws.applicationelb.request_count' }, 'total'),
};

let open: Opened;
let now = START;
beforeAll(async () => {
  open = await opened({}, { now: () => now });
  const { store } = open.emulator;
  store.clock = () => now;
  store.lateness = () => LATE;
  for (let minute = -60; minute < 120; minute += 1) {
    for (const side of ['canary', 'stable'] as const) {
      const tags = { targetgroup: SIDES[side], loadbalancer: 'app/shop/1' };
      const point = { time: START + minute * MINUTE, tags };
      store.submit('aws.applicationelb.request_count', { ...point, value: EVENTS[side] });
      // CloudWatch has no point where nothing failed.
      if (minute % 5 === 0) store.submit('aws.applicationelb.httpcode_target_5xx', { ...point, value: 1 });
    }
  }
});
afterAll(async () => open.close());

/** What a look judges: the window up to the lag, less what is not settled by the provider's word. */
async function look(lag: DurationMs): Promise<Fetched & { readonly end: number }> {
  const window = { start: START - 30 * MINUTE, end: now - lag, bucketMs: MINUTE };
  const fetched = await ask(open.provider, { queries, scope: {}, window });
  const end = Math.min(window.end, fetched.settledUntil ?? Infinity);
  const series = fetched.series.map((line) => ({
    ...line,
    points: line.points.filter(([time]) => time < end),
  }));
  return { ...fetched, series, end };
}

/** Every minute up to the end has all of its events, and the fifth ones their errors. */
function expectWhole({ series, end }: Awaited<ReturnType<typeof look>>): void {
  const minutes = Array.from(
    { length: (end - START) / MINUTE + 30 },
    (_, nth) => START + (nth - 30) * MINUTE,
  );
  for (const side of ['canary', 'stable'] as const) {
    const pointsOf = (role: string) =>
      series.find((line) => line.role === role && line.cohort === side)?.points;
    expect(pointsOf('total')).toEqual(minutes.map((time) => [time, EVENTS[side]]));
    expect(pointsOf('bad')).toEqual(
      minutes.filter((time) => ((time - START) / MINUTE) % 5 === 0).map((time) => [time, 1]),
    );
  }
}

describe('CloudWatch counts that come ten minutes late', () => {
  test('settle after fifteen minutes by default', async () => {
    expect(await open.provider.settlingLag(queries, new AbortController().signal)).toBe(15 * MINUTE);
  });

  test.each([
    ['with the default lag', 15 * MINUTE],
    ['where an SLO has made it two minutes', 2 * MINUTE],
  ])('are never judged on the missing end, %s', async (_, lag) => {
    for (let minute = 20; minute < 120; minute += 7) {
      now = START + minute * MINUTE;
      const seen = await look(lag);
      expect(seen.end).toBe(Math.min(now - lag, now - LATE + MINUTE));
      expectWhole(seen);
    }
  });

  test('of an older span are settled as they are', async () => {
    now = START + 10 * 60 * MINUTE;
    expect((await look(8 * 60 * MINUTE)).settledUntil).toBeUndefined();
  });
});
