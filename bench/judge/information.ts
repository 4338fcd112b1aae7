/** One of the fixed scenarios: events a minute and bad fractions of both cohorts. */
export interface Fault {
  readonly canary: number;
  readonly stable: number;
  readonly stableBad: number;
  readonly canaryBad: number;
  readonly target: number;
  readonly margin: number;
}

/** Kullback-Leibler divergence of one yes-or-no event with chance `p` from one with chance `q`, in nats. */
export function divergence(p: number, q: number): number {
  return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
}

/** Chance that a bad event is the canary's when its rate is `ratio` times stable's. */
function canaryPart(ratio: number, share: number): number {
  return (ratio * share) / (ratio * share + 1 - share);
}

/**
 * Buckets that nobody can beat on average: log(1/alpha) over the information of a bucket, for the burn and for
 * the relative proof; the longer wait binds.
 */
export function informationLimit(fault: Fault, alpha: number): number {
  const share = fault.canary / (fault.canary + fault.stable);
  const burn = fault.canary * divergence(fault.canaryBad, 1 - fault.target);
  const bad = fault.canary * fault.canaryBad + fault.stable * fault.stableBad;
  const ratio = fault.canaryBad / fault.stableBad;
  const relative = bad * divergence(canaryPart(ratio, share), canaryPart(fault.margin, share));
  return -Math.log(alpha) / Math.min(burn, relative);
}
