import { MAX_GROUPS, OTHER_GROUP } from '../core/assemble.ts';
import { isExcluded } from '../core/excluded.ts';
import { add, NO_EVENTS, type Bucket, type Cohort, type Events } from '../core/counts.ts';
import { DAY, type DurationMs, type EpochMs } from '../core/units.ts';
import { alignDown } from '../core/window.ts';
import { UNGROUPED } from '../recording/counts-row.ts';
import { UsageError } from './exit.ts';

/** A jump this long is a wrong time unit, not a hole. */
const LONGEST_HOLE: DurationMs = 400 * DAY;

/** One row of counts for the feed. */
export interface FeedRow {
  readonly time: EpochMs;
  readonly cohort: Cohort;
  readonly group?: string;
  readonly pod?: string;
  readonly events: Events;
}

/**
 * Turns rows that ascend in time into buckets of the grid and hands each on once it is complete, holes
 * included: what is not there is no data. Holds one bucket at a time.
 */
export class BucketFeed {
  readonly #bucketMs: DurationMs;
  readonly #exclude: readonly string[];
  readonly #emit: (bucket: Bucket, grouped: boolean) => void;
  readonly #known = new Set<string>();
  #grouped = false;
  #time: EpochMs | null = null;
  #cells = new Map<string, Record<Cohort, Events | null>>();
  #pods = new Map<string, Events>();

  constructor(
    bucketMs: DurationMs,
    exclude: readonly string[],
    emit: (bucket: Bucket, grouped: boolean) => void,
  ) {
    this.#bucketMs = bucketMs;
    this.#exclude = exclude;
    this.#emit = emit;
  }

  push(row: FeedRow): void {
    if (row.group !== undefined) this.#grouped = true;
    this.#advance(alignDown(row.time, this.#bucketMs));
    if (isExcluded(row.group, this.#exclude)) return;
    const group = this.#groupOf(row.group ?? UNGROUPED);
    const cell = this.#cells.get(group) ?? { canary: null, stable: null };
    cell[row.cohort] = add(cell[row.cohort] ?? NO_EVENTS, row.events);
    this.#cells.set(group, cell);
    if (row.pod !== undefined && row.cohort === 'canary') {
      this.#pods.set(row.pod, add(this.#pods.get(row.pod) ?? NO_EVENTS, row.events));
    }
  }

  /** Hands on the last bucket. */
  end(): void {
    if (this.#time !== null) this.#flush(this.#time);
    this.#time = null;
  }

  #advance(time: EpochMs): void {
    const last = this.#time;
    this.#time = time;
    if (last === null || last === time) return;
    if (time - last > LONGEST_HOLE) {
      throw new UsageError(
        `time jumps from ${new Date(last).toISOString()} to ${new Date(time).toISOString()}; epoch times are in seconds`,
      );
    }
    this.#flush(last);
    for (let hole = last + this.#bucketMs; hole < time; hole += this.#bucketMs) {
      this.#emit({ time: hole, canary: null, stable: null }, this.#grouped);
    }
  }

  #flush(time: EpochMs): void {
    const cells = this.#cells;
    this.#cells = new Map();
    const pods = this.#pods;
    this.#pods = new Map();
    const sum = (cohort: Cohort): Events | null => {
      let events: Events | null = null;
      for (const cell of cells.values())
        if (cell[cohort] !== null) events = add(events ?? NO_EVENTS, cell[cohort]);
      return events;
    };
    const whole: Bucket = {
      time,
      canary: sum('canary'),
      stable: sum('stable'),
      ...(pods.size > 0 ? { pods } : {}),
    };
    this.#emit(this.#grouped ? { ...whole, groups: cells } : whole, this.#grouped);
  }

  /** The first groups keep their names; later ones are pooled, so that ids in a label cost no memory. */
  #groupOf(group: string): string {
    if (this.#known.has(group)) return group;
    if (this.#known.size >= MAX_GROUPS) return OTHER_GROUP;
    this.#known.add(group);
    return group;
  }
}
