import type { Events, Role } from './counts.ts';

export type Roles = Partial<Record<Role, number>>;

/** Rounding of fractional counts; a real contradiction is at least one event. */
export const ROUNDING = 1e-6;

/**
 * Two of three roles to one pair of counts. Only an absent bad series beside a present total is zero: nothing
 * else tells "no bad events" from "no data", and an absent good series read as zero bad events would call a
 * cohort that fails everything clean. A string says what contradicts itself.
 */
export function joinRoles(roles: Roles | undefined, counted: 'good' | 'bad'): Events | null | string {
  if (roles === undefined) return null;
  const { total } = roles;
  const good = upTo(roles.good, total);
  const bad = upTo(roles.bad, total);
  const odd = [good, bad, total].find(
    (count) => count !== undefined && (!Number.isFinite(count) || count < -ROUNDING),
  );
  if (odd !== undefined) return `${String(odd)} is no count`;
  if (total === undefined) {
    const orphan = bad ?? good ?? 0;
    return orphan > 0
      ? `${String(orphan)} events counted as ${bad === undefined ? 'good' : 'bad'}, but no total`
      : null;
  }
  if (bad === undefined && good === undefined) {
    return counted === 'good' && total > 0
      ? `no good events beside ${String(total)} in all`
      : { good: Math.max(0, total), bad: 0 };
  }
  const word = bad === undefined ? 'good' : 'bad';
  const some = Math.max(0, bad ?? good ?? 0);
  if (some > total + ROUNDING) return `${String(some)} ${word} of ${String(total)} total`;
  const rest = total - some > ROUNDING ? total - some : 0;
  const known = Math.max(0, total - rest);
  return word === 'bad' ? { good: rest, bad: known } : { good: known, bad: rest };
}

/** A bound of Infinity means "as many as there are". */
function upTo(count: number | undefined, total: number | undefined): number | undefined {
  return count === Infinity && total !== undefined ? total : count;
}
