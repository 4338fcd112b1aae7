import { join } from 'node:path';
import { loadRollout, loadTemplates } from '../argo/load-manifests.ts';
import type { Rollout, RolloutAnalysis } from '../argo/rollout/rollout.ts';
import type { RolloutEvent } from '../argo/rollout/events.ts';
import type { SimulationResult } from '../argo/simulate-options.ts';
import { simulateRollout } from '../argo/simulate-rollout.ts';
import type { DemoSource } from '../providers/_shared/demo-source.ts';
import { FIRST_WEIGHT, type DemoRelease } from './releases.ts';
import type { Service } from './service.ts';

const TEMPLATES = join(import.meta.dirname, '../analysis-templates');
/** Longer than any release: two hours of baking, one of waiting, and the outages. */
const LONGEST_MINUTES = 300;
const MINUTE = 60_000;

export interface Stage {
  readonly service: Service;
  readonly source: DemoSource;
  readonly kill: boolean;
  readonly onEvent: (event: RolloutEvent) => void;
}

/** Plays one release through: the shipped templates, the example Rollout, the real service. */
export async function runRelease(release: DemoRelease, stage: Stage): Promise<SimulationResult> {
  const templates = loadTemplates(
    ['preflight', 'watch', 'gate', 'bake'].map((name) => join(TEMPLATES, `${name}.yaml`)),
  );
  const rollout = forSlo(loadRollout(join(TEMPLATES, 'examples/checkout/rollout.yaml')), release.counts);
  const weather = new Weather(release, stage);
  const result = await simulateRollout({
    rollout,
    templates,
    podTemplateHashes: { latest: '7c5d9b8f6d', stable: '5f6c7d8e9f' },
    baseUrl: () => stage.service.url,
    startAt: FIRST_WEIGHT,
    until: new Date(FIRST_WEIGHT.getTime() + LONGEST_MINUTES * MINUTE),
    hooks: { onEvent: stage.onEvent, beforeRequest: async (now) => weather.at(now) },
  });
  await weather.clear();
  return result;
}

/** Takes service and provider away, and brings them back, when the simulated clock says so. */
class Weather {
  readonly #release: DemoRelease;
  readonly #stage: Stage;
  #providerDown = false;
  #killedAt: number | null = null;

  constructor(release: DemoRelease, stage: Stage) {
    this.#release = release;
    this.#stage = stage;
  }

  async at(now: Date): Promise<void> {
    const minute = (now.getTime() - FIRST_WEIGHT.getTime()) / MINUTE;
    const { outage, middle } = this.#release;
    const out = outage !== undefined && minute >= outage.from && minute < outage.to;
    await this.#provider(out && outage.of === 'provider');
    if (this.#stage.kill && this.#killedAt === null && minute >= middle) {
      this.#killedAt = minute;
      await this.#stage.service.kill();
    }
    // The look at the moment of the kill meets a refused connection; the next one finds the service back.
    if ((out && outage.of === 'service') || this.#killedAt === minute) await this.#stage.service.kill();
    else await this.#stage.service.start();
  }

  /** Everything back for the next release. */
  async clear(): Promise<void> {
    await this.#provider(false);
    await this.#stage.service.start();
  }

  async #provider(down: boolean): Promise<void> {
    if (down === this.#providerDown) return;
    this.#providerDown = down;
    await (down ? this.#stage.source.down() : this.#stage.source.up());
  }
}

/** The example Rollout with another SLO in every analysis. */
function forSlo(rollout: Rollout, slo: string): Rollout {
  const named = <A extends RolloutAnalysis>(analysis: A): A => ({
    ...analysis,
    args: analysis.args.map((arg) => (arg.name === 'slo' ? { ...arg, value: slo } : arg)),
  });
  return {
    ...rollout,
    background: rollout.background === undefined ? undefined : named(rollout.background),
    steps: rollout.steps.map((step) =>
      step.kind === 'analysis' ? { ...step, analysis: named(step.analysis) } : step,
    ),
  };
}
