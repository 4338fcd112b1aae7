import {
  NOT_WORSE_SIZE,
  addNotWorse,
  notWorseLogEvidence,
  safeLogEvidence,
  unsafeFraction,
} from '../../../src/core/stats/safety.ts';
import { upperLimit } from '../confidence.ts';
import { Tally, hits, meanOr, quantileOr, type Outcomes } from '../outcomes.ts';
import type { Random } from '../../../src/core/stats/random.ts';
import { randomOf } from '../random.ts';
import { CREDIT, UNSAFE, firstPass, passesAfterFault } from '../scenes/gates.ts';
import { outcomesOf, type Job, type Section } from '../section.ts';
import { percent, type Table } from '../table.ts';

const BETA = 0.05;
const SAFE_BURN = 2;
/** Both routes are averaged, so one alone must reach twice 1/beta. */
const MIXED = Math.log(2 / BETA);
const ALONE = Math.log(1 / BETA);

const TARGETS = [0.995, 0.999, 0.9999];
/** Multiples are the same for every budget; this one is the quickest to simulate. */
const MULTIPLES_AT = 0.995;
/** True burn as a part of the limit, and the clean events' multiple that statistics.md gives for it. */
const FRACTIONS = new Map([
  [0, 1],
  [0.2, 2],
  [0.3, 2.6],
  [0.5, 5.7],
  [0.65, 15],
]);
/** Canary share, and the errors in all that statistics.md gives for it. */
const SHARES = new Map([
  [0.05, 212],
  [0.1, 115],
  [0.25, 60],
  [0.5, 51],
]);
/** How far a simulated mean may lie above a documented figure and still reproduce it. */
const TOLERANCE = 1.15;
/** From this burn on two minutes of 300 requests tell a fault from chance; below it they do so on average. */
const CLEARLY_BAD = 5;
const BURNS = [3, 5, 10, 20, 200];

/** Events until the safe route reaches `needed`, at a true bad fraction of `fraction` of the limit. */
function eventsUntilSafe(random: Random, limit: number, fraction: number): readonly [number, number] {
  const step = Math.max(1, Math.round(0.02 / limit));
  let [bad, events] = [0, 0];
  let alone: number | null = null;
  for (;;) {
    for (let i = 0; i < step; i += 1) if (random() < fraction * limit) bad += 1;
    events += step;
    const log = safeLogEvidence(bad, events - bad, limit);
    if (alone === null && log >= ALONE) alone = events;
    if (log >= MIXED) return [alone ?? events, events];
    if (events > 1000 / limit) return [alone ?? Infinity, Infinity];
  }
}

/** Errors in all until the non-inferiority route reaches what is needed, at equal rates. */
function errorsUntilNotWorse(random: Random, share: number): readonly [number, number] {
  const sums = new Float64Array(NOT_WORSE_SIZE);
  let alone: number | null = null;
  for (let errors = 1; ; errors += 1) {
    addNotWorse(sums, random() < share ? 1 : 0, 1, share);
    const log = notWorseLogEvidence(sums);
    if (alone === null && log >= ALONE) alone = errors;
    if (log >= MIXED) return [alone ?? errors, errors];
  }
}

function work({ scenario, from, to }: Job): Outcomes {
  const [kind, rest = ''] = scenario.split('/');
  const [first = 0, second = 0] = rest.split('@').map(Number);
  const tally = new Tally();
  const both = ([alone, mixed]: readonly [number, number]): void => {
    tally.note('alone', alone);
    tally.note('mixed', mixed);
  };
  for (let run = from; run < to; run += 1) {
    const random = randomOf(`gate/${scenario}`, run);
    const unsafe = UNSAFE[first];
    if (kind === 'pass' && unsafe !== undefined) tally.note('pass', firstPass(random, unsafe));
    if (kind === 'safe') both(eventsUntilSafe(random, unsafeFraction(SAFE_BURN, 1 - first), second));
    if (kind === 'worse') both(errorsUntilNotWorse(random, first));
    if (kind === 'fault') tally.note('last', passesAfterFault(random, first));
  }
  return tally.outcomes;
}

/** 0.9999 as 99.99%, without the rounding that makes it 100%. */
function nameOf(target: number): string {
  return `${String(Number((100 * target).toPrecision(6)))}%`;
}

type Results = ReadonlyMap<string, Outcomes>;

function falsePasses(results: Results): Table {
  const rows = UNSAFE.map(({ name }, i) => {
    const list = outcomesOf(results, `pass/${String(i)}`)['pass'] ?? [];
    return {
      name,
      runs: list.length,
      rate: hits(list) / Math.max(1, list.length),
      limit: upperLimit(hits(list), list.length),
    };
  });
  return {
    title: `Gate: passes of a canary at ${String(SAFE_BURN)}x the budget and twice stable, at any look of four hours, beta ${String(BETA)}`,
    columns: ['canary at the limit of both routes', 'runs', 'passed', 'upper 95%'],
    rows: rows.map(({ name, runs, rate, limit }) => [name, runs, percent(rate), percent(limit)]),
    notes: [],
    targets: rows.map(({ name, limit }) => ({
      text: `false passes, ${name}: upper 95% limit`,
      value: limit,
      limit: 1.2 * BETA,
    })),
  };
}

