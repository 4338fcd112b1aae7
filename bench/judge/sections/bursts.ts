import { BURNGATE } from '../methods/burngate.ts';
import { NO_CAP, designed } from '../methods/evidence-design.ts';
import type { Method } from '../methods/method.ts';
import { POD_CAPPED } from '../methods/pod-capped.ts';
import type { Outcomes } from '../outcomes.ts';
import { burstScene } from '../scenes/bursts.ts';
import { outcomesOf, type Section } from '../section.ts';
import { percent, type Table } from '../table.ts';
import { ALPHAS, failScene, heldTarget, legend, limitOf, rateOf } from './false-fail.ts';

const SCENES = [burstScene(false), burstScene(true)];
const METHODS: readonly Method[] = [BURNGATE, designed(NO_CAP), POD_CAPPED];

function table(results: ReadonlyMap<string, Outcomes>): Table {
  return {
    title: 'A/A with bursts of 20 errors on one pod of 20 every 20 minutes, 2 pods canary',
    columns: ['false fails', ...ALPHAS.flatMap((alpha) => [`alpha ${String(alpha)}`, 'upper 95%'])],
    rows: SCENES.flatMap((scene) =>
      METHODS.map((method) => [
        `${method.name}, ${scene.name}`,
        ...ALPHAS.flatMap((alpha) => {
          const outcomes = outcomesOf(results, scene.name);
          return [
            percent(rateOf(outcomes, alpha, method.name)),
            percent(limitOf(outcomes, alpha, method.name)),
          ];
        }),
      ]),
    ),
    notes: legend(METHODS).filter((line) => !line.startsWith('SKIPPED')),
    targets: SCENES.flatMap((scene) =>
      ALPHAS.map((alpha) => heldTarget(scene.name, outcomesOf(results, scene.name), alpha, BURNGATE.name)),
    ),
  };
}

export const BURSTS: Section = {
  name: 'bursts',
  plan: ({ runs }) => SCENES.map(({ name }) => ({ scenario: name, runs, chunk: 250 })),
  async work(job) {
    const scene = SCENES.find(({ name }) => name === job.scenario);
    if (scene === undefined) throw new Error(`unknown scenario "${job.scenario}"`);
    return failScene(scene, job, METHODS);
  },
  report: (results) => Promise.resolve([table(results)]),
};
