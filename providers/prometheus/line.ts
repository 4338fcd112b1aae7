import type { Cohort, Role } from '../../src/core/counts.ts';
import type { EpochMs } from '../../src/core/units.ts';
import type { Labels } from './answer.ts';

/**
 * One counter as it was read at one time; of a histogram the count of all observations and the least and most of
 * them that can be at or below the threshold. All are cumulative.
 */
export interface Sample {
  readonly time: EpochMs;
  readonly all: number;
  readonly low: number;
  readonly high: number;
}

/** One counter, or one histogram, of one process, over time; samples ascend. */
export interface Track {
  /** Without the metric's name and `le`. */
  readonly labels: Labels;
  readonly samples: readonly Sample[];
}

/** A track, and what it counts for. */
export interface Line extends Track {
  readonly role: Role;
  readonly cohort: Cohort;
  readonly group?: string;
  readonly pod?: string;
  /** The same for the same series in any answer. */
  readonly key: string;
  /** The scraped process: series of one target are read together and restart together. */
  readonly target: string;
}

/** A span of samples (start, end]: a sample tells of what came before it. */
export interface Span {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** Events that a sample adds to what its predecessor told: between `least` and `most` of the role's kind. */
export interface Increment {
  readonly line: Line;
  readonly time: EpochMs;
  readonly least: number;
  readonly most: number;
}

export function seriesKey(labels: Labels): string {
  const pairs = Object.entries(labels).filter(([name]) => name !== '__name__');
  return JSON.stringify(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Labels that Prometheus, its operator and Managed Prometheus give every series of a scraped process. */
const TARGET_LABELS = [
  'project_id',
  'location',
  'cluster',
  'namespace',
  'job',
  'instance',
  'pod',
  'container',
];

/** Series that do not say which process they are of (sums by a rule) have nothing in common with each other. */
export function targetOf(labels: Labels): string {
  if (labels['instance'] === undefined && labels['pod'] === undefined) return seriesKey(labels);
  return JSON.stringify(TARGET_LABELS.map((name) => labels[name] ?? ''));
}
