import type { EpochMs } from '../../src/core/units.ts';
import type { Labels, NativeHistogram, RawSeries } from './answer.ts';
import { notCounter } from './fault.ts';
import { seriesKey, type Sample, type Track } from './line.ts';

/** Edges of a classic histogram around the threshold; equal where the threshold is an edge. */
export interface Edges {
  /** null: nothing is known to be at or below the threshold. */
  readonly lower: number | null;
  /** null: everything may be. */
  readonly upper: number | null;
}

/** Counters as they are: all that the selector counts is of the role's kind. */
export function counterTracks(series: readonly RawSeries[], role: 'good' | 'bad' | 'total'): Track[] {
  return series.flatMap(({ labels, values }) => {
    const samples = values.flatMap(([time, value]) => {
      if (!isCount(value, labels)) return [];
      const inside = role === 'bad' ? 0 : value;
      return [{ time, all: value, low: inside, high: inside }];
    });
    return samples.length === 0 ? [] : [{ labels: bare(labels), samples }];
  });
}

/** The series of each classic histogram joined: `le="+Inf"` and those at the edges. */
export function classicTracks(series: readonly RawSeries[], edges: Edges): Track[] {
  const parts = new Map<string, { labels: Labels; byEdge: Map<number, RawSeries> }>();
  for (const each of series) {
    const labels = bare(each.labels);
    const key = seriesKey(labels);
    const part = parts.get(key) ?? { labels, byEdge: new Map<number, RawSeries>() };
    parts.set(key, part);
    part.byEdge.set(edgeOf(each.labels['le'] ?? ''), each);
  }
  return [...parts.values()].flatMap(({ labels, byEdge }) => {
    const whole = byEdge.get(Infinity);
    if (whole === undefined) return [];
    const low = readerOf(edges.lower, byEdge, () => 0);
    const high = readerOf(edges.upper, byEdge, (all) => all);
    const samples = whole.values.flatMap(([time, all]): Sample[] => {
      if (!isCount(all, labels)) return [];
      const [least, most] = [low(time, all), high(time, all)];
      // One scrape brings all buckets or none; half a histogram is none.
      if (least === null || most === null) return [];
      return [{ time, all, low: Math.min(least, all), high: Math.min(Math.max(least, most), all) }];
    });
    return samples.length === 0 ? [] : [{ labels, samples }];
  });
}

/** Native histograms; a bucket that the threshold cuts may lie on either side. */
export function nativeTracks(series: readonly RawSeries[], threshold: number): Track[] {
  return series.flatMap(({ labels, histograms }) => {
    const samples = histograms.flatMap(([time, histogram]) => {
      if (!isCount(histogram.count, labels)) return [];
      return [{ time, all: histogram.count, ...below(histogram, threshold) }];
    });
    return samples.length === 0 ? [] : [{ labels: bare(labels), samples }];
  });
}

/** Value of a `le` label; one edge may be spelt "1" and "1.0". */
export function edgeOf(le: string): number {
  return /^\+?Inf$/.test(le) ? Infinity : le.trim() === '' ? Number.NaN : Number(le);
}

function below({ count, buckets }: NativeHistogram, threshold: number): { low: number; high: number } {
  let [low, high] = [0, 0];
  for (const { left, right, leftClosed, count: inside } of buckets) {
    if (right <= threshold) low += inside;
    if (left < threshold || (leftClosed && left === threshold)) high += inside;
  }
  return { low: Math.min(low, count), high: Math.min(high, count) };
}

type At = (time: EpochMs, all: number) => number | null;

function readerOf(
  edge: number | null,
  byEdge: ReadonlyMap<number, RawSeries>,
  otherwise: (all: number) => number,
): At {
  const series = edge === null ? undefined : byEdge.get(edge);
  // A process with other buckets than the rest: only the outermost bounds hold for it.
  if (series === undefined) return (_, all) => otherwise(all);
  const values = new Map(series.values);
  return (time) => {
    const value = values.get(time);
    return value === undefined || !Number.isFinite(value) ? null : value;
  };
}

/** NaN and Inf are no counts and are left out, as a missed scrape would be. */
function isCount(value: number, labels: Labels): boolean {
  if (value < 0) throw notCounter(labels['__name__'] ?? 'The metric', value);
  return Number.isFinite(value);
}

function bare(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== '__name__' && name !== 'le'));
}
