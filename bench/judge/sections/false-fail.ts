import { upperLimit } from '../confidence.ts';
import { DATA_FILES, isThere, pathOf, type DataFile } from '../data.ts';
import { BASELINES } from '../methods/baselines.ts';
import { BURNGATE } from '../methods/burngate.ts';
import { firstFail, type Method } from '../methods/method.ts';
import { Tally, hits, type Outcomes } from '../outcomes.ts';
import { randomOf } from '../random.ts';
import { HUNDRED_GROUPS, mixScene } from '../scenes/groups.ts';
import { HEALTHY, LOOKS } from '../scenes/healthy.ts';
import { realScenes } from '../scenes/real.ts';
import { burstScene } from '../scenes/bursts.ts';
import type { Scene } from '../scenes/scene.ts';
import { outcomesOf, type Job, type Section } from '../section.ts';
import { percent, type Table, type Target } from '../table.ts';

export const ALPHAS = [0.01, 0.05];
/** The statement to check: the upper 95% limit of the rate stays below this many times alpha. */
const TOLERANCE = 1.2;

/** Releases without fault; every method sees the same ones. */
function scenes(): readonly Scene[] {
  return [...realScenes(), ...HEALTHY, mixScene(true), HUNDRED_GROUPS, burstScene(false), burstScene(true)];
}

/** First fails of `methods` over runs of one scene, under `alpha/method`. */
export async function failScene(scene: Scene, job: Job, methods: readonly Method[]): Promise<Outcomes> {
  const tally = new Tally();
  for (let run = job.from; run < job.to; run += 1) {
    const buckets = scene.make(randomOf(`healthy/${scene.seed ?? scene.name}`, run));
    for (const alpha of ALPHAS) {
      for (const method of methods) {
        if (run % (method.every ?? 1) !== 0) continue;
        const watch = method.start({ ...scene.terms, alpha });
        tally.note(`${String(alpha)}/${method.name}`, firstFail(watch, buckets));
      }
    }
  }
  return tally.outcomes;
}

/** Share of runs in which a method failed the canary; null where it took no part. */
export function rateOf(outcomes: Outcomes, alpha: number, method: string): number | null {
  const list = outcomes[`${String(alpha)}/${method}`];
  return list === undefined || list.length === 0 ? null : hits(list) / list.length;
}

/** Upper limit of that share. */
export function limitOf(outcomes: Outcomes, alpha: number, method: string): number | null {
  const list = outcomes[`${String(alpha)}/${method}`];
  return list === undefined ? null : upperLimit(hits(list), list.length);
}

export function heldTarget(name: string, outcomes: Outcomes, alpha: number, method: string): Target {
  return {
    text: `${name}, alpha ${String(alpha)}: upper 95% limit of the false-fail rate`,
    value: limitOf(outcomes, alpha, method),
    limit: TOLERANCE * alpha,
  };
}

/** Words for data that is not there, so that a missing row is seen. */
export function missingData(files: readonly DataFile[]): string[] {
  return files
    .filter((file) => !isThere(file))
    .map((file) => `SKIPPED, no data: ${DATA_FILES[file]} is expected at ${pathOf(file)}`);
}

/** What the columns stand for. */
export function legend(methods: readonly Method[]): string[] {
  return methods.map(({ name, about }) => `${name}: ${about}`);
}

function table(results: ReadonlyMap<string, Outcomes>, methods: readonly Method[], alpha: number): Table {
  const all = scenes();
  return {
    title: `False-fail rates at alpha ${String(alpha)}, one look a minute for ${String(LOOKS / 60)} hours`,
    columns: ['healthy release', 'runs', 'burngate', 'upper 95%', ...methods.map(({ name }) => name)],
    rows: all.map(({ name }) => {
      const outcomes = outcomesOf(results, name);
      return [
        name,
        outcomes[`${String(alpha)}/${BURNGATE.name}`]?.length ?? 0,
        percent(rateOf(outcomes, alpha, BURNGATE.name)),
        percent(limitOf(outcomes, alpha, BURNGATE.name)),
        ...methods.map((method) => percent(rateOf(outcomes, alpha, method.name))),
      ];
    }),
    notes: [
      ...missingData(['elastic', 'petshopNormal']),
      'where the canary is worse but allowed to be (inside its budget, or within the margin), a test of equality fails it by design',
      'cumulative compares pooled counts, so another mix of endpoints fails it',
      ...legend(methods),
    ],
    targets: all.map(({ name }) => heldTarget(name, outcomesOf(results, name), alpha, BURNGATE.name)),
  };
}

export const FALSE_FAIL: Section = {
  name: 'false-fail',
  plan: ({ runs }) =>
    scenes().map(({ name, share = 1 }) => ({
      scenario: name,
      runs: Math.ceil(runs * share),
      chunk: Math.ceil(500 * share),
    })),
  async work(job) {
    const scene = scenes().find(({ name }) => name === job.scenario);
    if (scene === undefined) throw new Error(`unknown scenario "${job.scenario}"`);
    return failScene(scene, job, [BURNGATE, ...BASELINES]);
  },
  async report(results) {
    const methods = BASELINES;
    return ALPHAS.map((alpha) => table(results, methods, alpha));
  },
};
