import type { Role } from './counts.ts';
import type { Slo } from './slo.ts';

/** What a provider is asked for a cheaper way to the same counts: one SLO and those of its queries that are its own. */
export interface AdviceAsk<Query> {
  readonly slo: Slo;
  readonly queries: Readonly<Partial<Record<Role, Query>>>;
}

/** How the counts of an SLO can be had from a source that costs less to ask. */
export interface Advice {
  /** To be run once, in a shell. */
  readonly commands: readonly { readonly name: string; readonly text: string }[];
  /** What the roles' `metricSource` becomes. */
  readonly sources: Readonly<Partial<Record<Role, { readonly type: string; readonly spec: object }>>>;
  /** Annotations of the SLO that change; null: to be left out. */
  readonly annotations: Readonly<Record<string, string | null>>;
  /** What the reader should know: what it costs, what is different. */
  readonly notes: readonly string[];
}
