import { NO_EVENTS, total, type Bucket } from '../../../src/core/counts.ts';
import { GROUPS_SHARE } from '../../../src/core/stats/family.ts';
import { Trial } from '../../../src/core/trial.ts';
import { policyOf } from '../methods/burngate.ts';
import { Tally, hits, meanOr, quantileOr, type Outcomes } from '../outcomes.ts';
import type { Random } from '../../../src/core/stats/random.ts';
import { randomOf } from '../random.ts';
import {
  BASE,
  CANARY_SHARE,
  HUNDRED_GROUPS,
  groupedBucket,
  zipfEndpoints,
  type Endpoint,
} from '../scenes/groups.ts';
import { LOOKS } from '../scenes/healthy.ts';
import { outcomesOf, type Job, type Section } from '../section.ts';
import { percent, type Table } from '../table.ts';
import { FALSE_FAIL } from './false-fail.ts';

const ALPHA = 0.01;
const GROUPS = 100;
/** Share of all requests that the sick group gets: 15 of 3,000 a minute. */
const SICK_SHARE = 0.005;
const SICK = 'POST /sick';
/** Whether the sick group's requests come one after the other or by chance, and when it falls sick. */
const CASES = [
  { traffic: 'steady', onset: 0 },
  { traffic: 'steady', onset: 60 },
  { traffic: 'random', onset: 0 },
  { traffic: 'random', onset: 60 },
] as const;
type Case = (typeof CASES)[number];

/** 15 requests a minute, of which one and two by turns are the canary's. */
function steady(index: number): readonly [canary: number, stable: number] {
  return index % 2 === 0 ? [1, 14] : [2, 13];
}

/** The sick group answers everything badly on the canary, and is as good as the others on stable. */
function endpoints(random: Random, { traffic, onset }: Case): Endpoint[] {
  const sick: Endpoint = {
    ...(traffic === 'steady' ? { steady } : {}),
    name: SICK,
    share: SICK_SHARE,
    from: 0,
    canaryBad: (index) => (index < onset ? BASE : 1),
    stableBad: BASE,
  };
  return [...zipfEndpoints(random, GROUPS - 1, 0, 1 - SICK_SHARE), sick];
}

function namesSick(trial: Trial): boolean {
  const named = [...(trial.groupHarm?.groups ?? []), ...(trial.wholeHarm?.groups ?? [])];
  return named.some(({ group }) => group === SICK);
}

function ownRequests(bucket: Bucket): number {
  return total(bucket.groups?.get(SICK)?.canary ?? NO_EVENTS);
}

/** The sick group's canary requests since the fault until it is named; null if never. */
function untilNamed(random: Random, how: Case): number | null {
  const terms = { target: 0.995, maxBurnRate: 1, margin: 1, alpha: ALPHA, grouped: true };
  const trial = new Trial({ ...terms, policy: policyOf(terms) });
  const all = endpoints(random, how);
  const { onset } = how;
  let requests = 0;
  for (let index = 0; index < onset + LOOKS; index += 1) {
    const bucket = groupedBucket(random, index, all);
    if (index >= onset) requests += ownRequests(bucket);
    trial.absorb(bucket);
    if (namesSick(trial)) return requests;
    if (trial.groupHarm !== null) return null;
  }
  return null;
}

function work(job: Job): Outcomes {
  const how = CASES.find((each) => scenarioOf(each) === job.scenario);
  if (how === undefined) throw new Error(`unknown scenario "${job.scenario}"`);
  const tally = new Tally();
  for (let run = job.from; run < job.to; run += 1) {
    tally.note('named', untilNamed(randomOf(`sick/${job.scenario}`, run), how));
  }
  return tally.outcomes;
}

function scenarioOf({ traffic, onset }: Case): string {
  return `${traffic} traffic, fault ${onset === 0 ? 'from the start' : `after ${String(onset)} minutes`}`;
}

/** Requests that a judge who knows all would need, at the group's own part of alpha. */
function fewestRequests(): number {
  const weight = 0.7 / GROUPS;
  return -Math.log(ALPHA * GROUPS_SHARE * weight) / -Math.log(CANARY_SHARE);
}

function namedTable(results: ReadonlyMap<string, Outcomes>): Table {
  const never = 1e6;
  const stats = CASES.map((each) => {
    const list = outcomesOf(results, scenarioOf(each))['named'] ?? [];
    return { name: scenarioOf(each), list, mean: meanOr(list, never), p95: quantileOr(list, 0.95, never) };
  });
  return {
    title: `Complete failure of a group with ${percent(SICK_SHARE)} of the traffic, 10% canary, ${String(GROUPS)} groups`,
    columns: ['own canary requests until named', 'runs', 'named', 'mean', 'p50', 'p95', 'fewest possible'],
    rows: stats.map(({ name, list, mean, p95 }) => [
      name,
      list.length,
      percent(hits(list) / Math.max(1, list.length)),
      mean,
      quantileOr(list, 0.5, never),
      p95,
      fewestRequests(),
    ]),
    notes: [
      'requests are counted to the end of the minute in which the group is named',
      'steady: one and two canary requests by turns of 15 a minute; random: both counts are chance',
      `A/A with 100 groups is the row "${HUNDRED_GROUPS.name}" of ${FALSE_FAIL.name}`,
    ],
    targets: stats.flatMap(({ name, mean, p95 }) => [
      { text: `${name}: own canary requests until named, mean`, value: mean, limit: 9 },
      { text: `${name}: p95`, value: p95, limit: 12 },
    ]),
  };
}

export const GROUPS_SECTION: Section = {
  name: 'groups',
  plan: ({ runs }) =>
    CASES.map((each) => ({ scenario: scenarioOf(each), runs: Math.ceil(runs / 10), chunk: 50 })),
  work: (job) => Promise.resolve(work(job)),
  report: (results) => Promise.resolve([namedTable(results)]),
};
