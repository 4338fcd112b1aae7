import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseMetric } from '../../argo/analysis/metric.ts';
import { substituteArgs } from '../../argo/analysis/substitute.ts';
import { loadRollout, loadTemplates } from '../../argo/load-manifests.ts';
import type { SimulateOptions } from '../../argo/simulate-options.ts';
import { simulateRollout } from '../../argo/simulate-rollout.ts';
import { scriptedServer } from '../argo/scripted-server.ts';

const FOLDER = join(import.meta.dirname, '../../analysis-templates');
const NAMES = ['preflight', 'watch', 'gate', 'bake'] as const;
const paths = NAMES.map((name) => join(FOLDER, `${name}.yaml`));
const templates = loadTemplates(paths);
const rollout = loadRollout(join(FOLDER, 'examples/checkout/rollout.yaml'));
const START = new Date('2026-01-01T00:00:00Z');

function metricOf(name: string) {
  const template = templates.find((found) => found.name === `burngate-${name}`);
  const values = new Map(template?.args.map((arg) => [arg.name, arg.value ?? `given-${arg.name}`]));
  return parseMetric(substituteArgs(template?.metrics[0] ?? {}, values));
}

test.each([
  ['preflight', { effectiveCount: 1, inconclusiveLimit: 0, consecutiveSuccessLimit: 0, initialDelayMs: 0 }],
  [
    'watch',
    {
      effectiveCount: undefined,
      inconclusiveLimit: 100_000,
      consecutiveSuccessLimit: 0,
      initialDelayMs: 300_000,
    },
  ],
  [
    'gate',
    { effectiveCount: 60, inconclusiveLimit: 60, consecutiveSuccessLimit: 1, initialDelayMs: 300_000 },
  ],
  [
    'bake',
    { effectiveCount: 180, inconclusiveLimit: 180, consecutiveSuccessLimit: 1, initialDelayMs: 300_000 },
  ],
])('%s has the limits that were worked out for it', (name, limits) => {
  expect(metricOf(name)).toMatchObject({ ...limits, failureLimit: 0 });
});

describe.each(NAMES)('%s', (name) => {
  const metric = metricOf(name);

  test('can be inconclusive, and takes the whole answer as its value', () => {
    expect(metric.successCondition).toBe('result.verdict == "pass"');
    expect(metric.failureCondition).toBe('result.verdict == "fail"');
    expect(metric.web?.jsonPath).toBe('{$}');
  });

  test('waits longer than the service may take, and outlasts half an hour of refused connections', () => {
    expect(metric.web?.timeoutSeconds).toBeGreaterThanOrEqual(10);
    expect(metric.consecutiveErrorLimit * 10).toBeGreaterThan(30 * 60);
  });

  test('asks in the cluster with exactly the fields of the request, and is named after its SLO', () => {
    expect(metric.name).toBe('given-slo');
    expect(metric.web).toMatchObject({
      method: 'POST',
      url: 'http://burngate.burngate.svc.cluster.local:8080/v1/analysis',
    });
    const fields = ['slo', 'canary', 'stable', 'mode', 'minWindow', 'namespace', 'rollout', 'revision'];
    expect(Object.keys(metric.web?.jsonBody ?? {})).toEqual(fields);
  });

  test('reads no Secret', () => {
    expect(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8')).not.toContain('secretKeyRef');
  });
});

test('the kustomization lists every template', () => {
  const listed = readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8').match(/[\w-]+\.yaml/g);
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
  expect(listed?.toSorted()).toEqual(files.toSorted());
});

test('the example dwells in analysis steps and never in a pause', () => {
  expect(rollout.steps.map((step) => (step.kind === 'setWeight' ? step.weight : step.kind))).toEqual([
    'analysis',
    5,
    'analysis',
    10,
    'analysis',
    25,
    'analysis',
    50,
    'analysis',
  ]);
  expect(rollout.background?.startingStep).toBe(1);
});

let server: Awaited<ReturnType<typeof scriptedServer>> | undefined;
afterEach(async () => server?.close());

interface Ask {
  readonly mode: string;
  readonly minWindow: string;
}

/** The example Rollout with its real templates, against a service that answers by mode. */
async function play(verdict: (ask: Ask) => string | undefined, options: Partial<SimulateOptions> = {}) {
  server = await scriptedServer(({ body }) => {
    const answered = verdict(JSON.parse(body) as Ask);
    if (answered === undefined) return { status: 503, body: '' };
    return { body: JSON.stringify({ verdict: answered, code: 'x', reason: 'y' }) };
  });
  return simulateRollout({
    rollout,
    templates,
    podTemplateHashes: { latest: 'new1', stable: 'old1' },
    baseUrl: server.url,
    startAt: START,
    until: new Date(START.getTime() + 24 * 3_600_000),
    ...options,
  });
}

describe('the example release', () => {
  test('is promoted when all passes, and sends namespace, rollout and revision of the Rollout', async () => {
    expect(await play(() => 'pass')).toMatchObject({ outcome: 'promoted' });
    expect(JSON.parse(server?.seen[0]?.body ?? '')).toMatchObject({
      slo: 'checkout-availability',
      canary: 'new1',
      stable: 'old1',
      mode: 'preflight',
      minWindow: '',
      namespace: 'checkout',
      rollout: 'checkout-api',
      revision: '2',
    });
  });

  test('is held before any traffic when the preflight is inconclusive', async () => {
    const result = await play(() => 'inconclusive');
    expect(result).toMatchObject({ outcome: 'paused', minutesSinceFirstWeight: null, weight: 0 });
  });

  test('is held by a blind gate after an hour of looks: no gate passes without one success', async () => {
    const result = await play(({ mode }) => (mode === 'preflight' ? 'pass' : 'inconclusive'));
    expect(result).toMatchObject({ outcome: 'paused', weight: 5, minutesSinceFirstWeight: 5 + 59 });
  });

  test('is held by a blind bake at half of the traffic', async () => {
    const result = await play(({ minWindow }) => (minWindow === '120m' ? 'inconclusive' : 'pass'));
    expect(result).toMatchObject({ outcome: 'paused', weight: 50 });
  });

  test('is aborted by its watch five minutes after the first traffic at the earliest', async () => {
    const result = await play(({ mode }) => (mode === 'watch' ? 'fail' : 'pass'));
    expect(result).toMatchObject({ outcome: 'aborted', minutesSinceFirstWeight: 5, weight: 0 });
    expect(result.events.find(({ kind }) => kind === 'aborted')?.text).toContain(
      'Metric "checkout-availability"',
    );
  });

  test('is never paused by its watch, however often that is inconclusive', async () => {
    const result = await play(({ mode }) => (mode === 'watch' ? 'inconclusive' : 'pass'));
    expect(result).toMatchObject({ outcome: 'promoted' });
  });

  test('outlives 30 minutes without the service', async () => {
    let isDown = true;
    const back = START.getTime() + 30 * 60_000;
    const hooks = { beforeRequest: (now: Date) => void (isDown = now.getTime() < back) };
    expect(await play(() => (isDown ? undefined : 'pass'), { hooks })).toMatchObject({ outcome: 'promoted' });
  });
});
