import { assemble, isBounded } from '../core/assemble.ts';
import type { Bucket, Cohort } from '../core/counts.ts';
import type { AnyProvider, CohortMatch, Scope } from '../core/provider.ts';
import type { Slo } from '../core/slo.ts';
import type { EpochMs } from '../core/units.ts';
import { alignDown, LOOK_BACK, pieces } from '../core/window.ts';
import { fetchAll, podsIn } from './fetch-all.ts';

const BOUNDED =
  'some counts are bounds: the reading that is kindest to the canary is replayed, where the service says counts-bounded if the harshest differs';

/** A past release as its providers remember it. */
export interface ReleaseAsk {
  readonly slo: Slo;
  /** Groups left out, by policy. */
  readonly exclude: readonly string[];
  readonly cohorts: Readonly<Record<Cohort, CohortMatch | null>>;
  readonly scope: Scope;
  /** The release; the look-back before it comes as well where `lookBack` is set. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly lookBack: boolean;
}

export interface ReleaseProgress {
  readonly onPiece: (done: number, all: number) => void;
  readonly onNotes: (notes: readonly string[]) => void;
}

/**
 * The buckets of a release, oldest first, one piece at a time, so that memory does not grow with its length.
 * Throws `ProviderError`.
 */
export async function* releaseBuckets(
  { slo, exclude, cohorts, scope, from, to, lookBack }: ReleaseAsk,
  providers: ReadonlyMap<string, AnyProvider>,
  signal: AbortSignal,
  progress: ReleaseProgress,
): AsyncGenerator<readonly Bucket[]> {
  const { bucketMs } = slo;
  const start = alignDown(lookBack ? from - LOOK_BACK : from, bucketMs);
  const cut = pieces({ start, end: alignDown(to, bucketMs), bucketMs }).toReversed();
  for (const [done, piece] of cut.entries()) {
    progress.onPiece(done, cut.length);
    const fetched = await fetchAll({ slo, cohorts, scope }, piece, providers, signal);
    const { buckets, notes } = assemble(
      piece,
      fetched.flatMap((each) => each.series),
      {
        grouped: slo.breakdown !== undefined,
        exclude,
        counted: slo.indicator.kind === 'good-total' ? 'good' : 'bad',
        ...podsIn(fetched),
      },
    );
    const bounded = fetched.some(({ series }) => isBounded(series)) ? [BOUNDED] : [];
    progress.onNotes([...fetched.flatMap((each) => each.notes), ...notes, ...bounded]);
    const settled = Math.min(Infinity, ...fetched.flatMap((each) => each.settledUntil ?? []));
    yield buckets.filter(({ time }) => time < settled);
  }
}
