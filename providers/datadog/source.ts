import type { Role } from '../../src/core/counts.ts';
import type { CountsRequest, Fetched } from '../../src/core/provider.ts';
import type { DatadogQuery } from './query-model.ts';
import type { Tally } from './tally.ts';

/** What the sources of one request have in common. */
export interface SourceAsk {
  readonly request: CountsRequest<DatadogQuery>;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** What a source tells besides its counts. */
export interface SourceReport {
  readonly complete: Fetched['complete'];
  readonly queriesSent: readonly string[];
  readonly notes: readonly string[];
}

/** The queries of one kind, with the role each answers. */
export type RoleQuery<Query> = readonly [role: Role, query: Query];

export function joinReports(reports: readonly SourceReport[]): SourceReport {
  return {
    complete: reports.find(({ complete }) => complete !== true)?.complete ?? true,
    queriesSent: [...new Set(reports.flatMap(({ queriesSent }) => queriesSent))],
    notes: [...new Set(reports.flatMap(({ notes }) => notes))],
  };
}
