import type { Answered, ListQuestion } from './answer-list.ts';
import type { MetricModel } from './model.ts';
import type { OutSeries } from './reduce.ts';
import { typedValue } from './values.ts';

export interface PagedQuestion extends ListQuestion {
  readonly project: string;
  readonly headersOnly: boolean;
  readonly pageSize: number;
  readonly pageToken: string;
}

/** The most points of a page that the API gives. */
const MOST_POINTS = 100_000;

/** A ListTimeSeriesRequest as the server's loader decodes it. */
export function readQuestion(request: Record<string, unknown>): PagedQuestion {
  const { name, filter, interval, aggregation, view, pageSize, pageToken } = request as unknown as {
    readonly name: string;
    readonly filter: string;
    readonly interval: { readonly startTime: Stamp | null; readonly endTime: Stamp | null } | null;
    readonly aggregation: {
      readonly alignmentPeriod: Stamp | null;
      readonly perSeriesAligner: string;
      readonly crossSeriesReducer: string;
      readonly groupByFields: readonly string[];
    } | null;
    readonly view: string;
    readonly pageSize: number;
    readonly pageToken: string;
  };
  return {
    project: name.replace(/^projects\//, ''),
    filter,
    start: millis(interval?.startTime),
    end: millis(interval?.endTime),
    periodSeconds: millis(aggregation?.alignmentPeriod) / 1000,
    aligner: aggregation?.perSeriesAligner ?? 'ALIGN_NONE',
    reducer: aggregation?.crossSeriesReducer ?? 'REDUCE_NONE',
    groupBy: aggregation?.groupByFields ?? [],
    headersOnly: view === 'HEADERS',
    pageSize: pageSize <= 0 ? MOST_POINTS : Math.min(pageSize, MOST_POINTS),
    pageToken,
  };
}

interface Stamp {
  readonly seconds: string;
  readonly nanos: number;
}

function millis(given: Stamp | null | undefined): number {
  return given == null ? 0 : Number(given.seconds) * 1000 + given.nanos / 1e6;
}

/** One page from the `offset`-th point on (with HEADERS: series); a series may go on on the next page. */
export function pageMessage(
  { metric, series }: Answered,
  { pageSize, headersOnly }: PagedQuestion,
  offset: number,
): {
  readonly message: { readonly timeSeries: readonly { readonly points: readonly object[] }[] };
  readonly points: number;
  readonly next: number | null;
} {
  const timeSeries: { readonly points: readonly object[] }[] = [];
  let at = 0;
  let points = 0;
  for (const each of series) {
    const size = headersOnly ? 1 : each.points.length;
    const from = Math.max(0, offset - at);
    const to = Math.min(size, offset + pageSize - at);
    at += size;
    if (from >= to) continue;
    const own = headersOnly ? [] : each.points.slice(from, to);
    points += own.length;
    timeSeries.push(seriesMessage(each, metric, own));
  }
  return { message: { timeSeries }, points, next: offset + pageSize < at ? offset + pageSize : null };
}

function seriesMessage(
  { metric: labels, resourceType, resource, user }: OutSeries,
  metric: MetricModel | null,
  points: OutSeries['points'],
): { readonly points: readonly object[] } {
  return {
    metric: { type: metric?.type ?? '', labels },
    resource: { type: resourceType, labels: resource },
    metadata: { userLabels: user },
    points: points.map(({ end, value }) => ({
      interval: { startTime: stamp(end), endTime: stamp(end) },
      value: typedValue(value, metric?.valueType ?? 'INT64'),
    })),
  } as { readonly points: readonly object[] };
}

/** google.api.MetricDescriptor */
export function descriptorMessage(metric: MetricModel): object {
  const { type, kind, valueType, unit = '', samplePeriodSeconds, ingestDelaySeconds } = metric;
  return {
    type,
    metricKind: kind,
    valueType,
    unit,
    ...(ingestDelaySeconds !== undefined && {
      metadata: {
        samplePeriod: { seconds: samplePeriodSeconds ?? 60 },
        ingestDelay: { seconds: ingestDelaySeconds },
      },
    }),
  };
}

function stamp(time: number): { readonly seconds: number; readonly nanos: number } {
  return { seconds: Math.floor(time / 1000), nanos: (time % 1000) * 1e6 };
}
