/** Share of the groups' prior mass for those already there in the first bucket. */
const FIRST_BATCH = 0.7;

/**
 * Prior weights over groups that may appear at any time: 0.7 split equally over the groups of the first
 * bucket, 0.3/(j(j+1)) to the j-th later batch, split equally inside it. They depend on request counts only
 * and sum to at most 1, so the weighted mean of group evidence is evidence against "no group is harmed".
 */
export class GroupWeights {
  #batches = 0;

  /** Weight of each of `size` groups that appear in one and the same bucket. */
  nextBatch(size: number): number {
    const batch = this.#batches;
    this.#batches += 1;
    const mass = batch === 0 ? FIRST_BATCH : (1 - FIRST_BATCH) / (batch * (batch + 1));
    return mass / size;
  }
}

/** Shares of alpha: what the whole service and its groups may spend. All to the whole where there is no breakdown. */
export const WHOLE_SHARE = 0.8;
export const GROUPS_SHARE = 1 - WHOLE_SHARE;

/**
 * The groups that can be named guilty with a false discovery rate of at most alpha at this look: e-BH, the
 * largest k such that the k-th largest e-value is at least K/(k*alpha). Wang & Ramdas, JRSS B 2022.
 *
 * @param logs log e-values, already times K and their prior weight; returns indices, strongest first
 */
export function namedGuilty(logs: readonly number[], alpha: number): number[] {
  const order = logs.map((_, index) => index).toSorted((a, b) => (logs[b] ?? 0) - (logs[a] ?? 0));
  let named = 0;
  for (const [rank, index] of order.entries()) {
    const needed = Math.log(logs.length) - Math.log(rank + 1) - Math.log(alpha);
    if ((logs[index] ?? -Infinity) >= needed) named = rank + 1;
  }
  return order.slice(0, named);
}
