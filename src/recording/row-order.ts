import { shown, type Issue } from '../core/parsed.ts';
import type { EpochMs } from '../core/units.ts';
import type { CountsRow } from './counts-row.ts';

/** Up to so many rows of one time, comparing them is quicker and smaller than a set of names. */
const FEW = 16;

/**
 * Watches over rows one after the other: times ascend, and no two rows say the same (time, cohort, group,
 * pod, namespace, cluster). Because times ascend, only the rows of the current time are remembered.
 */
export class RowOrder {
  #time: EpochMs = -Infinity;
  #rows: CountsRow[] = [];
  /** Identities of `#rows`, once they are more than a few. */
  #identities: Set<string> | null = null;

  /** What is wrong with this row after those before, or null. */
  check(row: CountsRow): Issue | null {
    if (row.time < this.#time) {
      const given = rendered(row.time);
      const allowed = `a time not before the row above (${rendered(this.#time)}): rows ascend in time`;
      return { path: 'time', given, allowed };
    }
    if (row.time > this.#time) {
      this.#time = row.time;
      this.#rows.length = 0;
      this.#identities = null;
    }
    if (!this.#isKnown(row)) return this.#remember(row);
    const { cohort, group, pod } = row;
    const given = `a duplicate row, ${shown({ time: rendered(row.time), cohort, group, pod })}`;
    return { path: '', given, allowed: 'one row for each time, cohort, group, pod, namespace and cluster' };
  }

  #isKnown(row: CountsRow): boolean {
    if (this.#identities !== null) return this.#identities.has(rowIdentity(row));
    return this.#rows.some((known) => saysTheSame(known, row));
  }

  #remember(row: CountsRow): null {
    if (this.#identities !== null) {
      this.#identities.add(rowIdentity(row));
    } else {
      this.#rows.push(row);
      if (this.#rows.length > FEW) this.#identities = new Set(this.#rows.map(rowIdentity));
    }
    return null;
  }
}

function rendered(time: EpochMs): string {
  return new Date(time).toISOString();
}

function saysTheSame(a: CountsRow, b: CountsRow): boolean {
  if (a.cohort !== b.cohort || a.group !== b.group || a.pod !== b.pod) return false;
  return a.namespace === b.namespace && a.cluster === b.cluster;
}

function rowIdentity({ cohort, group, pod, namespace, cluster }: CountsRow): string {
  return identityOf([cohort, group, pod, namespace, cluster]);
}

/** One string for several, which no choice of characters can forge; absent differs from empty. */
export function identityOf(parts: readonly (string | undefined)[]): string {
  let identity = '';
  for (const part of parts) identity += part === undefined ? '-' : `${String(part.length)}:${part}`;
  return identity;
}
