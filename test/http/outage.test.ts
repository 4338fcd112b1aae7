import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serve, type Running } from '../../src/compose.ts';
import { parseServeSettings } from '../../src/config/settings.ts';
import { ProviderError } from '../../src/core/errors.ts';
import { valid } from '../../src/core/parsed.ts';
import type { AnyProvider, AnyProviderDefinition, Points } from '../../src/core/provider.ts';
import { MINUTE } from '../../src/core/units.ts';
import { bucketTimes } from '../../src/core/window.ts';
import { ask, type AnswerJson } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { sloYaml } from '../support/shop.ts';

const NOW = Date.UTC(2026, 0, 5, 12, 0, 5);
const LAG = 2 * MINUTE;
const CANARY_FROM = NOW - 40 * MINUTE;

type Mood = 'answers' | 'waits' | 'fails' | 'hangs';

/** A healthy release whose source can be taken away; each service has a source of its own. */
class Release {
  mood: Mood = 'answers';
  calls = 0;
  readonly #waiting: (() => void)[] = [];

  /** Ends the waiting. */
  go(): void {
    this.mood = 'answers';
    for (const end of this.#waiting.splice(0)) end();
  }

  get definition(): AnyProviderDefinition {
    const provider: AnyProvider = {
      fetchCounts: async ({ window }) => {
        // Reports ask for hours.
        if (window.bucketMs === MINUTE) this.calls += 1;
        await this.#behave();
        const points = (from: number, events: (minute: number) => number): Points =>
          bucketTimes(window)
            .filter((time) => time >= from)
            .map((time) => [time, events(time / MINUTE)]);
        return {
          series: [
            { role: 'total', cohort: 'canary', points: points(CANARY_FROM, (minute) => 50 + (minute % 5)) },
            { role: 'bad', cohort: 'canary', points: points(CANARY_FROM, () => 0) },
            { role: 'total', cohort: 'stable', points: points(0, (minute) => 450 + (minute % 7)) },
            { role: 'bad', cohort: 'stable', points: points(0, (minute) => (minute % 3 === 0 ? 1 : 0)) },
          ],
          complete: true,
          queriesSent: ['counts'],
          notes: [],
        };
      },
      settlingLag: async () => {
        await this.#behave();
        return LAG;
      },
      checkAccess: async () => ({ ok: true, detail: '' }),
      close: async () => undefined,
    };
    return {
      name: 'counted',
      summary: '',
      settings: [],
      parseSettings: () => valid({}),
      parseQuery: () => valid({ metric: 'requests' }),
      open: async () => provider,
    };
  }

  async #behave(): Promise<void> {
    if (this.mood === 'hangs') await new Promise(() => undefined);
    if (this.mood === 'waits')
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    if (this.mood === 'fails')
      throw new ProviderError({
        code: 'provider-unavailable',
        message: 'the source answers 503',
        remedy: 'wait',
        retryable: true,
      });
  }
}

const open: Running[] = [];

async function start(release: Release): Promise<{ url: string }> {
  const slo = sloYaml({ name: 'checkout', path: 'x', annotations: { 'burngate.io/scope': 'global' } });
  const slos = folderWith({ 'slos.yaml': slo.replaceAll('type: recorded', 'type: counted') });
  const settings = parseServeSettings(
    { port: '0', slos, logLevel: 'silent', deadline: '1s', cacheMb: '8' },
    {},
  );
  if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
  const running = await serve(settings.settings, {}, [release.definition]);
  open.push(running);
  return { url: `http://${running.host}:${String(running.port)}` };
}

beforeEach(() => {
  // Only the clock is ours: sockets and deadlines run as they do.
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map(async (running) => running.stop()));
});

async function look(service: { url: string }, minute: number): Promise<AnswerJson> {
  vi.setSystemTime(NOW + minute * MINUTE);
  return ask(service, { slo: 'checkout', at: '' });
}

/** What a verdict rests on. */
function basis({ verdict, code, reason, burn, evidence, window }: AnswerJson): unknown {
  return { verdict, code, reason, burn, evidence, window };
}

async function metricsOf(service: { url: string }): Promise<string> {
  return (await fetch(`${service.url}/metrics`)).text();
}

