import { informationLimit, type Fault } from '../information.ts';
import { BASELINES } from '../methods/baselines.ts';
import { BURNGATE } from '../methods/burngate.ts';
import { DESIGNS, designed } from '../methods/evidence-design.ts';
import { listed, startAt } from '../methods/mixture.ts';
import { firstFail, type Method } from '../methods/method.ts';
import { LATE_ONSET } from '../../../src/core/stats/start-mixture.ts';
import { Tally, hits, meanOr, type Outcomes } from '../outcomes.ts';
import { randomOf } from '../random.ts';
import { FAULTS, ONSETS, WATCHED, faultyRelease, nameOf } from '../scenes/faults.ts';
import { outcomesOf, type Job, type Section } from '../section.ts';
import { percent, type Table, type Target } from '../table.ts';
import { ALPHAS, legend } from './false-fail.ts';

const ALPHA = 0.01;
/** The issue asks for at least this many runs a scenario. */
const FEWEST_RUNS = 2000;
/** Mean over the scenarios, and each single one, as multiples of the information limit. */
const TARGETS = [
  { onset: 0, mean: 1.62, each: 1.85 },
  { onset: 60, mean: 2.45, each: 2.75 },
];

/** Judges that know what no judge can: what is lost to not knowing is the price of honesty. */
function oracles(fault: Fault, onset: number): Method[] {
  const known = {
    burn: listed([fault.canaryBad / (1 - fault.target)]),
    relative: listed([fault.canaryBad / fault.stableBad / fault.margin]),
    cap: Infinity,
    minBadBuckets: 1,
  };
  return [
    designed({
      ...known,
      name: 'knows-all',
      about: 'knows effect and start, as nobody can',
      prior: startAt(onset + 1),
    }),
    designed({ ...known, name: 'knows-effect', about: 'knows the effect only', prior: LATE_ONSET }),
  ];
}

async function methodsFor(fault: Fault, onset: number): Promise<Method[]> {
  return [...DESIGNS.map(designed), ...BASELINES, ...oracles(fault, onset)];
}

function scenarioOf(index: number, onset: number): string {
  return `${String(index)}@${String(onset)}`;
}

async function work(job: Job): Promise<Outcomes> {
  const [index, onset] = job.scenario.split('@').map(Number);
  const fault = FAULTS[index ?? -1];
  if (fault === undefined || onset === undefined) throw new Error(`unknown scenario "${job.scenario}"`);
  const tally = new Tally();
  const others = await methodsFor(fault, onset);
  for (let run = job.from; run < job.to; run += 1) {
    const buckets = faultyRelease(randomOf(`fault/${job.scenario}`, run), fault, onset);
    for (const alpha of ALPHAS) {
      for (const method of alpha === ALPHA ? [BURNGATE, ...others] : [BURNGATE]) {
        if (run % (method.every ?? 1) !== 0) continue;
        const watch = method.start({ ...fault, maxBurnRate: 1, grouped: false, alpha });
        const at = firstFail(watch, buckets);
        const early = at !== null && at < onset;
        const name = `${String(alpha)}/${method.name}`;
        tally.note(`${name}/early`, early ? at : null);
        if (!early) tally.note(name, at === null ? null : at - onset + 1);
      }
    }
  }
  return tally.outcomes;
}

interface Speed {
  readonly ratio: number | null;
  readonly early: number;
  readonly missed: number;
}

/** Mean time over the limit, of the runs that were not failed before the fault. */
function speed(results: ReadonlyMap<string, Outcomes>, index: number, onset: number, key: string): Speed {
  const outcomes = outcomesOf(results, scenarioOf(index, onset));
  const list = outcomes[key] ?? [];
  const early = outcomes[`${key}/early`] ?? [];
  const fault = FAULTS[index];
  const mean = meanOr(list, WATCHED);
  const alpha = Number(key.split('/')[0]);
  return {
    ratio: mean === null || fault === undefined ? null : mean / informationLimit(fault, alpha),
    early: hits(early) / Math.max(1, early.length),
    missed: 1 - hits(list) / Math.max(1, list.length),
  };
}

function average(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Our ratios, a list over the scenarios for each alpha and onset. */
function ourRatios(results: ReadonlyMap<string, Outcomes>): (number | null)[][] {
  return ALPHAS.flatMap((alpha) =>
    ONSETS.map((onset) =>
      FAULTS.map((_, i) => speed(results, i, onset, `${String(alpha)}/${BURNGATE.name}`).ratio),
    ),
  );
}

function targetsOf(ratios: readonly (readonly (number | null)[])[]): Target[] {
  return TARGETS.flatMap(({ onset, mean, each }, i) => {
    const when = `fault after ${String(onset)} minutes`;
    return [
      { text: `mean over the limit, ${when}`, value: average(ratios[i] ?? []), limit: mean },
      { text: `worst scenario, ${when}`, value: highest(ratios[i] ?? []), limit: each },
    ];
  });
}

function scenarioTable(results: ReadonlyMap<string, Outcomes>): Table {
  const ratios = ourRatios(results);
  return {
    title: 'Time to detection over the information limit, by scenario',
    columns: [
      'canary/stable a minute, stable -> canary bad',
      'limit (min)',
      ...ALPHAS.flatMap((alpha) => ONSETS.map((onset) => `alpha ${String(alpha)} +${String(onset)}m`)),
    ],
    rows: [
      ...FAULTS.map((fault, i) => [
        nameOf(fault),
        informationLimit(fault, ALPHA),
        ...ratios.map((list) => list[i] ?? null),
      ]),
      ['mean', null, ...ratios.map(average)],
      ['worst', null, ...ratios.map(highest)],
    ],
    notes: [
      `+0m: from the start. +60m: the fault begins after a clean hour. The limit shown is for alpha ${String(ALPHA)}`,
      `a run without detection counts as ${String(WATCHED)} minutes`,
    ],
    targets: targetsOf(ratios),
  };
}

function methodTable(results: ReadonlyMap<string, Outcomes>, methods: readonly Method[]): Table {
  return {
    title: `Time to detection over the information limit, by method, alpha ${String(ALPHA)}`,
    columns: [
      'method',
      ...ONSETS.flatMap((o) =>
        ['mean', 'worst', 'missed', 'failed before'].map((c) => `${c} +${String(o)}m`),
      ),
    ],
    rows: methods.map(({ name }) => [
      name,
      ...ONSETS.flatMap((onset) => {
        const speeds = FAULTS.map((_, i) => speed(results, i, onset, `${String(ALPHA)}/${name}`));
        const ratios = speeds.map(({ ratio }) => ratio);
        return [
          average(ratios),
          highest(ratios),
          percent(average(speeds.map(({ missed }) => missed))),
          percent(average(speeds.map(({ early }) => early))),
        ];
      }),
    ]),
    notes: [
      'missed: not failed within four hours. failed before: a healthy canary failed in the clean hour; those runs are left out of the times',
      ...legend(methods),
    ],
    targets: [],
  };
}

export const DETECTION: Section = {
  name: 'detection',
  plan: ({ runs, quick }) =>
    FAULTS.flatMap((_, index) =>
      ONSETS.map((onset) => ({
        scenario: scenarioOf(index, onset),
        runs: quick ? Math.ceil(runs / 4) : Math.max(FEWEST_RUNS, Math.ceil(runs / 4)),
        chunk: 250,
      })),
    ),
  work,
  async report(results) {
    const [first] = FAULTS;
    const others = first === undefined ? [] : await methodsFor(first, 0);
    return [scenarioTable(results), methodTable(results, [BURNGATE, ...others])];
  },
};
