import { afterEach, describe, expect, test } from 'vitest';
import { parseTemplate } from '../../argo/analysis/template.ts';
import { parseRollout } from '../../argo/rollout/rollout.ts';
import { simulateRollout } from '../../argo/simulate-rollout.ts';
import type { SimulateOptions } from '../../argo/simulate-options.ts';
import { scriptedServer } from './scripted-server.ts';

const START = new Date('2026-01-01T00:00:00Z');
const limits = { interval: '60s', consecutiveErrorLimit: 200 };
const template = (name: string, metric: object) =>
  parseTemplate({
    kind: 'ClusterAnalysisTemplate',
    metadata: { name },
    spec: {
      args: [{ name: 'hash' }],
      metrics: [
        {
          name,
          ...limits,
          ...metric,
          successCondition: 'result.verdict == "pass"',
          failureCondition: 'result.verdict == "fail"',
          provider: {
            web: {
              method: 'POST',
              url: 'http://burngate/v1/analysis',
              jsonBody: { mode: name, canary: '{{args.hash}}' },
            },
          },
        },
      ],
    },
  });

const templates = [
  template('watch', { inconclusiveLimit: 100_000 }),
  template('pausing-watch', { inconclusiveLimit: 0 }),
  template('gate', { count: 5, inconclusiveLimit: 5, consecutiveSuccessLimit: 1 }),
];
const args = [
  { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
  { name: 'undeclared', value: 'x' },
];
const analysis = (templateName: string) => ({ templates: [{ templateName, clusterScope: true }], args });
const gate = { analysis: analysis('gate') };
const rolloutOf = (steps: readonly object[], background?: string) =>
  parseRollout({
    kind: 'Rollout',
    metadata: { name: 'api' },
    spec: {
      replicas: 4,
      strategy: {
        canary: {
          trafficRouting: { istio: {} },
          steps,
          ...(background === undefined ? {} : { analysis: { ...analysis(background), startingStep: 1 } }),
        },
      },
    },
  });

let server: Awaited<ReturnType<typeof scriptedServer>> | undefined;
afterEach(async () => server?.close());

interface Ask {
  readonly mode: string;
  readonly minute: number;
}

/** Plays the steps against a service that answers by mode and simulated minute; 503 where it has no verdict. */
async function play(
  rollout: SimulateOptions['rollout'],
  verdict: (ask: Ask) => string | undefined,
  options: Partial<SimulateOptions> = {},
) {
  server = await scriptedServer(({ body }) => {
    const { mode, at } = JSON.parse(body) as { mode: string; at: string };
    const answered = verdict({ mode, minute: (Date.parse(at) - START.getTime()) / 60_000 });
    if (answered === undefined) return { status: 503, body: '' };
    return {
      body: JSON.stringify({ verdict: answered, code: `${answered}-code`, reason: `because ${mode}` }),
    };
  });
  return simulateRollout({
    rollout,
    templates,
    podTemplateHashes: { latest: 'new1', stable: 'old1' },
    baseUrl: server.url,
    startAt: START,
    until: new Date(START.getTime() + 6 * 3_600_000),
    ...options,
  });
}

const weights = (result: Awaited<ReturnType<typeof play>>) =>
  result.events.flatMap((event) => (event.kind === 'weight' ? [[event.minute, event.to]] : []));
const run = (result: Awaited<ReturnType<typeof play>>, name: string) =>
  result.runs.find((found) => found.name === name);
const canary = rolloutOf([{ setWeight: 25 }, gate, { setWeight: 50 }, gate], 'watch');

describe('a release', () => {
  test('that passes every gate is promoted, and its background run ends Successful', async () => {
    const result = await play(canary, () => 'pass');
    expect(result).toMatchObject({ outcome: 'promoted', weight: 100, minutesSinceFirstWeight: 0 });
    expect(result.decidedBy?.answer).toEqual({ verdict: 'pass', code: 'pass-code', reason: 'because gate' });
    expect(weights(result).map(([, weight]) => weight)).toEqual([25, 50, 100]);
  });

  test('sends the hash of the Latest pods and drops undeclared args', async () => {
    await play(canary, () => 'pass');
    expect(JSON.parse(server?.seen[0]?.body ?? '')).toMatchObject({ canary: 'new1' });
  });

  test('is aborted by its watch while a gate waits: weight 0 and the metric is named', async () => {
    const result = await play(canary, ({ mode, minute }) =>
      mode === 'watch' && minute >= 3 ? 'fail' : 'inconclusive',
    );
    expect(result).toMatchObject({ outcome: 'aborted', weight: 0, minutesSinceFirstWeight: 3 });
    expect(result.decidedBy?.answer?.reason).toBe('because watch');
    expect(result.events.find(({ kind }) => kind === 'aborted')?.text).toBe(
      'Rollout aborted update to revision 2: Background analysis phase error/failed: ' +
        'Metric "watch" assessed Failed due to failed (1) > failureLimit (0)',
    );
    expect(run(result, 'api-new1-2-1')).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
  });

  test('pauses at a gate that proves nothing, at the weight it had', async () => {
    const result = await play(canary, () => 'inconclusive');
    expect(result).toMatchObject({ outcome: 'paused', weight: 25, minutesSinceFirstWeight: 4 });
    expect(result.decidedBy?.measurement.phase).toBe('Inconclusive');
  });

  test('survives an outage of 30 minutes and goes on', async () => {
    const result = await play(canary, ({ minute }) => (minute < 30 ? undefined : 'pass'));
    expect(result).toMatchObject({ outcome: 'promoted', minutesSinceFirstWeight: 30 });
  });

  test('is aborted by an outage that outlasts 200 retries', async () => {
    const result = await play(canary, () => undefined);
    expect(result).toMatchObject({ outcome: 'aborted', minutesSinceFirstWeight: 2000 / 60 });
  });

  test('whose connection is refused counts errors as well', async () => {
    const closed = await scriptedServer(() => ({ body: '' }));
    await closed.close();
    const result = await play(canary, () => 'pass', { baseUrl: closed.url });
    expect(result).toMatchObject({ outcome: 'aborted', minutesSinceFirstWeight: 2000 / 60 });
  });

  test('waits for its pods before it routes to them', async () => {
    const result = await play(canary, () => 'pass', { podStartupSeconds: 90 });
    expect(weights(result)).toEqual([
      [1.5, 25],
      [3, 50],
      [4.5, 100],
    ]);
  });

  test('that nobody decides until the end of the watch is progressing', async () => {
    const until = new Date(START.getTime() + 120_000);
    expect(await play(canary, () => 'inconclusive', { until })).toMatchObject({ outcome: 'progressing' });
  });
});

describe('the background run', () => {
  test('is not created before its starting step', async () => {
    const result = await play(rolloutOf([gate, { setWeight: 25 }, gate], 'watch'), ({ mode, minute }) =>
      mode === 'gate' && minute < 2 ? 'inconclusive' : 'pass',
    );
    expect(run(result, 'api-new1-2')?.startedAt).toBe(START.getTime() + 120_000);
  });

  test('that is inconclusive pauses, and promote starts it again without skipping a step', async () => {
    const steps = rolloutOf([{ setWeight: 25 }, { pause: { duration: '1h' } }], 'pausing-watch');
    const result = await play(steps, ({ minute }) => (minute < 10 ? 'inconclusive' : 'pass'), {
      actions: [{ atMinute: 15, command: 'promote' }],
    });
    expect(run(result, 'api-new1-2')?.phase).toBe('Inconclusive');
    expect(run(result, 'api-new1-2.1')?.startedAt).toBe(START.getTime() + 15 * 60_000);
  });
});

describe('what the pause of an inconclusive gate disarms', () => {
  const disarmed = ({ mode, minute }: Ask) => (mode === 'watch' && minute > 4 ? 'fail' : 'inconclusive');

  test('the watch: it fails and the rollout stays as it is', async () => {
    const result = await play(canary, disarmed, { stopsWhenPaused: false });
    expect(run(result, 'api-new1-2')?.phase).toBe('Failed');
    expect(result).toMatchObject({ outcome: 'paused', weight: 25 });
  });

  test('until somebody promotes: the failure then aborts', async () => {
    const result = await play(canary, disarmed, { actions: [{ atMinute: 60, command: 'promote' }] });
    expect(result).toMatchObject({ outcome: 'aborted', minutesSinceFirstWeight: 60 });
  });

  test('promote skips the inconclusive step', async () => {
    const result = await play(canary, ({ minute }) => (minute < 10 ? 'inconclusive' : 'pass'), {
      actions: [{ atMinute: 10, command: 'promote' }],
    });
    expect(result).toMatchObject({ outcome: 'promoted' });
    expect(run(result, 'api-new1-2-1')?.phase).toBe('Inconclusive');
  });
});

describe('the pause of an inconclusive background run', () => {
  const steps = rolloutOf(
    [{ setWeight: 5 }, { pause: { duration: '10m' } }, { setWeight: 25 }, { pause: {} }, { setWeight: 50 }],
    'pausing-watch',
  );

  test('lets a timed pause expire, skips the next one and raises the weight as far as pods suffice', async () => {
    const result = await play(steps, () => 'inconclusive', { stopsWhenPaused: false });
    expect(weights(result)).toEqual([
      [0, 5],
      [10, 25],
    ]);
    expect(result.events.filter(({ kind }) => kind === 'step').map(({ text }) => text)).toContain(
      'Rollout step 4/5 completed (pause)',
    );
    expect(result).toMatchObject({ outcome: 'paused', weight: 25 });
  });
});

describe('pause steps and commands', () => {
  test('a timed pause ends by itself, one without duration waits for a person', async () => {
    const timed = await play(rolloutOf([{ setWeight: 25 }, { pause: { duration: 600 } }]), () => 'pass');
    expect(timed).toMatchObject({ outcome: 'promoted', minutesSinceFirstWeight: 10 });
    await server?.close();
    const open = await play(rolloutOf([{ setWeight: 25 }, { pause: {} }]), () => 'pass');
    expect(open).toMatchObject({ outcome: 'paused', decidedBy: undefined });
  });

  test('a full promotion takes everything at once and ends the runs as Successful', async () => {
    const result = await play(canary, () => 'inconclusive', {
      actions: [{ atMinute: 2, command: 'promote-full' }],
    });
    expect(result).toMatchObject({ outcome: 'promoted', minutesSinceFirstWeight: 2 });
    expect(run(result, 'api-new1-2')?.phase).toBe('Successful');
  });

  test('a person may abort', async () => {
    const result = await play(canary, () => 'inconclusive', { actions: [{ atMinute: 2, command: 'abort' }] });
    expect(result).toMatchObject({ outcome: 'aborted', weight: 0, decidedBy: undefined });
  });
});

describe('hooks', () => {
  test('beforeRequest is told the simulated time and may take the service away', async () => {
    let isDown = false;
    const result = await play(canary, () => (isDown ? undefined : 'inconclusive'), {
      hooks: { beforeRequest: (now) => void (isDown = now.getTime() >= START.getTime() + 60_000) },
    });
    expect(result).toMatchObject({ outcome: 'aborted' });
  });

  test('onEvent sees every event of the result in order', async () => {
    const seen: unknown[] = [];
    const result = await play(canary, () => 'pass', { hooks: { onEvent: (event) => seen.push(event) } });
    expect(seen).toEqual(result.events);
  });
});

describe('a Rollout that Argo refuses', () => {
  test('for an arg without a value', async () => {
    const rollout = parseRollout({
      kind: 'Rollout',
      metadata: { name: 'api' },
      spec: {
        strategy: {
          canary: { steps: [{ analysis: { templates: [{ templateName: 'gate', clusterScope: true }] } }] },
        },
      },
    });
    await expect(play(rollout, () => 'pass')).rejects.toThrow('args.hash was not resolved');
  });

  test('for a step that would run for ever', async () => {
    await expect(play(rolloutOf([{ analysis: analysis('watch') }]), () => 'pass')).rejects.toThrow(
      'AnalysisTemplate watch has metric watch which runs indefinitely',
    );
  });
});
