import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loadTemplates } from '../../argo/load-manifests.ts';
import { parseRollout } from '../../argo/rollout/rollout.ts';
import type { SimulateOptions } from '../../argo/simulate-options.ts';
import { simulateRollout } from '../../argo/simulate-rollout.ts';
import { scriptedServer } from '../argo/scripted-server.ts';
import { LIBRARY, TEMPLATES } from './check.ts';

const START = new Date('2026-01-01T00:00:00Z');
const templates = loadTemplates([...LIBRARY, 'token/gate'].map((name) => join(TEMPLATES, `${name}.yaml`)));
const args = [
  { name: 'slo', value: 'checkout' },
  { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
  { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } },
  { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
];
const analysis = (name: string, more: readonly object[] = []) => ({
  templates: [{ templateName: `burngate-${name}`, clusterScope: true }],
  args: [...args, ...more],
});
const watched = { setWeight: 10 };
const wait = { pause: { duration: '90m' } };

type Place = 'step' | 'background' | 'post';

/** A Rollout with nothing but this template, where it belongs. */
function rolloutWith(name: string, place: Place, more: readonly object[] = []) {
  const used = analysis(name, more);
  const canary =
    place === 'background'
      ? { steps: [watched, wait], analysis: { ...used, startingStep: 0 } }
      : {
          steps: name.startsWith('preflight') ? [{ analysis: used }, watched] : [watched, { analysis: used }],
        };
  const strategy =
    place === 'post'
      ? { blueGreen: { activeService: 'api', postPromotionAnalysis: used } }
      : { canary: { trafficRouting: { istio: {} }, ...canary } };
  return parseRollout({
    kind: 'Rollout',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { replicas: 10, strategy },
  });
}

let server: Awaited<ReturnType<typeof scriptedServer>> | undefined;
afterEach(async () => server?.close());

/** Plays it; the verdict by simulated minute, undefined where nothing answers. */
async function play(
  rollout: SimulateOptions['rollout'],
  verdict: (minute: number) => string | undefined,
  options: Partial<SimulateOptions> = {},
) {
  server = await scriptedServer(({ body }) => {
    const { at } = JSON.parse(body) as { at: string };
    const answered = verdict((Date.parse(at) - START.getTime()) / 60_000);
    if (answered === undefined) return { status: 503, body: '' };
    return { body: JSON.stringify({ verdict: answered, code: 'x', reason: 'y' }) };
  });
  return simulateRollout({
    rollout,
    templates,
    podTemplateHashes: { latest: 'new1', stable: 'old1' },
    baseUrl: server.url,
    startAt: START,
    until: new Date(START.getTime() + 12 * 3_600_000),
    secrets: { 'burngate-token': { token: 'abc' } },
    ...options,
  });
}

const DECIDING: readonly (readonly [name: string, place: Place, firstLook: number])[] = [
  ['preflight', 'step', 0],
  ['watch', 'background', 5],
  ['gate', 'step', 5],
  ['bake', 'step', 5],
  ['blue-green', 'post', 5],
];

/** A token changes nothing about the limits; one of its copies stands for all. */
const ALL: typeof DECIDING = [...DECIDING, ['gate-token', 'step', 5]];

describe.each(ALL)('%s', (name, place, firstLook) => {
  test('outlives an outage of ours of 33 minutes, and is over at the 201st error', async () => {
    const rollout = rolloutWith(name, place);
    const survived = await play(rollout, (minute) => (minute < firstLook + 33 ? undefined : 'pass'));
    expect(survived.outcome).toBe('promoted');
    await server?.close();
    const lost = await play(rollout, () => undefined);
    expect(lost.outcome).toBe('aborted');
    const errors = lost.events.filter((event) => event.kind === 'measurement');
    expect(errors).toHaveLength(201);
    const [first, last] = [errors[0], errors.at(-1)];
    expect((last?.minute ?? 0) - (first?.minute ?? 0)).toBeCloseTo(2000 / 60, 5);
    expect(first?.minute).toBe(firstLook);
  });

  test('is never promoted by a gate without a single success', async () => {
    const { outcome } = await play(rolloutWith(name, place), () => 'inconclusive');
    // A watch by itself holds nothing: that is what gates are for.
    expect(outcome).toBe(place === 'background' ? 'promoted' : 'paused');
  });

  test('aborts at the first fail, and goes on after the first pass', async () => {
    const rollout = rolloutWith(name, place);
    expect(await play(rollout, () => 'fail')).toMatchObject({ outcome: 'aborted', weight: 0 });
    await server?.close();
    expect(await play(rollout, () => 'pass')).toMatchObject({ outcome: 'promoted' });
  });
});

describe('how long a blind canary keeps its traffic before it is held, by settling lag', () => {
  // The delay, then count looks a minute apart, the first of them at once: delay + count - 1.
  test.each([
    ['gate', 'step', '5m', 64],
    ['gate', 'step', '8m', 67],
    ['gate', 'step', '13m', 72],
    ['gate', 'step', '18m', 77],
    ['gate', 'step', '0s', 59],
    ['bake', 'step', '5m', 184],
    ['bake', 'step', '18m', 197],
    ['blue-green', 'post', '5m', 94],
  ] as const)('%s (%s) with initial-delay %s: %i minutes', async (name, place, delay, minutes) => {
    const rollout = rolloutWith(name, place, [{ name: 'initial-delay', value: delay }]);
    const result = await play(rollout, () => 'inconclusive');
    expect(result).toMatchObject({ outcome: 'paused', minutesSinceFirstWeight: minutes });
  });

  test('a preflight holds before any traffic', async () => {
    const result = await play(rolloutWith('preflight', 'step'), () => 'inconclusive');
    expect(result).toMatchObject({ outcome: 'paused', minutesSinceFirstWeight: null, weight: 0 });
  });
});

describe('onboarding', () => {
  test.each([
    ['every verdict a fail', () => 'fail'],
    ['every look inconclusive', () => 'inconclusive'],
    ['nobody answers for hours', () => undefined],
  ])('%s: it decides nothing and goes on recording', async (_what, verdict) => {
    const result = await play(rolloutWith('onboarding', 'background'), verdict);
    expect(result.outcome).toBe('promoted');
    const last = result.events.findLast((event) => event.kind === 'measurement');
    expect(last?.minute).toBeGreaterThan(85);
    expect(result.runs[0]?.metrics.map(({ measurements }) => measurements.length)).toEqual([20, 20]);
  });
});

describe('the token', () => {
  test('goes out as a header', async () => {
    await play(rolloutWith('gate-token', 'step'), () => 'pass');
    expect(server?.seen[0]?.headers['authorization']).toBe('Bearer abc');
  });

  test('its hazard: without the Secret the release is rolled back at once', async () => {
    const result = await play(rolloutWith('gate-token', 'step'), () => 'pass', { secrets: {} });
    expect(result).toMatchObject({ outcome: 'aborted', minutesSinceFirstWeight: 0 });
  });
});
