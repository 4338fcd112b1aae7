import { z } from 'zod';
import { shown } from '../../src/core/parsed.ts';
import { wholeNumber } from './counts.ts';
import { garbled, rejected } from './garbled.ts';

/** How a histogram splits at a threshold. */
export interface Split {
  readonly count: number;
  /** Surely at or below the threshold. */
  readonly below: number;
  /** In the bucket that the threshold cuts: somewhere on either side. */
  readonly unsure: number;
  /** The edges of that bucket; null where the threshold is an edge itself. */
  readonly edges: readonly [lower: number, upper: number] | null;
}

const finite = z.number();
const schema = z.object({
  count: z.unknown(),
  bucketCounts: z.array(z.unknown()).nullish(),
  bucketOptions: z
    .object({
      explicitBuckets: z.object({ bounds: z.array(finite).nullish() }).nullish(),
      exponentialBuckets: z
        .object({ numFiniteBuckets: finite, growthFactor: finite, scale: finite })
        .nullish(),
      linearBuckets: z.object({ numFiniteBuckets: finite, width: finite, offset: finite }).nullish(),
    })
    .nullish(),
});

/** Thresholds and edges that differ by less are the same: exponential edges are computed, thresholds typed. */
const SAME = 1e-9;
/** More than any metric may have (200, for a distribution written by the API). */
const MAX_BUCKETS = 10_000;

/** The number of events in a distribution. */
export function distributionCount(value: unknown): number {
  return wholeNumber(distributionOf(value).count ?? 0);
}

/**
 * Splits at a threshold in the metric's own unit. Buckets hold their lower edge and not their upper one
 * (distribution.proto), so an event of exactly the threshold counts as above it: a latency limit of an SLO is one
 * of the edges in practice, and which side a single point falls on is below what is measured.
 */
export function splitAt(value: unknown, threshold: number): Split {
  const parsed = distributionOf(value);
  const count = wholeNumber(parsed.count ?? 0);
  const counts = (parsed.bucketCounts ?? []).map(wholeNumber);
  if (count === 0) return { count, below: 0, unsure: 0, edges: null };
  const edges = upperEdges(parsed.bucketOptions ?? {});
  if (edges === null || counts.length === 0)
    throw rejected('The distribution has no buckets, so nothing is known about a threshold.', REMEDY);
  const sum = counts.reduce((total, each) => total + each, 0);
  if (sum !== count || counts.length > edges.length + 1)
    throw garbled(`the buckets of a distribution hold ${String(sum)} of ${String(count)} values`);
  let below = 0;
  for (const [index, inBucket] of counts.entries()) {
    const lower = edges[index - 1] ?? -Infinity;
    const upper = edges[index] ?? Infinity;
    if (upper <= threshold || isSame(upper, threshold)) below += inBucket;
    else if (lower < threshold && !isSame(lower, threshold))
      return { count, below, unsure: inBucket, edges: [lower, upper] };
  }
  return { count, below, unsure: 0, edges: null };
}

const REMEDY =
  'Choose a metric with a histogram, or count events below the threshold in a counter of their own.';

function distributionOf(value: unknown): z.output<typeof schema> {
  const { value: name, distributionValue } = Object(value) as {
    value?: unknown;
    distributionValue?: unknown;
  };
  if (name !== 'distributionValue')
    throw garbled(`a value of the kind ${shown(name)} where a distribution was expected`);
  const parsed = schema.safeParse(distributionValue);
  if (!parsed.success) throw garbled('a distribution that is none');
  return parsed.data;
}

/** Upper edges of all buckets but the last, which has none. */
function upperEdges(
  options: NonNullable<z.output<typeof schema>['bucketOptions']>,
): readonly number[] | null {
  const { explicitBuckets: explicit, exponentialBuckets: exponential, linearBuckets: linear } = options;
  if (explicit?.bounds != null && explicit.bounds.length > 0) return explicit.bounds;
  if (exponential != null)
    return edgesOf(
      exponential.numFiniteBuckets,
      (index) => exponential.scale * exponential.growthFactor ** index,
    );
  if (linear != null)
    return edgesOf(linear.numFiniteBuckets, (index) => linear.offset + linear.width * index);
  return null;
}

function edgesOf(finiteBuckets: number, edge: (index: number) => number): readonly number[] {
  if (!Number.isInteger(finiteBuckets) || finiteBuckets < 0 || finiteBuckets > MAX_BUCKETS)
    throw garbled(`a distribution of ${String(finiteBuckets)} buckets`);
  return Array.from({ length: finiteBuckets + 1 }, (_, index) => edge(index));
}

function isSame(a: number, b: number): boolean {
  return Number.isFinite(a) && Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
}
