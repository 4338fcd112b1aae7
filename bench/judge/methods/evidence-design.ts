import { NO_EVENTS, total, type Bucket } from '../../../src/core/counts.ts';
import { alternativeFraction, burnLogRatio, relativeLogRatio } from '../../../src/core/stats/harm.ts';
import { SharedLevel } from '../../../src/core/stats/shared-level.ts';
import type { StartPrior } from '../../../src/core/stats/start-mixture.ts';
import { allowed, type Method, type Terms, type Watch } from './method.ts';
import { Mixture, evenly, listed, startAt, starts, type Point } from './mixture.ts';

/** An e-process of the same kind as ours with other parts, to see what each part costs and brings. */
export interface Design {
  readonly name: string;
  readonly about: string;
  /** Alternatives as multiples of the null. */
  readonly burn: readonly Point[];
  readonly relative: readonly Point[];
  readonly prior: StartPrior;
  /** Most a bucket may add, as a multiple of log(1/alpha). */
  readonly cap: number;
  readonly minBadBuckets: number;
}

/** The best of a dozen designs when Burngate was designed. */
export const SIXTEEN = listed([
  1.337, 1.427, 1.536, 1.668, 1.83, 2.025, 2.259, 2.547, 2.901, 3.342, 3.909, 4.66, 5.71, 7.308, 10.137,
  17.769,
]);
const DOCUMENTED = {
  burn: SIXTEEN,
  relative: SIXTEEN,
  prior: starts(0.5, 0.35, 0.125, 0.025),
  minBadBuckets: 2,
};
/** Forty points from a tenth more to fifty times as much; half at the first bucket, half over the next 240. */
const FORTY = evenly(1.1, 50, 40);
const PLAIN_STARTS: StartPrior = {
  weight: (k) => (k === 1 ? 0.5 : k <= 241 ? 0.5 / 240 : 0),
  after: (t) => (t === 0 ? 1 : Math.max(0, (0.5 * (241 - t)) / 240)),
};

export const NO_CAP: Design = {
  ...DOCUMENTED,
  name: 'no-cap',
  about: '16 equal points for both proofs, caps off',
  cap: Infinity,
};

/** Cumulative only: what a fault after a clean hour does to it is the reason for the start mixture. */
export const CUMULATIVE: Design = {
  ...DOCUMENTED,
  name: 'cumulative',
  about: 'cumulative e-process without late onset, 16 equal points, capped',
  prior: startAt(1),
  cap: 1,
};

/** Other parts, capped unless they say otherwise. */
export const DESIGNS: readonly Design[] = [
  {
    ...DOCUMENTED,
    name: 'sixteen',
    about: '16 equal points for both proofs, capped at log(1/alpha) a bucket',
    cap: 1,
  },
  NO_CAP,
  { ...DOCUMENTED, name: 'cap-1.25', about: 'the same, capped at 1.25 log(1/alpha)', cap: 1.25 },
  {
    name: 'two-grids',
    about:
      'a grid of its own for each proof (burn 1.3, 1.5-4.5, 7-40; ratio 1.4-6, 12-200), starts .52/.35/.105/.025',
    burn: [...listed([1.3], 0.05), ...evenly(1.5, 4.5, 8, 0.83), ...listed([7, 14, 40], 0.12)],
    relative: [...evenly(1.4, 6, 9, 0.82), ...listed([12, 40, 200], 0.18)],
    prior: starts(0.52, 0.35, 0.105, 0.025),
    cap: 1,
    minBadBuckets: 2,
  },
  {
    name: 'plain-40',
    about: 'plain grid of 40 points from 1.1 to 50, half at the start and half over 240 buckets, caps off',
    burn: FORTY,
    relative: FORTY,
    prior: PLAIN_STARTS,
    cap: Infinity,
    minBadBuckets: 1,
  },
];

class DesignWatch implements Watch {
  readonly #design: Design;
  readonly #margin: number;
  readonly #needed: number;
  readonly #level: SharedLevel;
  readonly #burn: Mixture;
  readonly #relative: Mixture;
  #badBuckets = 0;

  constructor(design: Design, terms: Terms) {
    this.#design = design;
    this.#margin = terms.margin;
    this.#needed = 1 / terms.alpha;
    this.#level = new SharedLevel(allowed(terms), terms.margin);
    this.#burn = new Mixture(design.burn, design.prior);
    this.#relative = new Mixture(design.relative, design.prior);
  }

  look(bucket: Bucket): boolean {
    const { bad, good } = bucket.canary ?? NO_EVENTS;
    const stable = bucket.stable ?? NO_EVENTS;
    const p0 = this.#level.next(stable.bad, total(stable));
    const share = (bad + good) / (bad + good + total(stable));
    const cap = this.#design.cap * Math.log(this.#needed);
    const multiple = (points: readonly Point[], i: number): number => points[i]?.[0] ?? 1;
    const burn = this.#burn.absorb((i) => {
      const p = alternativeFraction(multiple(this.#design.burn, i), p0);
      return burnLogRatio(bad, good, p0, p);
    }, cap);
    const relative = this.#relative.absorb((i) => {
      const ratio = multiple(this.#design.relative, i) * this.#margin;
      return relativeLogRatio(bad, bad + stable.bad, share, this.#margin, ratio);
    }, cap);
    if (bad > 0) this.#badBuckets += 1;
    return Math.min(burn, relative) >= this.#needed && this.#badBuckets >= this.#design.minBadBuckets;
  }
}

export function designed(design: Design): Method {
  return { name: design.name, about: design.about, start: (terms) => new DesignWatch(design, terms) };
}
