import type { ReasonCode, Verdict } from '../../core/codes.ts';
import type { Events } from '../../core/counts.ts';
import type { Measurement } from '../../core/recorder.ts';
import type { DurationMs, EpochMs } from '../../core/units.ts';

/** A measurement with what the history files it under. */
export interface Filed {
  readonly measurement: Measurement;
  /** Service of the SLO. */
  readonly service: string;
  /** By our clock; looks may be asked as of the past, and retention counts from here. */
  readonly recordedAt: EpochMs;
}

export interface Appended {
  readonly stored: number;
  /** Measurements that were there already: a retry, or a batch whose answer was lost. */
  readonly repeated: number;
}

/** How long and how much is kept. */
export interface Retention {
  readonly maxAge: DurationMs;
  /** Bytes of counts and bodies, without indexes; the oldest analyses go first. */
  readonly maxBytes: number;
}

/** The writing side of the history. Every method rejects with what the database says; none is retried here. */
export interface HistoryLog {
  /** All or nothing. Once it has resolved, the batch outlasts the process. */
  append(batch: readonly Filed[]): Promise<Appended>;
  snapshot(snapshots: readonly Snapshot[]): Promise<void>;
  /** Deletes what is beyond the retention; the number of SLO parts of analyses that went. */
  prune(retention: Retention, now: EpochMs): Promise<number>;
  close(): Promise<void>;
}

/** The reading side. */
export interface HistoryReader {
  analyses(filter: AnalysisFilter): Promise<AnalysisPage>;
  /** Null: no such analysis, or none that may be seen; looks are counted of what may be. */
  analysis(id: string, mostLooks: number, visible?: Visibility): Promise<StoredAnalysis | null>;
  snapshots(slo: string, from: EpochMs, to: EpochMs): Promise<readonly Snapshot[]>;
}

export interface AnalysisFilter {
  readonly slo?: string;
  readonly service?: string;
  readonly rollout?: string;
  readonly namespace?: string;
  readonly cluster?: string;
  readonly verdict?: Verdict;
  /** Analyses whose newest look is in [from, to). */
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  /** Absent: for ourselves, who may see every row. */
  readonly visible?: Visibility;
  readonly after?: Cursor;
  readonly limit: number;
}

/**
 * The rows of the history that a reader may see. It is part of the query: a list that is filtered after it was cut
 * into pages tells by its length and its cursor what it hides.
 */
export interface Visibility {
  /** Patterns as in `Grants`; null: every namespace, and rows without one. */
  readonly namespaces: readonly string[] | null;
  /** Patterns of SLO names; null: every SLO. */
  readonly slos: readonly string[] | null;
  /** The only SLOs, by name; null: every SLO. An SLO that is no longer loaded has no service to be granted by. */
  readonly names: readonly string[] | null;
}

/** Place in the list, newest first. */
export interface Cursor {
  readonly lastAt: EpochMs;
  readonly part: string;
}

export interface AnalysisPage {
  readonly items: readonly AnalysisRow[];
  /** Null: this was the last page. */
  readonly next: Cursor | null;
}

/** One SLO's part in one analysis, as lists and reports need it. */
export interface AnalysisRow {
  readonly part: string;
  readonly analysis: string;
  readonly slo: string;
  readonly service: string;
  readonly release: Measurement['release'];
  /** Of the newest look. */
  readonly verdict: Verdict;
  readonly code: ReasonCode;
  readonly reason: string;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly looks: number;
  /** Of the newest look that had counts; null: none had. */
  readonly counted: CountedWindow | null;
}

/** What a canary and stable did in the judged window, all buckets of it. */
export interface CountedWindow {
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly canary: Events;
  readonly stable: Events;
}

/** A look without its counts. */
export interface Look {
  readonly slo: string;
  readonly at: EpochMs;
  readonly mode: 'watch' | 'gate' | null;
  readonly verdict: Verdict;
  readonly code: ReasonCode;
  readonly reason: string;
}

export interface StoredAnalysis {
  readonly rows: readonly AnalysisRow[];
  /** The newest look of each SLO that had counts, or the newest where none had. */
  readonly newest: readonly Measurement[];
  /** Newest first. */
  readonly looks: readonly Look[];
}

/** A budget report as it was at a time. */
export interface Snapshot {
  readonly slo: string;
  readonly at: EpochMs;
  /** JSON of the report's figures. */
  readonly body: string;
}
