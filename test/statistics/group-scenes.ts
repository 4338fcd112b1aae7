import { GroupFamily, type FamilyTerms } from '../../src/core/group-family.ts';
import { RELATIVE_MULTIPLES } from '../../src/core/stats/harm.ts';
import { buckets, type Row } from './scenes.ts';

export const TERMS: FamilyTerms = { p0: 0.005, margin: 1.5, alpha: 0.002, minBadBuckets: 3 };

/** A family that has seen these rows. */
export function family(given: readonly Row[], terms: FamilyTerms = TERMS): GroupFamily {
  const found = new GroupFamily(terms);
  for (const { groups } of buckets(given))
    if (groups !== undefined) found.absorb(groups, new Float64Array(RELATIVE_MULTIPLES.length));
  return found;
}

/** Canary and stable of a group that is well, and of one that fails everything. */
export const FINE = [
  [0, 100],
  [1, 900],
] as const;
export const BROKEN = [
  [20, 20],
  [0, 180],
] as const;
