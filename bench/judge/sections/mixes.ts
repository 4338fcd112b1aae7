import { BURNGATE } from '../methods/burngate.ts';
import type { Outcomes } from '../outcomes.ts';
import { mixScene } from '../scenes/groups.ts';
import { outcomesOf, type Section } from '../section.ts';
import { percent, type Table } from '../table.ts';
import { ALPHAS, failScene, heldTarget, limitOf, rateOf } from './false-fail.ts';

const SCENES = [mixScene(true), mixScene(false)];

function table(results: ReadonlyMap<string, Outcomes>): Table {
  return {
    title: 'Different endpoint mixes (70/30 against 80/20, 0.2% and 2% bad), nobody worse',
    columns: ['burngate', ...ALPHAS.flatMap((alpha) => [`alpha ${String(alpha)}`, 'upper 95%'])],
    rows: SCENES.map(({ name }) => [
      name,
      ...ALPHAS.flatMap((alpha) => {
        const outcomes = outcomesOf(results, name);
        return [
          percent(rateOf(outcomes, alpha, BURNGATE.name)),
          percent(limitOf(outcomes, alpha, BURNGATE.name)),
        ];
      }),
    ]),
    notes: ['pooled is what happens where no breakdown is configured: Simpson, and no fault of the release'],
    targets: ALPHAS.map((alpha) =>
      heldTarget('stratified', outcomesOf(results, SCENES[0]?.name ?? ''), alpha, BURNGATE.name),
    ),
  };
}

export const MIXES: Section = {
  name: 'mixes',
  plan: ({ runs }) => SCENES.map(({ name }) => ({ scenario: name, runs: Math.ceil(runs / 2), chunk: 250 })),
  async work(job) {
    const scene = SCENES.find(({ name }) => name === job.scenario);
    if (scene === undefined) throw new Error(`unknown scenario "${job.scenario}"`);
    return failScene(scene, job, [BURNGATE]);
  },
  report: (results) => Promise.resolve([table(results)]),
};
