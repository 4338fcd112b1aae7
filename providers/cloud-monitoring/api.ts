import type { DurationMs, EpochMs } from '../../src/core/units.ts';

export type Aligner = 'ALIGN_NONE' | 'ALIGN_SUM' | 'ALIGN_DELTA' | 'ALIGN_MEAN' | 'ALIGN_NEXT_OLDER';

/** One page of timeSeries.list. */
export interface ListRequest {
  readonly project: string;
  readonly filter: string;
  /** Points whose end lies in (start, end]. */
  readonly start: EpochMs;
  readonly end: EpochMs;
  /** Absent: points as they were written. */
  readonly aggregation?: {
    readonly period: DurationMs;
    readonly aligner: Aligner;
    /** Reduced by sum over everything else; absent: not reduced. */
    readonly groupBy?: readonly string[];
  };
  readonly headersOnly?: boolean;
  readonly pageSize: number;
  readonly pageToken: string;
  /** Whose turn it is, where calls have to wait. */
  readonly party: string;
}

/** The two methods of the API that are called; answers as they came. */
export interface MonitoringApi {
  listTimeSeries(request: ListRequest, signal: AbortSignal): Promise<unknown>;
  getMetricDescriptor(project: string, metric: string, signal: AbortSignal): Promise<unknown>;
  /** Whom we act as, once that is known. */
  principal(): string;
  close(): Promise<void>;
}
