import { afterEach, describe, expect, test } from 'vitest';
import { parseTemplate } from '../../argo/analysis/template.ts';
import { parseRollout } from '../../argo/rollout/rollout.ts';
import type { SimulateOptions } from '../../argo/simulate-options.ts';
import { simulateRollout } from '../../argo/simulate-rollout.ts';
import { scriptedServer } from './scripted-server.ts';

const START = new Date('2026-01-01T00:00:00Z');
const metric = (mode: string, limits: object) => ({
  name: mode,
  ...limits,
  successCondition: 'result.verdict == "pass"',
  failureCondition: 'result.verdict == "fail"',
  provider: { web: { method: 'POST', url: 'http://burngate/v1/analysis', jsonBody: { mode } } },
});
const template = (name: string, limits: object) =>
  parseTemplate({ kind: 'AnalysisTemplate', metadata: { name }, spec: { metrics: [metric(name, limits)] } });
const templates = [
  template('smoke', { count: 1 }),
  template('after', { count: 10, interval: '60s', inconclusiveLimit: 10, consecutiveSuccessLimit: 3 }),
  template('watch', { interval: '60s', inconclusiveLimit: 100_000 }),
];
const analysis = (name: string) => ({ templates: [{ templateName: name }] });

let server: Awaited<ReturnType<typeof scriptedServer>> | undefined;
afterEach(async () => server?.close());

interface Ask {
  readonly mode: string;
  readonly minute: number;
}

async function play(strategy: object, verdict: (ask: Ask) => string, options: Partial<SimulateOptions> = {}) {
  server = await scriptedServer(({ body }) => {
    const { mode, at } = JSON.parse(body) as { mode: string; at: string };
    const minute = (Date.parse(at) - START.getTime()) / 60_000;
    return { body: JSON.stringify({ verdict: verdict({ mode, minute }), code: 'c', reason: 'r' }) };
  });
  return simulateRollout({
    rollout: parseRollout({ kind: 'Rollout', metadata: { name: 'api' }, spec: { replicas: 4, strategy } }),
    templates,
    podTemplateHashes: { latest: 'new1', stable: 'old1' },
    baseUrl: server.url,
    startAt: START,
    until: new Date(START.getTime() + 6 * 3_600_000),
    ...options,
  });
}

const weights = ({ events }: Awaited<ReturnType<typeof play>>) =>
  events.flatMap((event) => (event.kind === 'weight' ? [[event.minute, event.to]] : []));

const blueGreen = {
  blueGreen: {
    activeService: 'api',
    prePromotionAnalysis: analysis('smoke'),
    postPromotionAnalysis: analysis('after'),
  },
};

describe('blue-green', () => {
  test('switches after the pre-promotion analysis and is promoted by the post-promotion analysis', async () => {
    const result = await play(blueGreen, () => 'pass', { podStartupSeconds: 120 });
    expect(result.outcome).toBe('promoted');
    // Pods first, then the smoke test at minute 2, then the switch, then three looks a minute apart.
    expect(result.runs.map(({ name, startedAt }) => [name, (startedAt ?? 0) - START.getTime()])).toEqual([
      ['api-new1-2-pre', 120_000],
      ['api-new1-2-post', 120_000],
    ]);
    expect(weights(result)).toEqual([[2, 100]]);
    expect(result.minutesSinceFirstWeight).toBe(2);
  });

  test('does not switch when the pre-promotion analysis fails', async () => {
    const result = await play(blueGreen, () => 'fail');
    expect(result).toMatchObject({ outcome: 'aborted', minutesSinceFirstWeight: null });
  });

  test('switches back when the post-promotion analysis fails', async () => {
    const result = await play(blueGreen, ({ mode }) => (mode === 'after' ? 'fail' : 'pass'));
    expect(result).toMatchObject({ outcome: 'aborted', weight: 0 });
    expect(weights(result).map(([, weight]) => weight)).toEqual([100, 0]);
  });

  test('keeps both versions while the post-promotion analysis cannot say', async () => {
    const result = await play(blueGreen, ({ mode }) => (mode === 'after' ? 'inconclusive' : 'pass'));
    expect(result).toMatchObject({ outcome: 'paused', weight: 100, minutesSinceFirstWeight: 9 });
  });

  test('waits for a person before the switch, and promote lets it go on', async () => {
    const manual = { blueGreen: { ...blueGreen.blueGreen, autoPromotionEnabled: false } };
    const held = await play(manual, () => 'pass');
    expect(held).toMatchObject({ outcome: 'paused', weight: 0 });
    await server?.close();
    const resumed = await play(manual, () => 'pass', { actions: [{ atMinute: 7, command: 'promote' }] });
    expect(weights(resumed)).toEqual([[7, 100]]);
    expect(resumed.outcome).toBe('promoted');
  });

  test('with a preview of fewer pods waits for the others before the switch', async () => {
    const preview = { blueGreen: { ...blueGreen.blueGreen, previewReplicaCount: 1 } };
    const result = await play(preview, () => 'pass', { podStartupSeconds: 60 });
    expect(weights(result)).toEqual([[2, 100]]);
  });

  test('refuses to guess what a delay that cuts an analysis short does', async () => {
    const cut = { blueGreen: { ...blueGreen.blueGreen, scaleDownDelaySeconds: 600 } };
    await expect(play(cut, () => 'pass')).rejects.toThrow('a delay that ends a promotion analysis early');
  });
});

describe('setCanaryScale', () => {
  const routed = (steps: readonly object[]) => ({ canary: { trafficRouting: { istio: {} }, steps } });
  const scale = (value: object) => ({ setCanaryScale: value });

  test('brings up pods without traffic, and a weight then needs no more of them', async () => {
    const steps = [scale({ replicas: 2 }), { setWeight: 50 }, scale({ matchTrafficWeight: true })];
    const result = await play(routed(steps), () => 'pass', { podStartupSeconds: 60 });
    expect(weights(result)).toEqual([
      [1, 50],
      [2, 100],
    ]);
  });

  test('by weight is a share of all replicas', async () => {
    const result = await play(routed([scale({ weight: 25 }), { setWeight: 25 }]), () => 'pass', {
      podStartupSeconds: 60,
    });
    expect(weights(result)[0]).toEqual([1, 25]);
  });

  test('is refused without traffic routing', async () => {
    await expect(play({ canary: { steps: [scale({ replicas: 2 })] } }, () => 'pass')).rejects.toThrow(
      'needs trafficRouting',
    );
  });
});

describe('what happens to the controller', () => {
  const watched = {
    canary: {
      trafficRouting: { istio: {} },
      analysis: { ...analysis('watch'), startingStep: 0 },
      steps: [{ setWeight: 25 }, { pause: { duration: '20m' } }],
    },
  };

  test('while it is away nothing is measured and nothing changes; then it goes on', async () => {
    const result = await play(watched, () => 'pass', {
      controllerOutages: [{ fromMinute: 5, toMinute: 25 }],
    });
    const looks = result.events.filter(({ kind }) => kind === 'measurement').map(({ minute }) => minute);
    expect(looks).toEqual([0, 1, 2, 3, 4, 25]);
    expect(result).toMatchObject({ outcome: 'promoted', minutesSinceFirstWeight: 25 });
  });

  test('a measurement that is taken twice counts once', async () => {
    const result = await play(watched, () => 'pass', { repeatsMeasurements: true });
    const looks = result.events.filter(({ kind }) => kind === 'measurement');
    expect(server?.seen).toHaveLength(2 * looks.length);
    expect(result.outcome).toBe('promoted');
  });
});
