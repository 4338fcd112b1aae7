import type { Bucket, Events, Pair } from '../../src/core/counts.ts';
import { add } from '../../src/core/counts.ts';
import type { PolicyOverrides } from '../../src/core/policy.ts';
import { Trial } from '../../src/core/trial.ts';
import { MINUTE } from '../../src/core/units.ts';
import { binomial, traffic as arrivals, uniforms } from './sampling.ts';
import { ask, START } from './scenes.ts';

/** One endpoint's traffic in one minute: mean events and bad fraction of both cohorts. */
export interface Traffic {
  readonly canary: readonly [mean: number, badFraction: number];
  readonly stable: readonly [mean: number, badFraction: number];
}

export interface Plan {
  readonly minutes: number;
  /** The traffic of a minute, by endpoint; one nameless endpoint means no breakdown. */
  readonly traffic: (minute: number, random: () => number) => Readonly<Record<string, Traffic>>;
  readonly target?: number;
  readonly policy?: PolicyOverrides;
}

/** Hits among `runs` simulated releases, and the minute (from 1) of each. */
export interface Simulated {
  readonly runs: number;
  readonly hits: number;
  /** Minutes to the hit; a run without one counts as its whole length. */
  readonly minutes: readonly number[];
}

/** Simulates releases, one look a minute, until `hit` says so or the plan is over. */
export function simulate(
  runs: number,
  seed: number,
  plan: Plan,
  hit: (trial: Trial) => boolean = isFailed,
): Simulated {
  const random = uniforms(seed);
  const minutes: number[] = [];
  let hits = 0;
  for (let run = 0; run < runs; run += 1) {
    const at = firstHit(plan, random, hit);
    if (at !== null) hits += 1;
    minutes.push(at ?? plan.minutes);
  }
  return { runs, hits, minutes };
}

function isFailed(trial: Trial): boolean {
  return trial.wholeHarm !== null || trial.groupHarm !== null;
}

function firstHit(plan: Plan, random: () => number, hit: (trial: Trial) => boolean): number | null {
  let trial: Trial | null = null;
  for (let minute = 0; minute < plan.minutes; minute += 1) {
    const bucket = draw(plan.traffic(minute, random), START + minute * MINUTE, random);
    trial ??= new Trial(
      ask({ target: plan.target ?? 0.995, grouped: bucket.groups !== undefined }, plan.policy),
    );
    trial.absorb(bucket);
    if (hit(trial)) return minute + 1;
  }
  return null;
}

function draw(traffic: Readonly<Record<string, Traffic>>, time: number, random: () => number): Bucket {
  const events = ([mean, badFraction]: readonly [number, number]): Events => {
    const all = arrivals(random, mean);
    const bad = binomial(random, all, badFraction);
    return { good: all - bad, bad };
  };
  const groups = new Map<string, Pair>();
  let canary: Events = { good: 0, bad: 0 };
  let stable: Events = { good: 0, bad: 0 };
  for (const [name, each] of Object.entries(traffic)) {
    const pair = { canary: events(each.canary), stable: events(each.stable) };
    groups.set(name, pair);
    canary = add(canary, pair.canary);
    stable = add(stable, pair.stable);
  }
  return groups.has('') ? { time, canary, stable } : { time, canary, stable, groups };
}
