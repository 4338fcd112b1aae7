import { afterEach, expect, test } from 'vitest';
import type { Fetched } from '../../src/core/provider.ts';
import { MINUTE } from '../../src/core/units.ts';
import type { MetricModel, Model } from './emulator/model.ts';
import { exactly, openEmulated, queryOf, requestFor, type Emulated } from './emulator/open-emulated.ts';
import { emptyProject, write } from './emulator/traffic.ts';

const START = Date.UTC(2024, 4, 1, 12);
const TYPE = 'logging.googleapis.com/user/requests';
const { signal } = new AbortController();
const ROLLOUTS = [...Array(20).keys()];

function modelOf(): Model {
  const model: Model = new Map();
  const metric: MetricModel = { type: TYPE, kind: 'DELTA', valueType: 'INT64', series: [] };
  emptyProject(model, 'shop-prod').metrics.set(TYPE, metric);
  for (const nth of ROLLOUTS)
    for (const [side, factor] of [
      ['c', 1],
      ['s', 100],
    ] as const)
      write(
        metric,
        Array.from({ length: 60 }, (_, minute) => ({
          time: START + minute * MINUTE,
          labels: { rollouts_pod_template_hash: `${side}${String(nth)}` },
          value: factor * (nth + 1),
        })),
        { resourceType: 'k8s_container', resource: {} },
      );
  return model;
}

let now = START + 30 * MINUTE;
let open: Emulated;
afterEach(async () => {
  await open.close();
  now = START + 30 * MINUTE;
});

const queries = { total: queryOf({ project: 'shop-prod', metric: TYPE, settlingLag: '2m' }) };

async function look(nth: number, minutes = 1): Promise<Fetched> {
  const end = Math.floor(now / MINUTE) * MINUTE - 2 * MINUTE;
  return open.provider.fetchCounts(
    requestFor(queries, START, {
      cohorts: { canary: exactly(`c${String(nth)}`), stable: exactly(`s${String(nth)}`) },
      window: { start: end - minutes * MINUTE, end, bucketMs: MINUTE },
    }),
    signal,
  );
}

const sums = ({ series }: Fetched): [string, number][] =>
  series
    .map(({ cohort, points }): [string, number] => [
      cohort,
      points.reduce((sum, [, events]) => sum + events, 0),
    ])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

test('twenty rollouts of one metric cost one call a minute once they are known, and each gets its own counts', async () => {
  open = await openEmulated(modelOf(), { now: () => now });
  const minute = async (): Promise<number> => {
    const before = open.emulator.counted.listTimeSeries;
    for (const nth of ROLLOUTS) {
      // oxlint-disable-next-line no-await-in-loop -- spread over the minute
      const answer = await look(nth);
      expect(sums(answer)).toEqual([
        ['canary', nth + 1],
        ['stable', 100 * (nth + 1)],
      ]);
      now += 2000;
    }
    now += MINUTE - ROLLOUTS.length * 2000;
    return open.emulator.counted.listTimeSeries - before;
  };
  expect(await minute()).toBe(ROLLOUTS.length);
  expect(await minute()).toBe(1);
  expect(await minute()).toBe(1);
});

test('what failed is not held for the others', async () => {
  open = await openEmulated(modelOf(), { now: () => now });
  await look(1);
  now += MINUTE;
  open.emulator.fault = { kind: 'execution-errors' };
  expect((await look(1)).complete).not.toBe(true);
  open.emulator.fault = { kind: 'unavailable' };
  await expect(look(2)).rejects.toMatchObject({ code: 'provider-unavailable' });
  open.emulator.fault = null;
  expect(sums(await look(1))).toEqual([
    ['canary', 2],
    ['stable', 200],
  ]);
});

test('long windows and counts that have not settled are asked for alone', async () => {
  open = await openEmulated(modelOf(), { now: () => now });
  // The first look of a metric goes beyond now, to see whether clocks agree, and is nobody else's.
  await look(1);
  await look(4);
  await look(2, 20);
  expect(open.emulator.filters.at(-1)).toContain('one_of("c2", "s2")');
  now += MINUTE;
  await look(3);
  expect(open.emulator.filters.at(-1)).toContain('one_of("c2", "c3", "c4", "s2", "s3", "s4")');
});

test('who gives up does not take the answer from the others', async () => {
  open = await openEmulated(modelOf(), { now: () => now });
  await look(1);
  now += MINUTE;
  const hasty = new AbortController();
  const end = Math.floor(now / MINUTE) * MINUTE - 2 * MINUTE;
  const request = requestFor(queries, START, {
    cohorts: { canary: exactly('c1'), stable: exactly('s1') },
    window: { start: end - MINUTE, end, bucketMs: MINUTE },
  });
  const given = open.provider.fetchCounts(request, hasty.signal);
  const patient = open.provider.fetchCounts(request, signal);
  hasty.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  expect(sums(await patient)).toEqual([
    ['canary', 2],
    ['stable', 200],
  ]);
});
