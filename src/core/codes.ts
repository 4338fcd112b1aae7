import type { ProviderFault } from './errors.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** Why counts cannot be judged: row 1 of the law. */
export type ObstacleCode =
  | 'settling'
  | 'no-data'
  | 'stale-data'
  | 'clock-skew'
  | 'partial'
  | 'coverage'
  | 'idle' // a pass where the policy says so
  | 'canary-silent'
  | 'traffic-missing'
  | 'traffic-excess'
  | 'no-baseline';

/** What `decide` answers. */
export type JudgementCode =
  | ObstacleCode
  | 'harm-proven'
  | 'group-harm-proven'
  | 'no-harm'
  | 'worse-within-budget'
  | 'proven-safe'
  | 'proven-not-worse'
  | 'shared-degradation'
  | 'unproven'
  | 'harm-suspected'
  | 'baking'
  | 'too-few-events'
  | 'counts-bounded'; // only bounds are known, and they disagree (bounds.ts)

/** What a request can come to before there are counts to judge. */
export type RequestCode =
  | 'invalid-request'
  | 'unauthenticated'
  | 'forbidden'
  | 'overloaded'
  | 'deadline'
  | 'internal'
  | ProviderFault;

export type PreflightCode = 'preflight-ok' | 'no-data' | 'no-stable-events';

/** Everything a verdict can be for. A closed set, listed for users in docs/codes.md. */
export type ReasonCode = JudgementCode | RequestCode | PreflightCode;
