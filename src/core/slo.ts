import type { Role } from './counts.ts';
import type { PolicyOverrides } from './policy.ts';
import type { DurationMs, EpochMs, Ratio } from './units.ts';

/** One query of an SLI, understood by the provider it names. */
export interface SourceQuery {
  /** Registered provider name. */
  readonly provider: string;
  /** The provider's own parsed query. */
  readonly query: unknown;
}

/** Two of good, bad and total; bad/total where all three are given. */
export type Indicator =
  | { readonly kind: 'bad-total'; readonly bad: SourceQuery; readonly total: SourceQuery }
  | { readonly kind: 'good-total'; readonly good: SourceQuery; readonly total: SourceQuery };

/** Minutes, hours, days, weeks, months, quarters, years. */
export type CalendarUnit = 'm' | 'h' | 'd' | 'w' | 'M' | 'Q' | 'Y';

/** How time slices are counted, where the budgeting method counts them. */
export interface Slices {
  readonly window: DurationMs;
  /** Share of good events from which a slice is good; absent with RatioTimeslices, which take the share itself. */
  readonly target?: Ratio;
}

/** A page elsewhere, its address a template over `${hash}`, `${group}`, `${rollout}`, `${namespace}`, `${from}`, `${to}`. */
export interface SloLink {
  readonly name: string;
  readonly template: string;
}

/** The compliance span over which the error budget is counted. */
export type TimeWindow =
  | { readonly kind: 'rolling'; readonly duration: DurationMs }
  | {
      readonly kind: 'calendar';
      /** Nominal: a month counts as 30 days; what a period really spans follows from `count` and `unit`. */
      readonly duration: DurationMs;
      readonly count: number;
      readonly unit: CalendarUnit;
      /** Wall clock in the time zone, `2026-01-01 00:00:00`. */
      readonly start: string;
      readonly timeZone: string;
    };

/** `value` is a template over `${hash}` and `${rollout}`. */
export interface CohortRule {
  readonly label?: string;
  readonly value: string;
  readonly match: 'exact' | 'prefix' | 'suffix';
}

export interface Slo {
  readonly name: string;
  readonly service: string;
  readonly displayName?: string;
  readonly description?: string;
  /** Objective as a ratio in [0, 1). */
  readonly target: Ratio;
  readonly timeWindow: TimeWindow;
  readonly budgetingMethod: 'Occurrences' | 'Timeslices' | 'RatioTimeslices';
  /** Set unless the method is Occurrences. */
  readonly slices?: Slices;
  readonly indicator: Indicator;
  /** Policy defaults of this SLO (annotations `burngate.io/policy.*`). */
  readonly policy: PolicyOverrides;
  readonly cohort?: CohortRule;
  /** Label whose values are the groups. */
  readonly breakdown?: string;
  /** Label that names the pod, where the canary's pods are to be told apart. */
  readonly podLabel?: string;
  /** False: judged and listed, but never decides. */
  readonly required: boolean;
  /** 'global': the source has no namespaces or clusters, and that is meant. */
  readonly scope: 'rollout' | 'global';
  /** Overrides what the provider says. */
  readonly settlingLag?: DurationMs;
  readonly bucketMs: DurationMs;
  readonly maintenance: readonly { readonly start: EpochMs; readonly end: EpochMs }[];
  /** Logs and traces that reports lead to. */
  readonly links?: readonly SloLink[];
  /** Where it was read. */
  readonly origin: { readonly file: string; readonly line: number };
}

/** Share of events that may be bad. */
export function errorBudget(slo: Pick<Slo, 'target'>): Ratio {
  return 1 - slo.target;
}

/** The queries of an indicator by role. */
export function queriesOf(indicator: Indicator): Partial<Record<Role, SourceQuery>> {
  switch (indicator.kind) {
    case 'bad-total':
      return { bad: indicator.bad, total: indicator.total };
    case 'good-total':
      return { good: indicator.good, total: indicator.total };
  }
}
