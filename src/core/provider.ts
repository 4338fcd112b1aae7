import type { Advice, AdviceAsk } from './advice.ts';
import type { Cohort, Role } from './counts.ts';
import type { ProviderFault } from './errors.ts';
import type { Parsed } from './parsed.ts';
import type { DurationMs, EpochMs } from './units.ts';
import type { Window } from './window.ts';

/** How one cohort is recognised in the provider's labels. */
export interface CohortMatch {
  /** The pod-template-hash that Argo handed over. */
  readonly hash: string;
  /** Label to compare; absent: the provider's own default for the resource. */
  readonly label?: string;
  /** What the label is compared with: the template of the SLO filled in, or the hash. */
  readonly value: string;
  /** 'any': every event whatever its release; only reports ask so, and then of one cohort alone. */
  readonly match: 'exact' | 'prefix' | 'suffix' | 'any';
}

/** The whole service, whatever the release: the stable side of a report's request. */
export const EVERY_RELEASE: CohortMatch = { hash: '', value: '', match: 'any' };

/**
 * Where the same hash could live twice: staging, another cluster. A source that cannot filter by what is
 * set here throws `invalid-scope`; for an SLO of scope "global" namespace and cluster are never set.
 */
export interface Scope {
  readonly namespace?: string;
  readonly cluster?: string;
  readonly rollout?: string;
}

/** Everything one SLO needs of one provider. */
export interface CountsRequest<Query> {
  /** The roles that this provider answers; the others come from another provider. */
  readonly queries: Readonly<Partial<Record<Role, Query>>>;
  readonly cohorts: Readonly<Record<Cohort, CohortMatch | null>>;
  readonly scope: Scope;
  /** Breakdown label; absent: no groups. */
  readonly groupBy?: string;
  /** Label that names the pod, where the SLO wants the canary's pods told apart; see `Fetched.podSplit`. */
  readonly podLabel?: string;
  readonly window: Window;
  /** Counts before this time no longer change, by the SLO's own settling lag: only they may be kept. */
  readonly settledBefore?: EpochMs;
  /** That settling lag itself. */
  readonly settlingLag?: DurationMs;
}

/** One line of counts. A bucket without a point is absent, never zero. */
export interface Series {
  readonly role: Role;
  readonly cohort: Cohort;
  /** Value of the breakdown label; absent where the request had no `groupBy`. */
  readonly group?: string;
  /** [bucket start, events]: aligned to the window's grid, inside it, each start at most once, finite, not negative. */
  readonly points: Points;
  /**
   * Where the source knows bounds only (a latency threshold inside a histogram's bucket, a page limit): `points` is
   * then the least each bucket can hold, this the most, at the same times; Infinity: as many as the total. Never of
   * a total.
   */
  readonly atMost?: Points;
}

/** [bucket start, events] */
export type Points = readonly (readonly [EpochMs, number])[];

/** The canary's counts of one pod; over all pods they sum to the canary's series of the same role (and group). */
export interface PodSeries {
  readonly role: Role;
  readonly pod: string;
  readonly group?: string;
  readonly points: Points;
}

/** A provider's answer; failures are thrown as `ProviderError`. */
export interface Fetched {
  readonly series: readonly Series[];
  /** The canary by pod, where `podLabel` was asked for, or where the source tells pods apart at no cost. */
  readonly podSplit?: readonly PodSeries[];
  /** False: something is missing inside the window for the reason named; nothing of it may be judged. */
  readonly complete: true | { readonly missing: string };
  /** Counts before this time no longer change, where the provider can tell. */
  readonly settledUntil?: EpochMs;
  /** The exact queries sent, for the record. Never secrets. */
  readonly queriesSent: readonly string[];
  /** What a reader should know of the input: "14 of 10,000 lines were not understood". */
  readonly notes: readonly string[];
  /** Where settled counts are held between looks: lets a reader keep what it made of earlier answers. */
  readonly held?: HeldCounts;
}

/** Which counts of an answer were there before. `series` and `podSplit` of such an answer are made when they are read. */
export interface HeldCounts {
  /**
   * The same number in two answers to the same request (all but its window) says that the counts of this bucket are
   * the same; undefined says nothing.
   */
  stampOf(time: EpochMs): number | undefined;
  /** The counts of [start, end). */
  between(start: EpochMs, end: EpochMs): Pick<Fetched, 'series' | 'podSplit'>;
  /** Whether some counts are bounds only. */
  readonly bounded: boolean;
}

export type AccessReport =
  | { readonly ok: true; readonly detail: string }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

/** The port: what the judge asks of a metrics store. Four methods at most. */
export interface MetricsProvider<Query> {
  /** All roles, cohorts and groups of one SLO in as few calls as the API allows. */
  fetchCounts(request: CountsRequest<Query>, signal: AbortSignal): Promise<Fetched>;
  /** Age from which the counts of these queries no longer change. */
  settlingLag(queries: CountsRequest<Query>['queries'], signal: AbortSignal): Promise<DurationMs>;
  /** Asks the real thing whether we may read what these queries need. */
  checkAccess(queries: CountsRequest<Query>['queries'], signal: AbortSignal): Promise<AccessReport>;
  /** Releases connections, timers and files. */
  close(): Promise<void>;
}

/** What a provider tells of its calls; becomes metrics, so `budget` names come from configuration, never from callers. */
export interface ProviderMeter {
  /** One call of the provider's API has ended: 'ok' or the fault's code. `budget`: the project or organisation it counts against. */
  apiCall(call: {
    readonly budget: string;
    readonly outcome: 'ok' | ProviderFault | 'aborted';
    readonly points?: number;
  }): void;
  /** Calls left of a rate budget. */
  budgetLeft(budget: string, calls: number): void;
}

export interface ProviderDeps {
  /** The process environment: credentials and endpoints. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => EpochMs;
  readonly log: { warn(fields: object, message: string): void };
  readonly meter: ProviderMeter;
}

/** One setting of a provider, for `serve --help`, the documentation and error messages. */
export interface SettingHelp {
  readonly env: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** What a provider folder exports; the registry holds one line for each. */
export interface ProviderDefinition<Query, Settings> {
  /** The value of OpenSLO's `metricSource.type`, lower case. */
  readonly name: string;
  /** One sentence for help texts. */
  readonly summary: string;
  readonly settings: readonly SettingHelp[];
  /** Reads files of this machine: nothing to cache, to limit or to retry. */
  readonly local?: true;
  /** From the environment; a value, or all issues at once. */
  parseSettings(env: Readonly<Record<string, string | undefined>>): Parsed<Settings>;
  /** From `metricSource.spec`; `baseDir` is the folder of the SLO file, for relative paths. */
  parseQuery(raw: unknown, context: { readonly role: Role; readonly baseDir: string }): Parsed<Query>;
  /** A cheaper way to the same counts, worked out offline; null: there is none for these queries. */
  advise?(ask: AdviceAsk<Query>): Advice | null;
  /** Imports the SDK and connects; called once, when an SLO uses this provider. */
  open(settings: Settings, deps: ProviderDeps): Promise<MetricsProvider<Query>>;
}

/** A definition whose types are its own affair: what travels through registry, config and analysis. */
export type AnyProviderDefinition = ProviderDefinition<unknown, unknown>;
export type AnyProvider = MetricsProvider<unknown>;
