import { describe, expect, test } from 'vitest';
import type { Bucket, Events, Pair } from '../../src/core/counts.ts';
import type { PlanAsk } from '../../src/core/plan-shape.ts';
import { plan } from '../../src/core/plan.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { seeded } from '../../src/core/stats/random.ts';
import { DAY, HOUR, MINUTE, SECOND, type DurationMs } from '../../src/core/units.ts';
import { decide } from '../../src/core/verdict.ts';
import { alignDown } from '../../src/core/window.ts';
import { uniforms } from './sampling.ts';
import { ask as question, observe, START } from './scenes.ts';

/**
 * The other simulation: request by request, each arriving when it likes (exponential gaps), on a clock with
 * seconds, collected into minutes, and judged by `decide` on everything settled at each look of a template.
 * It shares with `plan` nothing but the judge.
 */
interface Release {
  readonly ask: PlanAsk;
  readonly canaryBad: number;
  readonly mode: 'watch' | 'gate';
  /** Groups of equal traffic; of these only the first is bad. */
  readonly groups?: number;
}

const RUNS = 120;
const HORIZON = 4 * HOUR;
const BASE: PlanAsk = {
  target: 0.995,
  policy: DEFAULT_POLICY,
  eventsPerSecond: 20,
  stableBad: 0.001,
  steps: [
    { weight: 0.05, dwell: 10 * MINUTE },
    { weight: 0.1, dwell: 10 * MINUTE },
    { weight: 0.25, dwell: 10 * MINUTE },
    { weight: 0.5, dwell: 2 * HOUR },
  ],
  groups: null,
  lag: 2 * MINUTE,
  gateTimeout: HOUR,
  period: 28 * DAY,
};

function weightAt({ steps }: PlanAsk, age: DurationMs): number {
  let end = 0;
  for (const { weight, dwell } of steps) {
    end += dwell;
    if (age < end) return weight;
  }
  return steps.at(-1)?.weight ?? 0;
}

type Counts = { good: number; bad: number };

/** Minutes from the canary's start to the look that says it; the horizon where none does. */
function waited(release: Release, random: () => number): number {
  const { ask, mode } = release;
  const begin = START + random() * MINUTE;
  const first = alignDown(begin, MINUTE);
  const cells: Map<string, { canary: Counts; stable: Counts }>[] = [];
  let arrival = first;
  const fill = (until: number): void => {
    for (; arrival < until; arrival += (-Math.log(1 - random()) / ask.eventsPerSecond) * SECOND)
      count(release, cells, { arrival, begin, first }, random);
  };
  for (let look = begin + ask.lag + 3 * MINUTE; look <= begin + HORIZON; look += MINUTE) {
    const end = alignDown(look - ask.lag, MINUTE);
    fill(end);
    const buckets = Array.from({ length: (end - first) / MINUTE }, (_, index) =>
      bucketOf(first + index * MINUTE, cells[index], release.groups !== undefined),
    );
    const { verdict } = decide(
      question({ target: ask.target, mode, grouped: ask.groups !== null }, ask.policy),
      observe(buckets, { dataAge: look - end, lag: ask.lag }),
    );
    if (verdict === (mode === 'gate' ? 'pass' : 'fail')) return (look - begin) / MINUTE;
  }
  return HORIZON / MINUTE;
}

function count(
  { ask, canaryBad, groups = 1 }: Release,
  cells: Map<string, { canary: Counts; stable: Counts }>[],
  { arrival, begin, first }: { arrival: number; begin: number; first: number },
  random: () => number,
): void {
  const onCanary = arrival >= begin && random() < weightAt(ask, arrival - begin);
  const group = Math.floor(random() * groups);
  const isBad = random() < (onCanary && group === 0 ? canaryBad : ask.stableBad);
  const cell = (cells[Math.floor((arrival - first) / MINUTE)] ??= new Map());
  const name = `group ${String(group)}`;
  const pair = cell.get(name) ?? { canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } };
  cell.set(name, pair);
  pair[onCanary ? 'canary' : 'stable'][isBad ? 'bad' : 'good'] += 1;
}

