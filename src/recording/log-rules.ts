import type { DurationMs } from '../core/units.ts';
import type { StatusRanges } from './status-ranges.ts';
import type { TimeUnit } from './time.ts';

/** How a log writes a latency; `duration` carries its unit with it (`0.003s`, `12ms`). */
export type LatencyUnit = 's' | 'ms' | 'us' | 'ns' | 'duration';
export const LATENCY_UNITS: readonly LatencyUnit[] = ['s', 'ms', 'us', 'ns', 'duration'];

/**
 * Form of the lines. Fields are named: in combined logs as `combinedField` says, in JSON by dotted path.
 */
export type LogLayout =
  | { readonly kind: 'combined' }
  | {
      readonly kind: 'json';
      readonly time: { readonly field: string; readonly unit: TimeUnit };
      readonly status: string;
    };

/** Which side a request was on. */
export type CohortSource =
  /** The field's value is the cohort's hash (or `canary`, `stable`). */
  | { readonly kind: 'hash'; readonly field: string }
  /**
   * These values are the canary. Without `stable` every other value is stable; with it, what is in
   * neither list is dirty. A value that is not there is written `-`.
   */
  | {
      readonly kind: 'value';
      readonly field: string;
      readonly canary: readonly string[];
      readonly stable?: readonly string[];
    }
  /** A seeded random share of the lines, for A/A tests. */
  | { readonly kind: 'share'; readonly share: number; readonly seed: number };

/** What the requests are broken down by. */
export type GroupSource =
  | { readonly kind: 'none' }
  /** Method and normalised path, from these two fields. */
  | { readonly kind: 'endpoint'; readonly method: string; readonly path: string }
  | { readonly kind: 'field'; readonly field: string };

/** How an access log becomes counts. Plain data: it can be compared, stored and shown. */
export interface LogRules {
  readonly layout: LogLayout;
  /** A request is bad if its status is one of these or its latency is above the limit. */
  readonly bad: { readonly status: StatusRanges; readonly latencyOver?: DurationMs };
  /** Where the latency is; needed with `bad.latencyOver`. */
  readonly latency?: { readonly field: string; readonly unit: LatencyUnit };
  /** Requests that are no valid events at all; wins over `bad`. */
  readonly exclude: StatusRanges;
  readonly cohort: CohortSource;
  readonly group: GroupSource;
  readonly namespace?: string;
  readonly cluster?: string;
}
