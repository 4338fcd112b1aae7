import { cohortMatch, scopeOf } from '../analysis/cohort.ts';
import { settlingLag } from '../analysis/ask-providers.ts';
import { releaseBuckets } from '../analysis/release-buckets.ts';
import type { AnalysisRequest } from '../analysis/request.ts';
import type { Bucket, Cohort } from '../core/counts.ts';
import type { AnyProvider } from '../core/provider.ts';
import type { Slo } from '../core/slo.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import { alignDown } from '../core/window.ts';
import { readCounts } from '../recording/read-counts.ts';
import { BucketFeed } from './bucket-feed.ts';
import { progressBar } from './progress.ts';

/** Takes buckets of the grid, oldest first. */
export type TakeBucket = (bucket: Bucket, grouped: boolean) => void;

export interface CountsSource {
  readonly file: string;
  readonly bucketMs: DurationMs;
  readonly exclude: readonly string[];
  /** How the cohorts are called in the file; others are left out where these are not canary and stable. */
  readonly canary: string;
  readonly stable: string;
}

/** Reads a file of counts and hands on its buckets, holding one at a time. Throws `RecordingError`. */
export async function readBuckets(source: CountsSource, take: TakeBucket): Promise<void> {
  const { file, bucketMs, exclude, canary, stable } = source;
  const bar = progressBar('read');
  const feed = new BucketFeed(bucketMs, exclude, take);
  const format = /\.(jsonl|ndjson)(\.gz)?$/.test(file) ? 'jsonl' : 'csv';
  // Hashes belong to a file with several releases; with the plain names another one is a mistake.
  const cohorts = canary === 'canary' && stable === 'stable' ? { cohorts: ['canary', 'stable'] } : {};
  await readCounts(file, format, { onProgress: bar.onProgress, ...cohorts }, (row) => {
    const side: Cohort | null = row.cohort === canary ? 'canary' : row.cohort === stable ? 'stable' : null;
    if (side === null) return;
    const { time, good, bad, group, pod } = row;
    const labels = { ...(group === undefined ? {} : { group }), ...(pod === undefined ? {} : { pod }) };
    feed.push({ time, cohort: side, events: { good, bad }, ...labels });
  });
  feed.end();
  bar.end();
}

export interface ProviderSource {
  readonly slo: Slo;
  readonly exclude: readonly string[];
  readonly request: AnalysisRequest;
  /** False: only stable's counts are wanted, and only of the span itself. */
  readonly withCanary: boolean;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly providers: ReadonlyMap<string, AnyProvider>;
  /** Our own clock: what has not settled by it is left out. */
  readonly now: EpochMs;
}

/** Counts of a past release as a provider remembers them, with the look-back that analyses had. */
export async function fetchBuckets(
  { slo, exclude, request, withCanary, from, to, providers, now }: ProviderSource,
  lag: DurationMs,
  signal: AbortSignal,
  take: TakeBucket,
): Promise<readonly string[]> {
  const { canary, stable, rollout } = request;
  const settled = alignDown(now - lag, slo.bucketMs);
  const notes = new Set<string>();
  if (settled < to)
    notes.add(`counts after ${new Date(settled).toISOString()} have not settled yet and are left out`);
  const bar = progressBar('fetched', 'pieces');
  const ask = {
    slo,
    exclude,
    cohorts: {
      canary: withCanary ? cohortMatch(slo, canary, rollout) : null,
      stable: stable === null ? null : cohortMatch(slo, stable, rollout),
    },
    scope: scopeOf(slo, request, undefined),
    from,
    to: Math.min(to, settled),
    lookBack: withCanary,
  };
  const progress = {
    onPiece: bar.onProgress,
    onNotes: (found: readonly string[]): void => {
      for (const note of found) notes.add(note);
    },
  };
  for await (const buckets of releaseBuckets(ask, providers, signal, progress)) {
    for (const bucket of buckets) take(bucket, slo.breakdown !== undefined);
  }
  bar.end();
  return [...notes];
}

/** The settling lag that the SLO's analyses work with. */
export async function lagOf(
  { slo, providers }: Pick<ProviderSource, 'slo' | 'providers'>,
  signal: AbortSignal,
): Promise<DurationMs> {
  return settlingLag(slo, providers, signal);
}