function bucketOf(
  time: number,
  cell: Map<string, { canary: Counts; stable: Counts }> | undefined,
  grouped: boolean,
): Bucket {
  const pairs: Pair[] = [...(cell?.values() ?? [])];
  const whole = (cohort: 'canary' | 'stable'): Events => ({
    good: pairs.reduce((sum, pair) => sum + (pair[cohort]?.good ?? 0), 0),
    bad: pairs.reduce((sum, pair) => sum + (pair[cohort]?.bad ?? 0), 0),
  });
  const both = { time, canary: whole('canary'), stable: whole('stable') };
  return grouped ? { ...both, groups: new Map<string, Pair>(cell) } : both;
}

function meanWait(release: Release, seed: number): number {
  const random = uniforms(seed);
  let sum = 0;
  for (let run = 0; run < RUNS; run += 1) sum += waited(release, random);
  return sum / RUNS;
}

/** The planned time over the simulated one: within 15% of 1. */
function agreement(planned: number | undefined, simulated: number): number {
  return (planned ?? Infinity) / simulated;
}

describe('plan agrees with a simulation request by request within 15%', { timeout: 120_000 }, () => {
  test.each<{ name: string; over: Partial<PlanAsk>; burn: number }>([
    { name: '20 rps, a burn of 5', over: {}, burn: 5 },
    { name: '20 rps, a burn of 2', over: {}, burn: 2 },
    { name: '2 rps, a burn of 10', over: { eventsPerSecond: 2 }, burn: 10 },
    { name: '2 rps, a burn of 50', over: { eventsPerSecond: 2 }, burn: 50 },
    { name: '0.2 rps, a burn of 10', over: { eventsPerSecond: 0.2 }, burn: 10 },
    { name: '20 rps, 99.9%, a burn of 10', over: { target: 0.999, stableBad: 0.0002 }, burn: 10 },
    { name: 'stable near its budget, a burn of 5', over: { stableBad: 0.004 }, burn: 5 },
    {
      name: 'a lag of 7m and steps that end inside minutes, a burn of 5',
      over: {
        lag: 7 * MINUTE,
        steps: [
          { weight: 0.02, dwell: 150 * SECOND },
          { weight: 0.3, dwell: HOUR },
        ],
      },
      burn: 5,
    },
    { name: 'with a breakdown, a burn of 5', over: { groups: 50 }, burn: 5 },
  ])('harm: $name', ({ over, burn }) => {
    const ask = { ...BASE, ...over };
    const row = plan(ask, (stream) => seeded(11, stream)).harm.find((each) => each.burn === burn);
    expect(row?.wait.share).toBe(1);
    const simulated = meanWait({ ask, canaryBad: burn * (1 - ask.target), mode: 'watch' }, 5);
    const ratio = agreement(row?.wait.meanMinutes, simulated);
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  });

  test.each<{ name: string; over: Partial<PlanAsk> }>([
    { name: '20 rps', over: {} },
    { name: '2 rps', over: { eventsPerSecond: 2 } },
    { name: 'stable near its budget, where the comparison helps', over: { stableBad: 0.004 } },
    { name: '99.9% at 50 rps', over: { target: 0.999, eventsPerSecond: 50, stableBad: 0.0005 } },
  ])('safety: $name', ({ over }) => {
    const ask = { ...BASE, ...over };
    const { wait } = plan(ask, (stream) => seeded(12, stream)).safety;
    expect(wait.share).toBe(1);
    const ratio = agreement(wait.meanMinutes, meanWait({ ask, canaryBad: ask.stableBad, mode: 'gate' }, 6));
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  });

  test('one group of 20 that fails completely, beside 19 healthy ones', () => {
    const ask = { ...BASE, groups: 20, eventsPerSecond: 10 };
    const { group } = plan(ask, (stream) => seeded(13, stream));
    const simulated = meanWait({ ask, canaryBad: 1, mode: 'watch', groups: 20 }, 7);
    const ratio = agreement(group?.wait.meanMinutes, simulated);
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  });
});
