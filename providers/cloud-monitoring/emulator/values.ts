import type { RawValue } from './model.ts';

/** Componentwise; histograms of one metric share their bounds. */
export function combine(a: RawValue, b: RawValue, how: (a: number, b: number) => number): RawValue {
  if (typeof a === 'number' && typeof b === 'number') return how(a, b);
  if (typeof a === 'number' || typeof b === 'number') throw new TypeError('a number and a histogram');
  const length = Math.max(a.counts.length, b.counts.length);
  const counts = Array.from({ length }, (_, index) => how(a.counts[index] ?? 0, b.counts[index] ?? 0));
  return { bounds: a.bounds, counts };
}

export function map(value: RawValue, how: (count: number) => number): RawValue {
  return typeof value === 'number' ? how(value) : { bounds: value.bounds, counts: value.counts.map(how) };
}

/** google.monitoring.v3.TypedValue. Trailing empty buckets are left out, as the API does. */
export function typedValue(value: RawValue, valueType: string): object {
  if (typeof value !== 'number') {
    const last = value.counts.findLastIndex((count) => count > 0);
    const bucketCounts = value.counts.slice(0, last + 1).map(String);
    const count = String(value.counts.reduce((sum, each) => sum + each, 0));
    return {
      distributionValue: {
        count,
        bucketCounts,
        bucketOptions: { explicitBuckets: { bounds: value.bounds } },
      },
    };
  }
  if (valueType === 'INT64') return { int64Value: String(Math.round(value)) };
  return valueType === 'STRING' ? { stringValue: String(value) } : { doubleValue: value };
}
