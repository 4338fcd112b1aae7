import { askedOf, providerFor } from '../../analysis/ask-providers.ts';
import { assemble, isBounded } from '../../core/assemble.ts';
import { ProviderError } from '../../core/errors.ts';
import { EVERY_RELEASE, type AnyProvider, type Fetched, type Scope } from '../../core/provider.ts';
import type { Slo } from '../../core/slo.ts';
import type { EpochMs } from '../../core/units.ts';
import type { Window } from '../../core/window.ts';
import { cellOf, type Cell } from './cell.ts';

export interface ReadCells {
  readonly cells: readonly Cell[];
  readonly settledUntil: EpochMs;
  readonly queriesSent: readonly string[];
  readonly notes: readonly string[];
}

export interface CellSource {
  readonly providers: ReadonlyMap<string, AnyProvider>;
  readonly scope: Scope;
}

const MOST_BAD = 'the source knows bounds only: as many events count as bad as can have been';

/** The whole service's counts of a window, whatever the release. Throws `ProviderError`. */
export async function readCells(
  slo: Slo,
  window: Window,
  { providers, scope }: CellSource,
  signal: AbortSignal,
): Promise<ReadCells> {
  const cohorts = { canary: null, stable: EVERY_RELEASE };
  const fetched = await Promise.all(
    askedOf(slo).map(async ([name, queries]) =>
      providerFor(name, providers).fetchCounts({ queries, cohorts, scope, window }, signal),
    ),
  );
  for (const answer of fetched) refuseIncomplete(answer);
  const series = fetched.flatMap((answer) => answer.series);
  const bounded = isBounded(series);
  // Read as "kindest", which gives stable, and so the whole service here, the most bad events it can have had.
  const { buckets, notes } = assemble(window, series, {
    grouped: false,
    exclude: [],
    counted: slo.indicator.kind === 'good-total' ? 'good' : 'bad',
  });
  return {
    cells: buckets.map((bucket) => cellOf(bucket, window.bucketMs, slo.slices)),
    settledUntil: Math.min(Infinity, ...fetched.flatMap(({ settledUntil }) => settledUntil ?? [])),
    queriesSent: fetched.flatMap(({ queriesSent }) => queriesSent),
    notes: [...(bounded ? [MOST_BAD] : []), ...notes, ...fetched.flatMap((answer) => answer.notes)],
  };
}

function refuseIncomplete({ complete }: Fetched): void {
  if (complete === true) return;
  throw new ProviderError({
    code: 'provider-garbled',
    message: `the provider's answer is incomplete: ${complete.missing}`,
    remedy: 'ask again later',
    retryable: true,
  });
}
