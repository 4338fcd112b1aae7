import type { ReasonCode, Verdict } from './codes.ts';
import type { Observation } from './observation.ts';
import type { Judgement, Question } from './verdict.ts';
import type { EpochMs } from './units.ts';

/** One SLO's part in one answer, with everything it rests on. */
export interface Measurement {
  /** Stable id of the analysis: the same release, SLOs and scope give the same id in every replica. */
  readonly analysis: string;
  /** The time as of which was judged. */
  readonly at: EpochMs;
  readonly slo: string;
  readonly verdict: Verdict;
  readonly code: ReasonCode;
  readonly reason: string;
  readonly release: {
    readonly canary: string;
    readonly stable: string | null;
    readonly namespace?: string;
    readonly cluster?: string;
    readonly rollout?: string;
    readonly revision?: string;
  };
  /** Absent where the request failed before there were counts. */
  readonly judged?: {
    readonly question: Question;
    readonly observation: Observation;
    /** Where counts are only bounded: their harshest reading; `observation` is the kindest. */
    readonly harshest?: Observation;
    readonly judgement: Judgement;
    readonly queriesSent: readonly string[];
  };
}

/** Takes note of measurements; must neither throw nor wait, so that it can never delay a verdict. */
export interface Recorder {
  record(measurement: Measurement): void;
}
