import type { UsedMetric } from './check-use.ts';
import type { AnalysisUse } from './rollout-view.ts';

/** An analysis with what of it asks Burngate. */
export interface Judged {
  readonly use: AnalysisUse;
  readonly used: readonly UsedMetric[];
  /** False: it has metrics of others, or templates that are not known. */
  readonly isOnlyOurs: boolean;
}
