import type { Policy } from '../core/policy.ts';
import type { AnyProvider } from '../core/provider.ts';
import type { Recorder } from '../core/recorder.ts';
import type { Slo } from '../core/slo.ts';
import type { EpochMs } from '../core/units.ts';
import type { BucketMemo } from './bucket-memo.ts';
import type { Catalog } from './catalog.ts';
import type { AnalysisRequest } from './request.ts';
import type { TrialMemo } from './trial-memo.ts';

/** What analyses need of the world; handed in by the composition root. */
export interface AnalysisDeps {
  readonly catalog: Catalog;
  readonly providers: ReadonlyMap<string, AnyProvider>;
  readonly clock: () => EpochMs;
  readonly recorder: Recorder;
  /** What earlier looks have made; never needed for a verdict, only for its speed. */
  readonly memos: { readonly buckets: BucketMemo; readonly trials: Pick<TrialMemo, 'decide'> };
  /** Cluster of requests that name none. */
  readonly cluster: string | undefined;
  /** Prefix of report links, without a trailing slash; '' gives paths. */
  readonly publicUrl: string;
  /** Told of what nobody foresaw; the answer is inconclusive all the same. */
  readonly onFault: (error: unknown) => void;
}

/** Everything one SLO's part of a request needs. */
export interface SloAsk {
  readonly slo: Slo;
  readonly policy: Policy;
  readonly request: AnalysisRequest;
  /** As of when. */
  readonly now: EpochMs;
  readonly analysis: string;
}
