/** Rows as the database gives them; times are milliseconds since the epoch. */
export interface HistoryTables {
  readonly burngate_analyses: AnalysesTable;
  readonly burngate_measurements: MeasurementsTable;
  readonly burngate_pieces: PiecesTable;
  readonly burngate_snapshots: SnapshotsTable;
}

/** One SLO's part in one analysis. */
export interface AnalysesTable {
  part: string;
  analysis: string;
  slo: string;
  service: string;
  canary: string;
  stable: string | null;
  namespace: string | null;
  cluster: string | null;
  rollout: string | null;
  revision: string | null;
  verdict: string;
  code: string;
  reason: string;
  first_at: number;
  last_at: number;
  /** When the newest look was recorded, by our clock. */
  recorded_at: number;
  looks: number;
  /** Of bodies and pieces. */
  bytes: number;
  judged_at: number | null;
  window_start: number | null;
  window_end: number | null;
  canary_good: number | null;
  canary_bad: number | null;
  stable_good: number | null;
  stable_bad: number | null;
}

export interface MeasurementsTable {
  part: string;
  at: number;
  digest: string;
  mode: string | null;
  verdict: string;
  code: string;
  /** 1: it had counts. */
  judged: number;
  body: Uint8Array;
}

export interface PiecesTable {
  part: string;
  name: string;
  body: Uint8Array;
}

export interface SnapshotsTable {
  slo: string;
  at: number;
  body: string;
}
