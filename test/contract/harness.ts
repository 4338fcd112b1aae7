import type { Role } from '../../src/core/counts.ts';
import type { AnyProvider, CohortMatch, CountsRequest, Scope } from '../../src/core/provider.ts';
import { HASHES, WINDOW, type TruthRow } from './truth.ts';

/** A provider over a source that holds the truth, and how to ask it. */
export interface ContractSession {
  readonly provider: AnyProvider;
  readonly queries: Readonly<Record<Role, unknown>>;
  /** How a hash is matched in this source's labels. */
  readonly cohort: (hash: string) => CohortMatch;
  readonly scope: Scope;
  readonly groupBy: string;
  /** Label of the pod, where the source can tell pods apart. */
  readonly podLabel?: string;
  /** How the source writes a group, where it cannot keep every character. */
  readonly groupName?: (group: string) => string;
  /** False: the source holds events only (logs), so a zero that was measured cannot be told from no data. */
  readonly keepsZeros?: false;
  /** Stops servers and deletes files; called once, after the provider was closed. */
  release(): Promise<void>;
}

export interface ContractHarness {
  readonly name: string;
  /** Serves these counts; `release` ends what this starts. */
  open(truth: readonly TruthRow[]): Promise<ContractSession>;
  /** The same provider, its source out of reach. */
  openBroken(): Promise<ContractSession>;
}

/** What differs from the usual question: canary against stable, every role, no groups, the whole window. */
export type Ask = Partial<CountsRequest<unknown>> & { readonly canary?: string; readonly stable?: string };

export function requestOf(session: ContractSession, { canary, stable, ...ask }: Ask): CountsRequest<unknown> {
  const { queries, scope } = session;
  const cohorts = {
    canary: session.cohort(canary ?? HASHES.canary),
    stable: session.cohort(stable ?? HASHES.stable),
  };
  return { queries, scope, cohorts, window: WINDOW, ...ask };
}
