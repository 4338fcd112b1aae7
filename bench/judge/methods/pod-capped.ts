import { NO_EVENTS, total, type Bucket, type Events } from '../../../src/core/counts.ts';
import { alternativeFraction, burnLogRatio } from '../../../src/core/stats/harm.ts';
import { SharedLevel } from '../../../src/core/stats/shared-level.ts';
import { SIXTEEN } from './evidence-design.ts';
import { allowed, type Method, type Terms, type Watch } from './method.ts';
import { Mixture, starts } from './mixture.ts';

/** A pod's own share of the cap of a bucket. */
const POD_CAP = 0.5;

/**
 * The design with a cap on each canary pod's own term, written out here so that what the core does with pods can
 * be compared with something that is not the core. Without pods the canary counts as one pod.
 */
class PodCappedWatch implements Watch {
  readonly #margin: number;
  readonly #needed: number;
  readonly #podCap: number;
  readonly #level: SharedLevel;
  readonly #burn = new Mixture(SIXTEEN, starts(0.5, 0.35, 0.125, 0.025));
  readonly #relative = new Mixture(SIXTEEN, starts(0.5, 0.35, 0.125, 0.025));
  #badBuckets = 0;

  constructor(terms: Terms) {
    this.#margin = terms.margin;
    this.#needed = 1 / terms.alpha;
    this.#podCap = POD_CAP * Math.log(this.#needed);
    this.#level = new SharedLevel(allowed(terms), terms.margin);
  }

  look(bucket: Bucket): boolean {
    const stable = bucket.stable ?? NO_EVENTS;
    const p0 = this.#level.next(stable.bad, total(stable));
    const pods = [...(bucket.pods?.values() ?? [bucket.canary ?? NO_EVENTS])];
    if (pods.some(({ bad }) => bad > 0)) this.#badBuckets += 1;
    const multiple = (i: number): number => SIXTEEN[i]?.[0] ?? 1;
    const burn = this.#burn.absorb((i) => this.#burnTerm(pods, p0, multiple(i)), Infinity);
    const relative = this.#relative.absorb((i) => this.#relativeTerm(pods, stable, multiple(i)), Infinity);
    return Math.min(burn, relative) >= this.#needed && this.#badBuckets >= 2;
  }

  /** sum_j min(x_j log(p/p0) + (n_j - x_j) log((1-p)/(1-p0)), L/2) */
  #burnTerm(pods: readonly Events[], p0: number, multiple: number): number {
    const p = alternativeFraction(multiple, p0);
    const term = ({ bad, good }: Events): number => Math.min(burnLogRatio(bad, good, p0, p), this.#podCap);
    return pods.reduce((sum, pod) => sum + term(pod), 0);
  }

  /** sum_j min(x_j log(a c), L/2) + x_s log c */
  #relativeTerm(pods: readonly Events[], stable: Events, multiple: number): number {
    const events = pods.reduce((sum, pod) => sum + total(pod), 0);
    const share = events / (events + total(stable));
    if (!(share > 0 && share < 1)) return 0;
    const logC = Math.log1p(share * (this.#margin - 1)) - Math.log1p(share * (multiple * this.#margin - 1));
    const each = Math.log(multiple) + logC;
    return pods.reduce((sum, { bad }) => sum + Math.min(bad * each, this.#podCap), stable.bad * logC);
  }
}

export const POD_CAPPED: Method = {
  name: 'pod-capped',
  about: "a cap of log(1/alpha)/2 on each canary pod's own term, as the design writes it",
  start: (terms) => new PodCappedWatch(terms),
};
