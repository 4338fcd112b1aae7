import { z } from 'zod';
import type { EpochMs } from '../../src/core/units.ts';

export type Labels = Readonly<Record<string, string>>;

/** One series as the API gives it; `values` and `histograms` are [time, value] in ascending order of time. */
export interface RawSeries {
  readonly labels: Labels;
  readonly values: readonly (readonly [EpochMs, number])[];
  readonly histograms: readonly (readonly [EpochMs, NativeHistogram])[];
}

export interface NativeHistogram {
  readonly count: number;
  readonly buckets: readonly HistogramBucket[];
}

/** `leftClosed`: an observation equal to `left` is inside. */
export interface HistogramBucket {
  readonly left: number;
  readonly right: number;
  readonly leftClosed: boolean;
  readonly count: number;
}

export interface ApiAnswer {
  readonly resultType: 'matrix' | 'vector';
  readonly series: readonly RawSeries[];
  /** What a server that asked others did not get from them. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** What the answer is instead of what the API promises. */
export class NotAnAnswer extends Error {}

const texts = z.array(z.string()).nullish();
const envelope = z.object({
  status: z.literal('success'),
  data: z.object({ resultType: z.enum(['matrix', 'vector']), result: z.array(z.unknown()) }),
  warnings: texts,
  infos: texts,
  isPartial: z.boolean().nullish(),
});

/**
 * Reads the body of /api/v1/query and /api/v1/query_range. Throws `NotAnAnswer`. The samples are checked by hand: a
 * schema would take longer for a million of them than the server.
 * https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function parseAnswer(body: string): ApiAnswer {
  const parsed = envelope.safeParse(parseJson(body));
  if (!parsed.success)
    throw new NotAnAnswer(`JSON without ${parsed.error.issues[0]?.path.join('.') ?? 'data'}`);
  const { data, warnings, infos, isPartial } = parsed.data;
  const said = warnings ?? [];
  // Servers of 2.48 to 3.0 put remarks on the expression beside real warnings.
  const [remarks, real] = [said.filter(isRemark), said.filter((text) => !isRemark(text))];
  return {
    resultType: data.resultType,
    series: data.result.map((each) => seriesOf(each)),
    warnings: isPartial === true && real.length === 0 ? ['a partial answer'] : real,
    infos: [...(infos ?? []), ...remarks],
  };
}

function isRemark(text: string): boolean {
  return text.startsWith('PromQL info:');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not even the start of it is shown: it may be anybody's page.
    throw new NotAnAnswer(
      body.trimStart().startsWith('<') ? 'a page of HTML' : 'no JSON, or only a part of it',
    );
  }
}

function seriesOf(raw: unknown): RawSeries {
  const { metric, value, values, histogram, histograms } = fieldsOf(raw);
  const labels = fieldsOf(metric);
  for (const text of Object.values(labels)) if (typeof text !== 'string') throw new NotAnAnswer('odd labels');
  const samples = value === undefined ? listOf(values) : [value];
  const distributions = histogram === undefined ? listOf(histograms) : [histogram];
  return {
    labels: labels as Labels,
    values: ascending(samples.map((each) => timed(each, numberOf))),
    histograms: ascending(distributions.map((each) => timed(each, histogramOf))),
  };
}

function timed<T>(raw: unknown, read: (raw: unknown) => T): readonly [EpochMs, T] {
  const [time, value] = listOf(raw);
  if (typeof time !== 'number' || !Number.isFinite(time)) throw new NotAnAnswer('a sample without a time');
  return [Math.round(time * 1000), read(value)];
}

function ascending<T>(points: (readonly [EpochMs, T])[]): (readonly [EpochMs, T])[] {
  for (let index = 1; index < points.length; index += 1) {
    if ((points[index]?.[0] ?? 0) <= (points[index - 1]?.[0] ?? 0))
      throw new NotAnAnswer('samples out of order');
  }
  return points;
}

function histogramOf(raw: unknown): NativeHistogram {
  const { count, buckets } = fieldsOf(raw);
  return { count: numberOf(count), buckets: listOf(buckets).map((bucket) => bucketOf(bucket)) };
}

/** [boundary rule, left, right, count]; rules 1 and 3 include the left edge. */
function bucketOf(raw: unknown): HistogramBucket {
  const [rule, left, right, count] = listOf(raw);
  return {
    left: numberOf(left),
    right: numberOf(right),
    count: numberOf(count),
    leftClosed: rule === 1 || rule === 3,
  };
}

/** A number in a text, as Go prints it. */
function numberOf(raw: unknown): number {
  if (typeof raw !== 'string' || raw.trim() === '') throw new NotAnAnswer('a sample without a value');
  if (/^[+-]?Inf$/.test(raw)) return raw.startsWith('-') ? -Infinity : Infinity;
  if (raw === 'NaN') return Number.NaN;
  const value = Number(raw);
  if (Number.isNaN(value)) throw new NotAnAnswer('a sample whose value is no number');
  return value;
}

function fieldsOf(raw: unknown): Readonly<Record<string, unknown>> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new NotAnAnswer('an odd series');
  return raw as Readonly<Record<string, unknown>>;
}

function listOf(raw: unknown): readonly unknown[] {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) throw new NotAnAnswer('an odd list');
  return raw;
}
