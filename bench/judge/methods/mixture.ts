import type { StartPrior } from '../../../src/core/stats/start-mixture.ts';

/** An alternative: how many times the null's limit, and its prior mass. */
export type Point = readonly [multiple: number, mass: number];

/** Points of one mass, evenly spaced in the logarithm. */
export function evenly(low: number, high: number, count: number, mass = 1): Point[] {
  return Array.from({ length: count }, (_, i) => [low * (high / low) ** (i / (count - 1)), mass / count]);
}

/** Points of one mass, listed. */
export function listed(multiples: readonly number[], mass = 1): Point[] {
  return multiples.map((multiple) => [multiple, mass / multiples.length]);
}

/** Mass of a start in the first bucket, uniform up to two hours, uniform up to eight hours, and beyond. */
export function starts(first: number, soon: number, later: number, beyond: number): StartPrior {
  return {
    weight(k) {
      if (k <= 120) return soon / 120 + (k === 1 ? first : 0);
      return k <= 480 ? later / 360 : (beyond * 480) / (k * (k - 1));
    },
    after(t) {
      if (t === 0) return 1;
      if (t <= 120) return later + beyond + (soon * (120 - t)) / 120;
      return t <= 480 ? beyond + (later * (480 - t)) / 360 : (beyond * 480) / t;
    },
  };
}

/** Everything on one bucket. */
export function startAt(start: number): StartPrior {
  return { weight: (k) => (k === start ? 1 : 0), after: (t) => (t < start ? 1 : 0) };
}

/** Evidence is counted up to here; more is as good, and a double holds no more than 1e308. */
const MOST = 1e290;

/**
 * The mixture over alternatives and starts written for the bench: any masses, no logs. What it counts too little
 * beyond 1e290 can only make a design look slower.
 */
export class Mixture {
  readonly #masses: readonly number[];
  readonly #prior: StartPrior;
  readonly #sums: Float64Array;
  #steps = 0;

  constructor(points: readonly Point[], prior: StartPrior) {
    this.#masses = points.map(([, mass]) => mass);
    this.#prior = prior;
    this.#sums = new Float64Array(points.length);
  }

  /** Takes the log likelihood ratio of each alternative, none above `cap`; returns the evidence. */
  absorb(logRatio: (index: number) => number, cap: number): number {
    this.#steps += 1;
    const weight = this.#prior.weight(this.#steps);
    let evidence = this.#prior.after(this.#steps);
    for (let i = 0; i < this.#sums.length; i += 1) {
      const stake = (this.#sums[i] ?? 0) + weight * (this.#masses[i] ?? 0);
      const next = stake === 0 ? 0 : Math.min(MOST, stake * Math.exp(Math.min(cap, logRatio(i))));
      this.#sums[i] = next;
      evidence += next;
    }
    return evidence;
  }
}
