import { afterEach, expect, test } from 'vitest';
import type { Points } from '../../src/core/provider.ts';
import { MINUTE } from '../../src/core/units.ts';
import type { MetricModel, Model } from './emulator/model.ts';
import { openEmulated, queryOf, requestFor, type Emulated } from './emulator/open-emulated.ts';
import { emptyProject, write } from './emulator/traffic.ts';

const START = Date.UTC(2024, 4, 1, 12);
const { signal } = new AbortController();
const TYPE = 'custom.googleapis.com/requests';
const INGEST_DELAY = 3 * MINUTE;

function modelOf(): Model {
  const model: Model = new Map();
  const metric: MetricModel = {
    type: TYPE,
    kind: 'DELTA',
    valueType: 'INT64',
    ingestDelaySeconds: INGEST_DELAY / 1000,
    samplePeriodSeconds: 60,
    series: [],
  };
  emptyProject(model, 'shop-prod').metrics.set(TYPE, metric);
  for (const hash of ['aaa', 'bbb'])
    write(
      metric,
      Array.from({ length: 60 }, (_, minute) => ({
        time: START + minute * MINUTE,
        labels: { 'rollouts-pod-template-hash': hash },
        value: 10 + (minute % 7),
      })),
      { resourceType: 'k8s_container', resource: {}, user: { 'rollouts-pod-template-hash': hash } },
    );
  return model;
}

let open: Emulated | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});
const queries = { total: queryOf({ project: 'shop-prod', metric: TYPE, resource: 'k8s_container' }) };

async function pointsUntil(emulated: Emulated, end: number): Promise<Points> {
  const window = { start: START, end, bucketMs: MINUTE };
  const answer = await emulated.provider.fetchCounts(requestFor(queries, START, { window }), signal);
  return answer.series.find(({ cohort }) => cohort === 'canary')?.points ?? [];
}

test('late data inside the lag never change a count that was given', async () => {
  let now = START + 20 * MINUTE;
  open = await openEmulated(modelOf(), { now: () => now, ingestDelayMs: INGEST_DELAY });
  const lag = await open.provider.settlingLag(queries, signal);
  expect(lag).toBe(4 * MINUTE);
  const given = new Map<number, number>();
  for (; now < START + 50 * MINUTE; now += 20_000) {
    const end = Math.floor((now - lag) / MINUTE) * MINUTE;
    // oxlint-disable-next-line no-await-in-loop -- one look after the other, as time goes on
    for (const [time, events] of await pointsUntil(open, end)) {
      expect([time, given.get(time) ?? events]).toEqual([time, events]);
      given.set(time, events);
    }
    // The newest bucket that is old enough is there, whole.
    expect(given.has(end - MINUTE)).toBe(true);
  }
});

test('data that are later than promised are absent, not zero, and come', async () => {
  const now = START + 40 * MINUTE;
  open = await openEmulated(modelOf(), { now: () => now, ingestDelayMs: INGEST_DELAY });
  open.emulator.fault = { kind: 'late-data', seconds: 600 };
  const late = await pointsUntil(open, now - 4 * MINUTE);
  expect(late.at(-1)?.[0]).toBe(START + 26 * MINUTE);
  open.emulator.fault = null;
  const whole = await pointsUntil(open, now - 4 * MINUTE);
  expect(whole.slice(0, late.length)).toEqual(late);
  expect(whole).toHaveLength(36);
});

test('points ahead of our clock are seen, and told as settled in times to come', async () => {
  const now = START + 40 * MINUTE;
  open = await openEmulated(modelOf(), { now: () => now });
  const window = { start: START, end: now - 4 * MINUTE, bucketMs: MINUTE };
  const ask = async (): Promise<number | undefined> =>
    (await (open as Emulated).provider.fetchCounts(requestFor(queries, START, { window }), signal))
      .settledUntil;
  open.emulator.fault = { kind: 'clock-skew', seconds: 300 };
  expect(await ask()).toBe(now + 5 * MINUTE);
  // As long as clocks disagree, every look says so.
  expect(await ask()).toBe(now + 5 * MINUTE);
  open.emulator.fault = null;
  expect(await ask()).toBeUndefined();
  expect(open.emulator.counted.listTimeSeries).toBe(3);
});
