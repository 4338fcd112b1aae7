import { OTHER_GROUP } from '../core/assemble.ts';
import type { DurationMs } from '../core/units.ts';
import { alignDown } from '../core/window.ts';
import { Cells, type CellColumns } from './cells.ts';
import type { CountsRow } from './counts-row.ts';
import { identityOf } from './row-order.ts';

/** What a table will hold at most; recordings come from outside, and fields can be chosen wrongly. */
export interface TableLimits {
  /** Distinct groups; further ones are pooled as `OTHER_GROUP`. */
  readonly groups: number;
  readonly cohorts: number;
  /** Distinct pods; the rows of further ones name none. */
  readonly pods: number;
  /** Bucket counts in all, 24 to 100 bytes each. */
  readonly cells: number;
}

/** A thousand endpoints is a large service; a hundred releases a day for ten days; at most about 200 MB. */
export const TABLE_LIMITS: TableLimits = { groups: 1000, cohorts: 1000, pods: 1000, cells: 2_000_000 };

/** One line of counts of a recording. */
export interface TableSeries extends CellColumns {
  readonly cohort: string;
  readonly group?: string;
  readonly pod?: string;
  readonly namespace?: string;
  readonly cluster?: string;
}

/** `kept`, or why the row is not in the table. */
export type AddOutcome = 'kept' | 'too-many-cohorts' | 'too-many-cells';

interface Growing {
  readonly row: Pick<CountsRow, 'cohort' | 'group' | 'pod' | 'namespace' | 'cluster'>;
  readonly cells: Cells;
}

/**
 * Sums rows into buckets by cohort, group, pod, namespace and cluster. Rows may come in any
 * order, and the order changes nothing except which groups are pooled once there are too many.
 */
export class CountsTable {
  readonly #bucketMs: DurationMs;
  readonly #limits: TableLimits;
  readonly #series = new Map<string, Growing>();
  readonly #cohorts = new Set<string>();
  readonly #groups = new Set<string>();
  readonly #pods = new Set<string>();
  #pooled = false;
  #cells = 0;
  #last: Growing | null = null;

  constructor(bucketMs: DurationMs, limits: TableLimits = TABLE_LIMITS) {
    this.#bucketMs = bucketMs;
    this.#limits = limits;
  }

  /** True once groups were pooled as `OTHER_GROUP`. */
  get pooled(): boolean {
    return this.#pooled;
  }

  add(row: CountsRow): AddOutcome {
    if (!this.#admits(this.#cohorts, this.#limits.cohorts, row.cohort)) return 'too-many-cohorts';
    const series = this.#seriesOf(row);
    const time = alignDown(row.time, this.#bucketMs);
    if (!series.cells.addTo(time, row.good, row.bad)) {
      if (this.#cells >= this.#limits.cells) return 'too-many-cells';
      this.#cells += 1;
      series.cells.begin(time, row.good, row.bad);
    }
    return 'kept';
  }

  series(): TableSeries[] {
    return [...this.#series.values()].map(({ row, cells }) => ({ ...row, ...cells.columns() }));
  }

  #seriesOf(row: CountsRow): Growing {
    const group = this.#groupOf(row.group);
    const { cohort, namespace, cluster } = row;
    const pod = this.#podOf(row.pod);
    const last = this.#last?.row;
    if (this.#last !== null && last?.cohort === cohort && last.group === group && last.pod === pod) {
      if (last.namespace === namespace && last.cluster === cluster) return this.#last;
    }
    const identity = identityOf([cohort, group, pod, namespace, cluster]);
    let series = this.#series.get(identity);
    if (series === undefined) {
      series = { row: labels({ cohort, group, pod, namespace, cluster }), cells: new Cells() };
      this.#series.set(identity, series);
    }
    this.#last = series;
    return series;
  }

  #groupOf(group: string | undefined): string | undefined {
    if (group === undefined || this.#admits(this.#groups, this.#limits.groups, group)) return group;
    this.#pooled = true;
    return OTHER_GROUP;
  }

  #podOf(pod: string | undefined): string | undefined {
    return pod === undefined || this.#admits(this.#pods, this.#limits.pods, pod) ? pod : undefined;
  }

  #admits(known: Set<string>, limit: number, value: string): boolean {
    if (known.has(value)) return true;
    if (known.size >= limit) return false;
    known.add(value);
    return true;
  }
}

type Labels = { readonly [Name in keyof Growing['row']]-?: Growing['row'][Name] | undefined };

function labels({ cohort = '', group, pod, namespace, cluster }: Labels): Growing['row'] {
  return {
    cohort,
    ...(group === undefined ? {} : { group }),
    ...(pod === undefined ? {} : { pod }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(cluster === undefined ? {} : { cluster }),
  };
}
