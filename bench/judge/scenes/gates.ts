import type { Bucket } from '../../../src/core/counts.ts';
import { DEFAULT_POLICY, type PolicyOverrides } from '../../../src/core/policy.ts';
import { Replay } from '../../../src/core/trace.ts';
import { MINUTE } from '../../../src/core/units.ts';
import type { Random } from '../../../src/core/stats/random.ts';
import { LOOKS } from './healthy.ts';
import { simulate, type Rates } from './scene.ts';

/** A gate asked after every bucket. */
function gateReplay(target: number, policy: PolicyOverrides): Replay {
  const question = {
    target,
    policy: { ...DEFAULT_POLICY, ...policy },
    mode: 'gate' as const,
    minWindow: 0,
    weight: null,
    grouped: false,
  };
  return new Replay(question, MINUTE);
}

/** A canary that no gate may pass: at the limit of both routes. */
export interface Unsafe {
  readonly name: string;
  readonly target: number;
  readonly policy: PolicyOverrides;
  readonly rates: (index: number) => Rates;
}

/** Far above any burn here: no fail and no suspicion can hide what the two routes do. */
const NO_HARM: PolicyOverrides = { maxBurnRate: 100 };

/** Canary and stable a minute over four steps of an hour. */
const STEPS: readonly (readonly [number, number])[] = [
  [150, 2850],
  [300, 2700],
  [750, 2250],
  [1500, 1500],
];

function atLimit(canary: number, stable: number, budget: number): Rates {
  return { canary, stable, canaryBad: 2 * budget, stableBad: budget };
}

export const UNSAFE: readonly Unsafe[] = [
  {
    name: 'SLO 99.5%, 10%, harm rules out of the way',
    target: 0.995,
    policy: NO_HARM,
    rates: () => atLimit(300, 2700, 0.005),
  },
  {
    name: 'SLO 99.9%, 50%, harm rules out of the way',
    target: 0.999,
    policy: NO_HARM,
    rates: () => atLimit(1500, 1500, 0.001),
  },
  {
    name: 'SLO 99.5%, weight steps, harm rules out of the way',
    target: 0.995,
    policy: NO_HARM,
    rates: (index) => {
      const [canary, stable] = STEPS[Math.floor(index / 60)] ?? [1500, 1500];
      return atLimit(canary, stable, 0.005);
    },
  },
  {
    name: 'SLO 99.5%, 10%, default policy',
    target: 0.995,
    policy: {},
    rates: () => atLimit(300, 2700, 0.005),
  },
];

/** Look (0-based) of the first pass within four hours, or null. */
export function firstPass(random: Random, { target, policy, rates }: Unsafe): number | null {
  const replay = gateReplay(target, policy);
  for (const [index, bucket] of simulate(random, LOOKS, rates).entries()) {
    if (replay.next(bucket).verdict === 'pass') return index;
  }
  return null;
}

/** Clean minutes before the fault: the credit that must not be spent on it. */
export const CREDIT = 60;
const AFTER = 60;

/** How long a gate went on passing after a fault of `burn` times the budget: the last minute with a pass, or 0. */
export function passesAfterFault(random: Random, burn: number): number {
  const budget = 0.005;
  const buckets: readonly Bucket[] = simulate(random, CREDIT + AFTER, (index) => ({
    canary: 300,
    stable: 2700,
    stableBad: 0.001,
    canaryBad: index < CREDIT ? 0.001 : Math.min(1, burn * budget),
  }));
  const replay = gateReplay(1 - budget, {});
  let last = 0;
  for (const [index, bucket] of buckets.entries()) {
    const passes = replay.next(bucket).verdict === 'pass';
    if (passes && index >= CREDIT) last = index - CREDIT + 1;
  }
  return last;
}
