import type { Issue } from '../core/parsed.ts';
import type { EpochMs } from '../core/units.ts';

/** Counts of one cohort at one time, as recorded; also what a log line becomes. */
export interface CountsRow {
  readonly time: EpochMs;
  /** A pod-template-hash, or `canary` or `stable`. */
  readonly cohort: string;
  readonly good: number;
  readonly bad: number;
  /** One value of the breakdown; absent where the recording has none. */
  readonly group?: string;
  readonly pod?: string;
  readonly namespace?: string;
  readonly cluster?: string;
}

/** What one line of counts says; `no-data` is a row whose good and bad are both empty. */
export type RowOutcome =
  | { readonly kind: 'row'; readonly row: CountsRow }
  | { readonly kind: 'no-data' }
  | { readonly kind: 'blank' }
  | { readonly kind: 'issue'; readonly issue: Issue };

export const REQUIRED_COLUMNS = ['time', 'cohort', 'good', 'bad'] as const;
export const OPTIONAL_COLUMNS = ['group', 'pod', 'namespace', 'cluster'] as const;
export const COLUMNS = [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS] as const;
export type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];
export type Column = (typeof COLUMNS)[number];

export function isColumn(name: string): name is Column {
  return COLUMNS.some((column) => column === name);
}

/** The group of events that name none while others do. */
export const UNGROUPED = 'ungrouped';

/** Beyond this, sums of counts would no longer be exact. */
const MOST_EVENTS = Number.MAX_SAFE_INTEGER;
export const COUNT_ALLOWED = 'a number of events, 0 or more (good and bad both empty: no data)';

export function isCount(value: number): boolean {
  return value >= 0 && value <= MOST_EVENTS;
}

export function issueOutcome(path: string, given: string, allowed: string): RowOutcome {
  return { kind: 'issue', issue: { path, given, allowed } };
}
