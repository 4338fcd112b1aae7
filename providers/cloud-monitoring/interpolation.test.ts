import { afterEach, describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/units.ts';
import { answerList } from './emulator/answer-list.ts';
import type { MetricModel, Model, ProjectModel } from './emulator/model.ts';
import { openEmulated, queryOf, requestFor, type Emulated } from './emulator/open-emulated.ts';
import { emptyProject, write } from './emulator/traffic.ts';

/* A counter that nobody read for a while: ALIGN_DELTA answers all the same. Decision record 0012. */

const START = Date.UTC(2024, 4, 1, 12);
const HASH = 'rollouts_pod_template_hash';
const GAP = { from: 10, to: 15 };

/** Ten events a minute and one of them bad; the canary's pods were not read from minute 10 to 15. */
function counters(
  type: string,
  resourceType: string,
): { model: Model; project: ProjectModel; metric: MetricModel } {
  const model: Model = new Map();
  const project = emptyProject(model, 'shop-prod');
  const metric: MetricModel = { type, kind: 'CUMULATIVE', valueType: 'DOUBLE', series: [] };
  project.metrics.set(type, metric);
  const minutes = Array.from({ length: 30 }, (_, minute) => minute);
  const isRead = (hash: string, minute: number): boolean =>
    hash === 'bbb' || minute < GAP.from || minute >= GAP.to;
  for (const hash of ['aaa', 'bbb']) {
    for (const [code, perMinute] of [
      ['200', 9],
      ['500', 1],
    ] as const) {
      // The counter itself goes on in the gap: what is read first behind it holds all of its events.
      const rows = minutes.flatMap((minute) =>
        isRead(hash, minute)
          ? [
              {
                time: START + minute * MINUTE,
                labels: { [HASH]: hash, code },
                value: minute === GAP.to && hash === 'aaa' ? perMinute * (1 + GAP.to - GAP.from) : perMinute,
              },
            ]
          : [],
      );
      write(metric, rows, { resourceType, resource: {} });
    }
  }
  const up: MetricModel = {
    type: 'prometheus.googleapis.com/up/gauge',
    kind: 'GAUGE',
    valueType: 'DOUBLE',
    series: [],
  };
  project.metrics.set(up.type, up);
  for (const hash of ['aaa', 'bbb']) {
    // A scrape that failed is written too, as 0.
    const rows = minutes.map((minute) => ({
      time: START + minute * MINUTE,
      labels: { [HASH]: hash },
      value: isRead(hash, minute) ? 1 : 0,
    }));
    write(up, rows, { resourceType, resource: {} });
  }
  return { model, project, metric };
}

let open: Emulated | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

test('the trap is real: the API gives whole numbers for minutes that nobody reported', () => {
  const { project } = counters('workload.googleapis.com/requests', 'k8s_container');
  const { series } = answerList(
    {
      filter: `metric.type = "workload.googleapis.com/requests" AND resource.type = "k8s_container" AND metric.labels.${HASH} = "aaa" AND metric.labels.code = "500"`,
      start: START,
      end: START + 30 * MINUTE,
      periodSeconds: 60,
      aligner: 'ALIGN_DELTA',
      reducer: 'REDUCE_SUM',
      groupBy: [],
    },
    project,
    (point) => point,
  );
  const inGap = series.flatMap(({ points }) =>
    points.filter(({ end }) => end > START + GAP.from * MINUTE && end <= START + GAP.to * MINUTE),
  );
  expect(inGap.map(({ value }) => value)).toEqual([1, 1, 1, 1, 1]);
});

describe.each([
  [
    'by the scrapes of Managed Prometheus',
    'prometheus.googleapis.com/requests_total/counter',
    'prometheus_target',
    {},
    2,
  ],
  [
    'by the points of a metric of its own',
    'workload.googleapis.com/requests',
    'k8s_container',
    { resource: 'k8s_container' },
    2,
  ],
] as const)('seen %s,', (_, type, resourceType, more, calls) => {
  const queries = {
    bad: queryOf(
      { project: 'shop-prod', metric: type, ...more, split: { label: 'code', values: '5xx' } },
      'bad',
    ),
    total: queryOf({ project: 'shop-prod', metric: type, ...more }),
  };
  const cohort = (hash: string) => ({ hash, value: hash, match: 'exact' as const, label: HASH });
  const cohorts = { canary: cohort('aaa'), stable: cohort('bbb') };
  const minutesOf = (points: readonly (readonly [number, number])[]): number[] =>
    points.map(([time]) => (time - START) / MINUTE);

  test('minutes that nobody reported are no counts, nor is the one behind them, which lost a share', async () => {
    open = await openEmulated(counters(type, resourceType).model);
    const { series, complete } = await open.provider.fetchCounts(
      requestFor(queries, START, { cohorts }),
      new AbortController().signal,
    );
    expect(complete).toBe(true);
    const canary = series.filter((each) => each.cohort === 'canary');
    const read = [...Array(30).keys()].filter((minute) => minute < GAP.from || minute > GAP.to);
    for (const { role, points } of canary) {
      expect([role, minutesOf(points)]).toEqual([role, read]);
      expect(new Set(points.map(([, events]) => events))).toEqual(new Set([role === 'bad' ? 1 : 10]));
    }
    const stable = series.find((each) => each.cohort === 'stable' && each.role === 'total');
    expect(stable?.points).toHaveLength(30);
    expect(open.emulator.counted.listTimeSeries).toBe(calls);
  });

  test.each([8, 9, 10, 12, 14, 15, 16])(
    'a window from minute %i on says the same of its minutes',
    async (from) => {
      open = await openEmulated(counters(type, resourceType).model);
      const window = { start: START + from * MINUTE, end: START + 20 * MINUTE, bucketMs: MINUTE };
      const { series } = await open.provider.fetchCounts(
        requestFor(queries, START, { cohorts, window }),
        new AbortController().signal,
      );
      const total = series.find((each) => each.cohort === 'canary' && each.role === 'total');
      const read = [...Array(20).keys()].filter(
        (minute) => minute >= from && (minute < GAP.from || minute > GAP.to),
      );
      expect(minutesOf(total?.points ?? [])).toEqual(read);
    },
  );

  test('who wants the interpolation is told that there may be some', async () => {
    open = await openEmulated(counters(type, resourceType).model);
    const total = queryOf({ project: 'shop-prod', metric: type, ...more, presence: 'none' });
    const { notes, series } = await open.provider.fetchCounts(
      requestFor({ total }, START, { cohorts }),
      new AbortController().signal,
    );
    expect(notes).toEqual(['minutes without data may be filled by interpolation (spec.presence: none)']);
    expect(series.find((each) => each.cohort === 'canary')?.points).toHaveLength(30);
  });
});
