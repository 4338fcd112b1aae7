import type { Role } from '../../src/core/counts.ts';
import type { EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import { countOf } from './counts.ts';
import type { Descriptor } from './descriptor.ts';
import { distributionCount, splitAt } from './distribution.ts';
import { readField, type SeriesLabels } from './fields.ts';
import { garbled } from './garbled.ts';
import { isCounted } from './label-values.ts';
import { boundsNote, inUnit, latencyUnit } from './latency.ts';
import type { MetricPart } from './parts.ts';
import type { MetricQuery } from './query.ts';
import type { Bounds } from './tally.ts';

/** Points of one metric to events of a role. Every method throws `ProviderError` for what cannot be. */
export class ValueReader {
  readonly #descriptor: Descriptor;
  readonly #notes = new Set<string>();

  constructor(descriptor: Descriptor, answered: string) {
    // The answer's own unit is what its values are in; a metric without one says "1" or nothing.
    this.#descriptor = answered === '' || answered === '1' ? descriptor : { ...descriptor, unit: answered };
  }

  /** The roles that a series with these labels counts for. */
  rolesOf(labels: SeriesLabels, roles: MetricPart['roles']): MetricPart['roles'] {
    return roles.filter(
      ({ query: { split } }) =>
        split === undefined || isCounted(readField(labels, split.field), split.values),
    );
  }

  /** The start of a point's bucket, which may lie outside the window. */
  bucketOf(end: EpochMs, { start, bucketMs }: Window): EpochMs {
    if ((end - start) % bucketMs !== 0) throw garbled('a point off the grid that was asked for');
    return end - bucketMs;
  }

  eventsOf(value: unknown, role: Role, { threshold, unit: told }: MetricQuery): Bounds {
    if (this.#descriptor.type !== 'DISTRIBUTION') return exactly(countOf(value));
    if (role === 'total' || threshold === undefined) return exactly(distributionCount(value));
    const unit = latencyUnit(this.#descriptor, told);
    const { count, below, unsure, edges } = splitAt(value, inUnit(threshold, unit));
    if (edges !== null) this.#notes.add(boundsNote(threshold, unit, edges));
    const least = role === 'good' ? below : count - below - unsure;
    return { least, most: least + unsure };
  }

  notes(): string[] {
    return [...this.#notes];
  }
}

function exactly(count: number): Bounds {
  return { least: count, most: count };
}
