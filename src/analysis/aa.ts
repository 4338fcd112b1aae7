import { createHash } from 'node:crypto';
import { BURN_ALTERNATIVES, RELATIVE_ALTERNATIVES } from '../core/stats/harm.ts';
import { exactInterval } from '../core/stats/proportion.ts';
import { seeded } from '../core/stats/random.ts';
import { Trial, type TrialTerms } from '../core/trial.ts';
import type { Ratio } from '../core/units.ts';
import type { StableTape } from './stable-tape.ts';

/** Two halves of stable, one of them called canary: any fail is a false one. */
export interface AaTerms extends TrialTerms {
  /** Chance of each event to be the canary's, in (0, 1). */
  readonly share: Ratio;
  readonly seed: number;
}

/** A healthy half that would have been failed. */
export interface FalseFail {
  /** Number of the run, from 0. */
  readonly run: number;
  /** Looks until the fail. */
  readonly looks: number;
  readonly where: 'whole' | 'groups';
}

/** Judges one random split at every look. Run n of a seed always draws the same. */
export function splitRun(tape: StableTape, terms: AaTerms, run: number): FalseFail | null {
  const { share, seed, grouped, policy } = terms;
  const trial = new Trial(terms);
  let looks = 0;
  for (const bucket of tape.split(share, seeded(seed, run), grouped)) {
    trial.absorb(bucket);
    looks += 1;
    if (trial.wholeHarm !== null) return { run, looks, where: 'whole' };
    if (trial.groupHarm !== null && policy['breakdown.onHarm'] === 'fail')
      return { run, looks, where: 'groups' };
  }
  return null;
}

/** What an unfinished series of runs must agree on to be continued: counts, terms and the judge's own design. */
export function aaInputs(tape: StableTape, terms: AaTerms): string {
  const { target, policy, grouped, share, seed } = terms;
  const sorted = Object.entries(policy).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const canonical = JSON.stringify([
    tape.digest(),
    target,
    sorted,
    grouped,
    share,
    seed,
    BURN_ALTERNATIVES,
    RELATIVE_ALTERNATIVES,
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}

export interface AaSummary {
  readonly runs: number;
  readonly failed: number;
  readonly whole: number;
  readonly groups: number;
  readonly rate: Ratio;
  /** Exact 95% confidence interval of the rate, over random splits of this traffic. */
  readonly interval: readonly [low: Ratio, high: Ratio];
  /** More healthy halves fail than alpha allows, beyond the interval. */
  readonly aboveAlpha: boolean;
}

/** Null before the first run. */
export function summarizeAa(fails: readonly FalseFail[], runs: number, alpha: Ratio): AaSummary | null {
  const counted = fails.filter(({ run }) => run < runs);
  const interval = exactInterval(counted.length, runs, 0.95);
  if (interval === null) return null;
  const whole = counted.filter(({ where }) => where === 'whole').length;
  return {
    runs,
    failed: counted.length,
    whole,
    groups: counted.length - whole,
    rate: counted.length / runs,
    interval,
    aboveAlpha: interval[0] > alpha,
  };
}