function meanOf(results: Results, scenario: string, key: string): number | null {
  return meanOr(outcomesOf(results, scenario)[key] ?? [], Infinity);
}

function safeTable(results: Results): Table {
  const clean = new Map(
    TARGETS.map((target) => [target, meanOf(results, `safe/${String(target)}@0`, 'alone')]),
  );
  const over = (value: number | null): number | null => {
    const one = clean.get(MULTIPLES_AT);
    return value === null || one === null || one === undefined ? null : value / one;
  };
  return {
    title: `Gate, safe route: canary events needed at SLO ${nameOf(MULTIPLES_AT)}, safe burn ${String(SAFE_BURN)}, beta ${String(BETA)}`,
    columns: [
      'true burn as part of the limit',
      'documented multiple',
      'median multiple',
      'mean multiple',
      'mean events',
      'as built',
    ],
    rows: [...FRACTIONS].map(([fraction, multiple]) => {
      const scenario = `safe/${String(MULTIPLES_AT)}@${String(fraction)}`;
      const median = quantileOr(outcomesOf(results, scenario)['alone'] ?? [], 0.5, Infinity);
      const mean = meanOf(results, scenario, 'alone');
      return [fraction, multiple, over(median), over(mean), mean, meanOf(results, scenario, 'mixed')];
    }),
    notes: [
      'events: this route alone at 1/beta. as built: both routes are averaged, so one alone needs twice that evidence',
    ],
    targets: TARGETS.map((target) => ({
      text: `clean events at SLO ${nameOf(target)}, route alone, within 15% of 3.5/(safe burn x budget)`,
      value: clean.get(target) ?? null,
      limit: (TOLERANCE * 3.5) / (SAFE_BURN * (1 - target)),
    })),
  };
}

function notWorseTable(results: Results): Table {
  const rows = [...SHARES].map(([share, documented]) => {
    const scenario = `worse/${String(share)}`;
    return {
      share,
      documented,
      alone: meanOf(results, scenario, 'alone'),
      mixed: meanOf(results, scenario, 'mixed'),
    };
  });
  return {
    title: 'Gate, non-inferiority route: errors of both cohorts needed at equal rates',
    columns: ['canary share', 'documented', 'mean', 'as built'],
    rows: rows.map(({ share, documented, alone, mixed }) => [percent(share), documented, alone, mixed]),
    notes: ['mean: this route alone at 1/beta. as built: averaged with the other route'],
    targets: rows.map(({ share, documented, alone }) => ({
      text: `errors needed at ${percent(share)}, within 15% of the documented`,
      value: alone,
      limit: TOLERANCE * documented,
    })),
  };
}

function faultTable(results: Results): Table {
  const rows = BURNS.map((burn) => ({
    burn,
    list: outcomesOf(results, `fault/${String(burn)}`)['last'] ?? [],
  }));
  return {
    title: `Gate: last minute with a pass after a fault that follows ${String(CREDIT)} clean minutes (300 canary requests a minute, SLO 99.5%)`,
    columns: ['canary burn', 'runs', 'mean', 'p50', 'p95', 'worst'],
    rows: rows.map(({ burn, list }) => [
      burn,
      list.length,
      meanOr(list, 0),
      ...[0.5, 0.95, 1].map((q) => quantileOr(list, q, 0)),
    ]),
    notes: ['0: not a single pass after the fault'],
    targets: rows.map(({ burn, list }) =>
      burn < CLEARLY_BAD
        ? {
            text: `last pass after a burn of ${String(burn)}, minutes, mean`,
            value: meanOr(list, 0),
            limit: 2,
          }
        : {
            text: `last pass after a burn of ${String(burn)}, minutes, p95`,
            value: quantileOr(list, 0.95, 0),
            limit: 2,
          },
    ),
  };
}

export const GATE: Section = {
  name: 'gate',
  plan: ({ runs }) => [
    ...UNSAFE.map((_, i) => ({ scenario: `pass/${String(i)}`, runs: Math.ceil(runs / 4), chunk: 100 })),
    ...TARGETS.map((target) => ({ scenario: `safe/${String(target)}@0`, runs: 1, chunk: 1 })),
    ...[...FRACTIONS.keys()]
      .filter((fraction) => fraction > 0)
      .map((fraction) => ({
        scenario: `safe/${String(MULTIPLES_AT)}@${String(fraction)}`,
        runs: Math.ceil(runs / 8),
        chunk: 250,
      })),
    ...[...SHARES.keys()].map((share) => ({
      scenario: `worse/${String(share)}`,
      runs: Math.ceil(runs / 8),
      chunk: 500,
    })),
    ...BURNS.map((burn) => ({ scenario: `fault/${String(burn)}`, runs: Math.ceil(runs / 20), chunk: 100 })),
  ],
  work: (job) => Promise.resolve(work(job)),
  report: (results) =>
    Promise.resolve([falsePasses(results), safeTable(results), notWorseTable(results), faultTable(results)]),
};
