import type { Cohort } from '../../src/core/counts.ts';
import type { DurationMs, EpochMs } from '../../src/core/units.ts';

/** Bucket starts, by cohort. */
export type Buckets = ReadonlyMap<Cohort, ReadonlySet<EpochMs>>;

/**
 * Which buckets of a cumulative metric are no counts. ALIGN_DELTA fills a period without points by interpolation
 * (common.proto), so a value alone does not say that anybody measured. A bucket falls if nobody reported in it, and
 * so does the one after such a bucket: a share of its events went to the empty one, and no one knows which. Whether
 * a bucket falls depends on it and the one before alone, so that every window gives the same answer.
 *
 * @param valued buckets with an aligned value  @param reported buckets in which something was really written
 */
export function isInterpolated(
  valued: Buckets,
  reported: Buckets,
  bucketMs: DurationMs,
): (cohort: Cohort, bucket: EpochMs) => boolean {
  const isFilled = (cohort: Cohort, bucket: EpochMs): boolean =>
    valued.get(cohort)?.has(bucket) === true && reported.get(cohort)?.has(bucket) !== true;
  return (cohort, bucket) => isFilled(cohort, bucket) || isFilled(cohort, bucket - bucketMs);
}

/** The bucket that a point belongs to: a period includes its end, not its start. */
export function bucketOf(end: EpochMs, bucketMs: DurationMs): EpochMs {
  return Math.ceil(end / bucketMs) * bucketMs - bucketMs;
}
