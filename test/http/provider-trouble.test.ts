import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve, type Running } from '../../src/compose.ts';
import { parseServeSettings } from '../../src/config/settings.ts';
import { valid } from '../../src/core/parsed.ts';
import type { AnyProvider, AnyProviderDefinition, Series } from '../../src/core/provider.ts';
import { bucketTimes } from '../../src/core/window.ts';
import { ask, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { sloYaml } from '../support/shop.ts';

/** A canary that does harm in every minute it is asked for. */
const harm: AnyProvider['fetchCounts'] = async ({ window }) => {
  const points = (events: number): Series['points'] =>
    bucketTimes(window)
      .slice(-30)
      .map((time) => [time, events]);
  const series: Series[] = [
    { cohort: 'canary', role: 'total', points: points(50) },
    { cohort: 'canary', role: 'bad', points: points(10) },
    { cohort: 'stable', role: 'total', points: points(450) },
    { cohort: 'stable', role: 'bad', points: points(1) },
  ];
  return Promise.resolve({ series, complete: true, queriesSent: [], notes: [] });
};

const never = async (): Promise<never> => new Promise(() => undefined);

/** What goes wrong; the name is the `metricSource.type`. None of them heeds its signal. */
const PROVIDERS: Readonly<Record<string, Partial<AnyProvider>>> = {
  'hangs-on-counts': { fetchCounts: never },
  'hangs-on-lag': { settlingLag: never },
  'hangs-locally': { fetchCounts: never },
  'sees-harm': { fetchCounts: harm },
  // Harm, all of which may still change.
  'settled-nothing': {
    fetchCounts: async (request, signal) => ({
      ...(await harm(request, signal)),
      settledUntil: request.window.start,
    }),
  },
  'runs-ahead': {
    fetchCounts: async (request, signal) => ({
      ...(await harm(request, signal)),
      settledUntil: Date.now() + 600_000,
    }),
  },
  throws: { fetchCounts: async () => Promise.reject(new TypeError('x is not a function')) },
  'throws-at-once': {
    fetchCounts: () => {
      throw new Error('synchronously');
    },
  },
  'leaves-out': {
    fetchCounts: async () =>
      Promise.resolve({ series: [], complete: { missing: 'the second page' }, queriesSent: [], notes: [] }),
  },
};

function definition(name: string, trouble: Partial<AnyProvider>): AnyProviderDefinition {
  const provider: AnyProvider = {
    fetchCounts: async () => Promise.resolve({ series: [], complete: true, queriesSent: [], notes: [] }),
    settlingLag: async () => Promise.resolve(0),
    checkAccess: async () => Promise.resolve({ ok: true, detail: '' }),
    close: async () => Promise.resolve(),
    ...trouble,
  };
  return {
    name,
    summary: '',
    settings: [],
    ...(name === 'hangs-locally' ? { local: true as const } : {}),
    parseSettings: () => valid({}),
    parseQuery: () => valid({}),
    open: async () => Promise.resolve(provider),
  };
}

describe('a provider that goes wrong', () => {
  let running: Running;
  const where = { url: '' };

  beforeAll(async () => {
    const slos = folderWith({
      'slos.yaml': Object.keys(PROVIDERS)
        .map((name) => sloYaml({ name, path: 'x' }).replaceAll('type: recorded', `type: ${name}`))
        .join('---\n'),
    });
    const settings = parseServeSettings({ port: '0', slos, logLevel: 'silent', deadline: '1s' }, {});
    if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
    running = await serve(
      settings.settings,
      {},
      Object.entries(PROVIDERS).map(([name, trouble]) => definition(name, trouble)),
    );
    where.url = `http://${running.host}:${String(running.port)}`;
  });

  afterAll(async () => {
    await running.stop();
  });

  test.each([
    ['hangs-on-counts', 'provider-timeout', 504],
    ['hangs-on-lag', 'provider-timeout', 504],
    // Files of this machine have no deadline of their own.
    ['hangs-locally', 'deadline', 504],
    ['throws', 'internal', 500],
    ['throws-at-once', 'internal', 500],
    ['leaves-out', 'provider-garbled', 502],
    ['settled-nothing', 'no-data', 200],
  ])('%s: inconclusive with the code %s, %i in strict mode', async (slo, code, status) => {
    const answer = await ask(where, { slo });
    expect(answer).toMatchObject({ verdict: 'inconclusive', code });
    expect(answer).not.toHaveProperty('permanent');
    // What broke inside is for the log, not for Argo.
    expect(answer.reason).not.toMatch(/function|synchronously|\.ts/);
    const strict = await post(where, JSON.stringify({ slo, canary: 'canary', stable: 'stable' }), {
      'X-Burngate-Strict': '1',
    });
    expect(strict.status).toBe(status);
  });

  test.each(['hangs-on-counts', 'hangs-on-lag', 'throws', 'leaves-out'])(
    '%s: what another SLO has proven decides all the same',
    async (trouble) => {
      const { verdict, code, slos } = await ask(where, { slo: `${trouble},sees-harm`, at: '' });
      expect({ verdict, code }).toEqual({ verdict: 'fail', code: 'harm-proven' });
      expect(slos).toEqual([
        expect.objectContaining({ slo: trouble, verdict: 'inconclusive' }),
        { slo: 'sees-harm', verdict: 'fail', code: 'harm-proven' },
      ]);
    },
  );

  test('counts stamped by a clock ahead of ours are told, but hide no proof', async () => {
    const { verdict } = await ask(where, { slo: 'runs-ahead', at: '' });
    expect(verdict).toBe('fail');
    const held = await ask(where, { slo: 'runs-ahead', at: '', policy: { maxBurnRate: '1000' } });
    expect(held).toMatchObject({ verdict: 'inconclusive', code: 'clock-skew' });
  });

  test('the service stays ready, and tells of each how it fared', async () => {
    const ready = (await (await fetch(`${where.url}/readyz`)).json()) as {
      status: string;
      providers: object;
    };
    expect(ready.status).toBe('ready');
    expect(ready.providers).toMatchObject({ throws: { outcome: 'internal' } });
  });
});