describe.each([
  ['fails', 'provider-unavailable'],
  ['hangs', 'provider-timeout'],
] as const)('a source that %s for minutes', (mood, code) => {
  test('is bridged with the age named, then told, and recovers by itself with the same counts', async () => {
    const release = new Release();
    const service = await start(release);
    const twin = await start(new Release());
    const before = await look(service, 0);
    expect(before).toMatchObject({ verdict: 'pass', window: { dataAgeSeconds: 125 } });

    release.mood = mood;
    for (const minute of [1, 2, 3, 4]) {
      const bridged = await look(service, minute);
      expect(bridged.verdict).toBe('pass');
      expect(bridged.window).toEqual({ ...before.window, dataAgeSeconds: 125 + 60 * minute });
      expect(bridged.reason).toContain(`data ${String(2 + minute)}m05s old`);
      expect(bridged.evidence).toEqual(before.evidence);
    }
    const noted = await (await fetch(`${service.url}/v1/analyses/${before.analysis ?? ''}`)).text();
    expect(noted).toContain('judged on counts that end 4m earlier');

    for (const minute of [6, 8]) {
      const told = await look(service, minute);
      expect(told.verdict).toBe('inconclusive');
      expect(['provider-unavailable', code]).toContain(told.code);
      expect(told.reason).toMatch(/503|did not answer|has failed since/);
      expect(told).not.toHaveProperty('permanent');
    }

    release.mood = 'answers';
    const after = await look(service, 10);
    expect(after.window?.dataAgeSeconds).toBe(125);
    expect(basis(after)).toEqual(basis(await look(twin, 10)));
    const metrics = await metricsOf(service);
    expect(metrics).toContain(`burngate_bridged_answers_total{provider="counted",code="${code}"}`);
    expect(metrics).toContain('burngate_breaker_changes_total{provider="counted",state="closed"}');
    expect(metrics).toContain('burngate_breakers_open{provider="counted"} 0');
  });
});

describe('what /metrics tells of a source', () => {
  test('has the calls saved, the memory held and the queue', async () => {
    const release = new Release();
    const service = await start(release);
    await look(service, 0);
    release.mood = 'waits';
    const looks = Promise.all([look(service, 1), look(service, 1), look(service, 1)]);
    const metrics = await vi.waitFor(async () => {
      const now = await metricsOf(service);
      expect(now).toMatch(/burngate_coalesced_calls_total\{provider="counted"\} [2-9]/);
      return now;
    });
    release.go();
    await looks;
    expect(release.calls).toBe(2);
    const figure = (name: string): number => Number(new RegExp(`^${name} (.+)$`, 'm').exec(metrics)?.[1]);
    expect(figure('burngate_cache_bytes')).toBeGreaterThan(1000);
    expect(figure('burngate_cache_max_bytes')).toBe(8 * 1024 * 1024);
    expect(figure('burngate_cache_entries')).toBe(1);
    expect(figure('burngate_cache_buckets_total{provider="counted",from="cache"}')).toBeGreaterThan(1000);
    expect(figure('burngate_provider_calls_queued{provider="counted"}')).toBe(0);
    expect(figure('burngate_provider_calls_under_way{provider="counted"}')).toBeGreaterThan(0);
  });

  test('has what the provider tells of its own calls', async () => {
    const { definition } = new Release();
    const metered: AnyProviderDefinition = {
      ...definition,
      open: async (settings, deps) => {
        deps.meter.apiCall({ budget: 'project-a', outcome: 'ok', points: 12 });
        deps.meter.apiCall({ budget: 'project-a', outcome: 'provider-quota' });
        deps.meter.budgetLeft('project-a', 41);
        return definition.open(settings, deps);
      },
    };
    const release = { definition: metered } as Release;
    const metrics = await metricsOf(await start(release));
    const labels = 'provider="counted",budget="project-a"';
    expect(metrics).toContain(`burngate_provider_api_calls_total{${labels},outcome="ok"} 1`);
    expect(metrics).toContain(`burngate_provider_api_calls_total{${labels},outcome="provider-quota"} 1`);
    expect(metrics).toContain(`burngate_provider_points_total{${labels}} 12`);
    expect(metrics).toContain(`burngate_provider_budget_left_calls{${labels}} 41`);
  });
});
