import { loadRollout, loadTemplates } from '../../../argo/load-manifests.ts';
import type { CanaryStep, Rollout } from '../../../argo/rollout/rollout.ts';
import type { SimulationResult } from '../../../argo/simulate-options.ts';
import { simulateRollout } from '../../../argo/simulate-rollout.ts';
import { parseServeSettings } from '../../../src/config/settings.ts';
import { serve, type Running } from '../../../src/compose.ts';
import { scriptedServer } from '../../argo/scripted-server.ts';
import { TEMPLATES, type EXAMPLES } from '../check.ts';
import type { Scenario, Times } from './scenarios.ts';
import { MINUTE, minuteOf, START, World, worldProvider } from './world.ts';
import { join } from 'node:path';

const FILES = ['preflight', 'watch', 'gate', 'bake', 'blue-green', 'onboarding', 'saturation'];
const templates = loadTemplates(FILES.map((name) => join(TEMPLATES, `${name}.yaml`)));
const example = (name: (typeof EXAMPLES)[number]): Rollout =>
  loadRollout(join(TEMPLATES, `examples/${name}/rollout.yaml`));
const LONGEST_MINUTES = 420;
const DEADLINE_MS = 100;

export interface Column extends Times {
  readonly name: string;
  readonly rollout: Rollout;
}

export const COLUMNS: readonly Column[] = [
  { name: 'canary with bake', rollout: example('checkout'), middle: 30, isBlueGreen: false },
  { name: 'service', rollout: example('service'), middle: 7, isBlueGreen: false },
  { name: 'mix', rollout: example('mix'), middle: 7, isBlueGreen: false },
  { name: 'blue-green', rollout: example('blue-green'), middle: 15, isBlueGreen: true },
  { name: 'onboarding', rollout: example('onboarding'), middle: 7, isBlueGreen: false },
];

/** All of the traffic for the canary, and one more gate. */
function takingAll(rollout: Rollout): Rollout {
  const gate = rollout.steps.findLast((step) => step.kind === 'analysis');
  if (rollout.strategy === 'blueGreen') return rollout;
  const more: readonly CanaryStep[] = [
    { kind: 'setWeight', weight: 100 },
    ...(gate === undefined ? [] : [gate]),
  ];
  return { ...rollout, steps: [...rollout.steps, ...more] };
}

/** The real service with one provider: the world. */
export class Stage {
  readonly #settings: Parameters<typeof serve>[0];
  #world = new World({});
  #running: Running | undefined;
  #prometheus: Awaited<ReturnType<typeof scriptedServer>> | undefined;

  constructor(slos: string) {
    const parsed = parseServeSettings({ slos, port: '0', logLevel: 'silent' }, {});
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    // Shorter than anybody may set it, so that a slow provider costs the test little.
    this.#settings = { ...parsed.settings, deadline: DEADLINE_MS };
  }

  async start(): Promise<void> {
    this.#running = await serve(this.#settings, {}, [worldProvider(() => this.#world)]);
    this.#prometheus ??= await scriptedServer(() =>
      this.#world.isDown ? { status: 503, body: '' } : { body: memory(this.#world.nowMs) },
    );
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    await this.#prometheus?.close();
    this.#prometheus = undefined;
  }

  /** Plays one release through one scenario. */
  async play(column: Column, scenario: Scenario): Promise<SimulationResult> {
    const world = new World(scenario.weather(column));
    this.#world = world;
    const down = scenario.serviceDown?.(column);
    let restartsAt = scenario.restartsAt?.(column);
    const outage = scenario.controllerDown?.(column);
    return simulateRollout({
      rollout: scenario.takesAll === true ? takingAll(column.rollout) : column.rollout,
      templates,
      podTemplateHashes: { latest: '7d9f8c6b5', stable: '5c4b3a291' },
      hosts: { 'prometheus-server.monitoring.svc.cluster.local:9090': this.#prometheus?.url ?? '' },
      // Nobody listens on port 1.
      baseUrl: () =>
        world.is(down) ? 'http://127.0.0.1:1' : `http://127.0.0.1:${String(this.#running?.port)}`,
      startAt: START,
      until: new Date(START.getTime() + LONGEST_MINUTES * MINUTE),
      repeatsMeasurements: scenario.repeats === true,
      controllerOutages: outage === undefined ? [] : [{ fromMinute: outage[0], toMinute: outage[1] }],
      hooks: {
        onEvent: (event) => {
          if (event.kind === 'weight') world.setWeight(Date.parse(event.at), event.to);
        },
        beforeRequest: async (now) => {
          world.nowMs = now.getTime();
          if (restartsAt === undefined || minuteOf(world.nowMs) < restartsAt) return;
          restartsAt = undefined;
          await this.#running?.stop();
          this.#running = await serve(this.#settings, {}, [worldProvider(() => this.#world)]);
        },
      },
    });
  }
}

function memory(nowMs: number): string {
  const result = [{ metric: {}, value: [nowMs / 1000, '0.41'] }];
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}
