import { z } from 'zod';
import type { EpochMs } from '../../src/core/units.ts';
import type { SeriesLabels } from './fields.ts';
import { garbled } from './garbled.ts';

/** One series of an answer, its points oldest first. */
export interface TimeSeries {
  readonly labels: SeriesLabels;
  readonly points: readonly TimePoint[];
}

export interface TimePoint {
  /** A point belongs to the period that ends with it, its end included. */
  readonly end: EpochMs;
  /** google.monitoring.v3.TypedValue, as it came. */
  readonly value: unknown;
}

interface Page {
  readonly timeSeries: readonly TimeSeries[];
  readonly executionErrors: readonly string[];
  readonly nextPageToken: string;
  readonly unit: string;
}

const labels = z.record(z.string(), z.string()).nullish();
const text = z.string().nullish();
/** google.protobuf.Struct: system labels may also be booleans and lists, which are no groups. */
const struct = z
  .object({ fields: z.record(z.string(), z.object({ stringValue: text })).nullish() })
  .nullish();
const seriesSchema = z.object({
  metric: z.object({ labels }).nullish(),
  resource: z.object({ labels }).nullish(),
  metadata: z.object({ userLabels: labels, systemLabels: struct }).nullish(),
  points: z.array(z.unknown()).nullish(),
});
const pageSchema = z.object({
  timeSeries: z.array(seriesSchema).nullish(),
  nextPageToken: text,
  executionErrors: z.array(z.object({ code: z.number().nullish(), message: text })).nullish(),
  unit: text,
});

/** Throws `provider-garbled`. */
export function readPage(raw: unknown): Page {
  const parsed = pageSchema.safeParse(raw);
  if (!parsed.success)
    throw garbled(`at ${parsed.error.issues[0]?.path.map(String).join('.') ?? 'its root'}`);
  const { timeSeries, nextPageToken, executionErrors, unit } = parsed.data;
  return {
    timeSeries: (timeSeries ?? []).map(readSeries),
    nextPageToken: nextPageToken ?? '',
    executionErrors: (executionErrors ?? []).map(
      ({ code, message }) => `execution error ${String(code ?? 0)} ${message ?? ''}`,
    ),
    unit: unit ?? '',
  };
}

function readSeries({ metric, resource, metadata, points }: z.output<typeof seriesSchema>): TimeSeries {
  const system = Object.entries(metadata?.systemLabels?.fields ?? {}).flatMap(
    ([key, { stringValue }]): [string, string][] => (stringValue == null ? [] : [[key, stringValue]]),
  );
  return {
    labels: {
      metric: metric?.labels ?? {},
      resource: resource?.labels ?? {},
      user: metadata?.userLabels ?? {},
      system: Object.fromEntries(system),
    },
    points: (points ?? []).map(readPoint).toSorted((a, b) => a.end - b.end),
  };
}

/** By hand: an answer holds thousands of points and a schema would take longer than the network. */
function readPoint(raw: unknown): TimePoint {
  const { interval, value } = Object(raw) as { interval?: { endTime?: unknown } | null; value?: unknown };
  const endTime = Object(interval?.endTime) as { seconds?: unknown; nanos?: unknown };
  const seconds = Number(endTime.seconds);
  const nanos = Number(endTime.nanos ?? 0);
  if (!Number.isSafeInteger(seconds) || seconds <= 0 || !Number.isFinite(nanos))
    throw garbled('a point without a time');
  if (typeof value !== 'object' || value === null) throw garbled('a point without a value');
  return { end: seconds * 1000 + Math.round(nanos / 1e6), value };
}
