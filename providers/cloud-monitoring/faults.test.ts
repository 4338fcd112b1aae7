import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startService, type Service } from '../../test/serve-process.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE } from '../../src/core/units.ts';
import { CloudMonitoringEmulator } from './emulator/cloud-monitoring-emulator.ts';
import type { EmulatorFault } from './emulator/faults.ts';
import type { MetricModel, Model } from './emulator/model.ts';
import { openEmulated, queryOf, requestFor } from './emulator/open-emulated.ts';
import { emptyProject, write } from './emulator/traffic.ts';

/* The real service over the real protocol: each fault ends in its own inconclusive code, and passes by itself. */

const HASH = 'rollouts_pod_template_hash';
/** Long settled; judged as if asked then. */
const START = Math.floor(Date.now() / MINUTE) * MINUTE - 180 * MINUTE;

const FAULTS: readonly (readonly [fault: EmulatorFault, code: string])[] = [
  [{ kind: 'hang' }, 'provider-timeout'],
  [{ kind: 'unavailable' }, 'provider-unavailable'],
  [{ kind: 'internal' }, 'provider-unavailable'],
  [{ kind: 'resource-exhausted', retryAfterSeconds: 1 }, 'provider-quota'],
  [{ kind: 'permission-denied' }, 'provider-denied'],
  [{ kind: 'unauthenticated' }, 'provider-denied'],
  [{ kind: 'execution-errors' }, 'provider-garbled'],
  [{ kind: 'truncated-page' }, 'provider-garbled'],
  [{ kind: 'endless-page-token' }, 'provider-garbled'],
];

/** Data of this very hour, for what is wrong with time itself. */
const LIVE = ['ahead', 'late'] as const;

/** A project of its own for each fault, so that no quota, cache or breaker of one shows in another. */
function modelOf(): Model {
  const model: Model = new Map();
  for (const [{ kind }] of FAULTS) {
    const metric: MetricModel = {
      type: `logging.googleapis.com/user/${kind}`,
      kind: 'DELTA',
      valueType: 'INT64',
      series: [],
    };
    emptyProject(model, `project-${kind}`).metrics.set(metric.type, metric);
    for (const [hash, bad] of [
      ['aaa', 30],
      ['bbb', 1],
    ] as const)
      for (const [code, value] of [
        ['200', 100 - bad],
        ['500', bad],
      ] as const)
        write(
          metric,
          Array.from({ length: 60 }, (_, minute) => ({
            time: START + minute * MINUTE,
            labels: { [HASH]: hash, code },
            value,
          })),
          { resourceType: 'k8s_container', resource: { namespace_name: 'shop' } },
        );
  }
  for (const kind of LIVE) {
    const metric: MetricModel = { type: typeOf(kind), kind: 'DELTA', valueType: 'INT64', series: [] };
    emptyProject(model, `project-${kind}`).metrics.set(metric.type, metric);
    for (const hash of ['aaa', 'bbb'])
      write(
        metric,
        Array.from({ length: 240 }, (_, minute) => ({
          time: START + 120 * MINUTE + minute * MINUTE,
          labels: { [HASH]: hash, code: '200' },
          value: 100,
        })),
        { resourceType: 'k8s_container', resource: { namespace_name: 'shop' } },
      );
  }
  return model;
}

function typeOf(kind: string): string {
  return `logging.googleapis.com/user/${kind}`;
}

function sloOf(kind: string): string {
  const spec = { project: `project-${kind}`, metric: typeOf(kind), settlingLag: '3m' };
  const source = (more: object): object => ({
    metricSource: { type: 'cloud-monitoring', spec: { ...spec, ...more } },
  });
  return JSON.stringify({
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name: kind },
    spec: {
      service: 'shop',
      indicator: {
        metadata: { name: `${kind}-requests` },
        spec: {
          ratioMetric: {
            counter: true,
            bad: source({ split: { label: 'code', values: ['5xx'] } }),
            total: source({}),
          },
        },
      },
      timeWindow: [{ duration: '28d', isRolling: true }],
      budgetingMethod: 'Occurrences',
      objectives: [{ target: 0.99 }],
    },
  });
}

const emulator = new CloudMonitoringEmulator(modelOf());
let folder: string;
let service: Service;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'burngate-faults-'));
  await writeFile(
    join(folder, 'slos.yaml'),
    [...FAULTS.map(([{ kind }]) => kind), ...LIVE].map(sloOf).join('\n---\n'),
  );
  await emulator.start();
  service = await startService({
    slos: folder,
    flags: ['--log-level', 'fatal'],
    env: { BURNGATE_CLOUD_MONITORING_ENDPOINT: emulator.endpoint },
  });
});
afterAll(async () => {
  await service.stop();
  emulator.stop();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  emulator.fault = null;
});

const PAST = {
  start: new Date(START).toISOString(),
  at: new Date(START + 45 * MINUTE).toISOString(),
};

interface Answer {
  readonly verdict: string;
  readonly code: string;
  readonly burn?: unknown;
}

/** As of when the past was settled, or of now. */
async function ask(slo: string, at: object = PAST): Promise<Answer> {
  const response = await fetch(`${service.url}/v1/analysis`, {
    method: 'POST',
    // What Argo allows for a measurement is ten seconds; the service promises eight.
    signal: AbortSignal.timeout(9500),
    body: JSON.stringify({
      slo,
      canary: 'aaa',
      stable: 'bbb',
      namespace: 'shop',
      ...at,
    }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

describe.each(FAULTS)('with %o', (fault, code) => {
  test(`the verdict is inconclusive, ${code}, and the proof comes once it has passed`, async () => {
    emulator.fault = fault;
    expect(await ask(fault.kind)).toMatchObject({ verdict: 'inconclusive', code });
    emulator.fault = null;
    await expect
      .poll(async () => ask(fault.kind), { timeout: 20_000, interval: 500 })
      .toMatchObject({ verdict: 'fail', code: 'harm-proven' });
  });
});

// That it passes with the next minute's counts is shown in settling.test.ts, without the wait.
test('writers whose clocks are ahead of ours are told', async () => {
  emulator.fault = { kind: 'clock-skew', seconds: 300 };
  expect(await ask('ahead', {})).toMatchObject({ verdict: 'inconclusive', code: 'clock-skew' });
});

test('data that come later than the lag says are no pass and no fail', async () => {
  emulator.fault = { kind: 'late-data', seconds: 900 };
  const answer = await ask('late', { start: new Date(Date.now() - 14 * MINUTE).toISOString() });
  expect(answer).toMatchObject({ verdict: 'inconclusive' });
});

describe('counts after a fault', () => {
  test.each(FAULTS.filter(([{ kind }]) => kind !== 'hang'))('%o are those without it', async (fault) => {
    const model = modelOf();
    const spec = { project: `project-${fault.kind}`, metric: `logging.googleapis.com/user/${fault.kind}` };
    const request = requestFor({ total: queryOf(spec) }, START);
    const { signal } = new AbortController();
    const undisturbed = await openEmulated(model);
    const expected = (await undisturbed.provider.fetchCounts(request, signal)).series;
    await undisturbed.close();
    const open = await openEmulated(model);
    try {
      open.emulator.fault = fault;
      const first = await open.provider.fetchCounts(request, signal).catch((error: unknown) => error);
      expect(first).not.toMatchObject({ complete: true });
      open.emulator.fault = null;
      await expect
        .poll(async () => open.provider.fetchCounts(request, signal).catch((error: unknown) => error), {
          timeout: 5000,
        })
        .toMatchObject({ series: expected, complete: true });
    } finally {
      await open.close();
    }
  });
});
