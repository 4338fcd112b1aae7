import type { DurationMs, EpochMs } from '../../src/core/units.ts';
import type { ListRequest } from './api.ts';

/** google.monitoring.v3.ListTimeSeriesRequest */
export function listMessage(request: ListRequest): object {
  const { aggregation } = request;
  return {
    name: `projects/${request.project}`,
    filter: request.filter,
    interval: { startTime: timestamp(request.start), endTime: timestamp(request.end) },
    ...(aggregation !== undefined && {
      aggregation: {
        alignmentPeriod: seconds(aggregation.period),
        perSeriesAligner: aggregation.aligner,
        ...(aggregation.groupBy !== undefined && {
          crossSeriesReducer: 'REDUCE_SUM',
          groupByFields: aggregation.groupBy,
        }),
      },
    }),
    view: request.headersOnly === true ? 'HEADERS' : 'FULL',
    pageSize: request.pageSize,
    pageToken: request.pageToken,
  };
}

/** Points of a ListTimeSeriesResponse, for the meter. */
export function pointsIn(answer: unknown): number {
  const all: unknown = Reflect.get(Object(answer), 'timeSeries');
  if (!Array.isArray(all)) return 0;
  let sum = 0;
  for (const each of all as readonly unknown[]) {
    const points: unknown = Reflect.get(Object(each), 'points');
    if (Array.isArray(points)) sum += points.length;
  }
  return sum;
}

function timestamp(time: EpochMs): { seconds: number } {
  return { seconds: Math.floor(time / 1000) };
}

function seconds(span: DurationMs): { seconds: number } {
  return { seconds: Math.round(span / 1000) };
}
