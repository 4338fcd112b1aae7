import { DATA_FILES, isThere, petshopFaults, petshopNormal, type Counted } from '../data.ts';
import { BASELINES } from '../methods/baselines.ts';
import { BURNGATE } from '../methods/burngate.ts';
import { NO_CAP, designed } from '../methods/evidence-design.ts';
import { firstFail, type Method } from '../methods/method.ts';
import { Tally, hits, type Outcomes } from '../outcomes.ts';
import { below, randomOf } from '../random.ts';
import { timeOf } from '../scenes/scene.ts';
import { outcomesOf, type Job, type Section } from '../section.ts';
import { percent, type Table } from '../table.ts';
import { ALPHAS, legend, missingData } from './false-fail.ts';

const DRAWS = 1000;
/** A fault counts as found when it is failed in this share of the draws of stable. */
const FOUND = 2 / 3;
const LEAST_FOUND = new Map([
  [0.05, 10],
  [0.01, 9],
]);
const FILES = ['petshopNormal', 'petshopFaults'] as const;
const TERMS = { target: 0.999, maxBurnRate: 1, margin: 1, grouped: false };

function available(): boolean {
  return FILES.every(isThere);
}

async function methods(): Promise<Method[]> {
  return [BURNGATE, designed(NO_CAP), ...BASELINES];
}

async function work(job: Job): Promise<Outcomes> {
  const tally = new Tally();
  const normal = petshopNormal();
  const fault = petshopFaults().get(job.scenario) ?? [];
  const all = await methods();
  for (let draw = job.from; draw < job.to; draw += 1) {
    const random = randomOf(`petshop/${job.scenario}`, draw);
    const left = [...normal];
    const buckets = fault.map((canary, index) => {
      const [stable] = left.splice(below(random, left.length), 1);
      return { time: timeOf(index), canary, stable: stable ?? null };
    });
    for (const alpha of ALPHAS) {
      for (const method of all) {
        tally.note(`${String(alpha)}/${method.name}`, firstFail(method.start({ ...TERMS, alpha }), buckets));
      }
    }
  }
  return tally.outcomes;
}

interface Found {
  /** Share of the draws, by fault. */
  readonly shares: readonly number[];
  readonly faults: number;
}

function foundBy(results: ReadonlyMap<string, Outcomes>, method: string, alpha: number): Found {
  const shares = [...petshopFaults().keys()].map((fault) => {
    const list = outcomesOf(results, fault)[`${String(alpha)}/${method}`] ?? [];
    return hits(list) / Math.max(1, list.length);
  });
  return { shares, faults: shares.filter((share) => share >= FOUND).length };
}

function table(results: ReadonlyMap<string, Outcomes>, all: readonly Method[]): Table {
  const faults = [...petshopFaults()];
  const badOf = (buckets: readonly Counted[]): string => {
    const bad = buckets.reduce((sum, each) => sum + each.bad, 0);
    return `${String(bad)}/${String(buckets.reduce((sum, each) => sum + each.good + each.bad, 0))}`;
  };
  return {
    title: `PetShop: share of ${String(DRAWS)} draws of stable in which a fault's three buckets are failed`,
    columns: ['method, alpha', 'found', ...faults.map(([name]) => name.replace(/^.*_/, '#'))],
    rows: [
      ['bad of all', null, ...faults.map(([, buckets]) => badOf(buckets))],
      ...all.flatMap(({ name }) =>
        ALPHAS.map((alpha) => {
          const found = foundBy(results, name, alpha);
          return [`${name}, ${String(alpha)}`, found.faults, ...found.shares.map(percent)];
        }),
      ),
    ],
    notes: [
      'found: faults that are failed in two thirds of the draws or more. # is the number of the issue in the data set',
      'data: PetShop, amazon-science/petshop-root-cause-analysis, CC-BY-4.0',
      ...legend(all),
    ],
    targets: ALPHAS.map((alpha) => ({
      text: `faults found, of ${String(faults.length)}, at alpha ${String(alpha)}`,
      value: foundBy(results, BURNGATE.name, alpha).faults,
      limit: LEAST_FOUND.get(alpha) ?? 0,
      atLeast: true,
    })),
  };
}

export const PETSHOP: Section = {
  name: 'petshop',
  plan: ({ quick }) =>
    available()
      ? [...petshopFaults().keys()].map((scenario) => ({ scenario, runs: quick ? 100 : DRAWS, chunk: 250 }))
      : [],
  work,
  async report(results) {
    if (available()) return [table(results, await methods())];
    const notes = missingData(FILES);
    return [
      {
        title: `PetShop: skipped, ${DATA_FILES.petshopFaults} is not there`,
        columns: [],
        rows: [],
        notes,
        targets: [],
      },
    ];
  },
};
