import { alignDelta, alignNewest, alignSum, type Aligned, type Grid } from './align.ts';
import { FilterSyntaxError, parseFilter } from './filter-parser.ts';
import type { MetricModel, ProjectModel, RawPoint, RawSeries } from './model.ts';
import { newestFirst, reduceSum, type OutSeries } from './reduce.ts';
import { select, SelectError } from './select.ts';

/** google.monitoring.v3.ListTimeSeriesRequest, the parts that are understood. */
export interface ListQuestion {
  readonly filter: string;
  readonly start: number;
  readonly end: number;
  readonly periodSeconds: number;
  readonly aligner: string;
  readonly reducer: string;
  readonly groupBy: readonly string[];
}

export class InvalidQuestion extends Error {
  override readonly name = 'InvalidQuestion';
}

export interface Answered {
  readonly metric: MetricModel | null;
  readonly series: readonly OutSeries[];
}

/** Filters, aligns and reduces; `visible` says which points have been ingested. Throws `InvalidQuestion`. */
export function answerList(
  question: ListQuestion,
  project: ProjectModel,
  visible: (point: RawPoint) => RawPoint | null,
): Answered {
  const { start, end } = question;
  if (!(start < end)) throw new InvalidQuestion('The start time must be before the end time.');
  const selected = selection(question, project);
  if (selected === null) return { metric: null, series: [] };
  const { metric } = selected;
  const seen = selected.series
    .map((series) => ({ series, points: series.points.flatMap((point) => visible(point) ?? []) }))
    // "Only time series that contain data points in the specified interval are included in the response."
    .filter(({ points }) => points.some((point) => point.end > start && point.end <= end));
  if (question.aligner === 'ALIGN_NONE') return { metric, series: raw(seen, question) };
  const aligned = seen.map(({ series, points }) => ({ series, points: align(points, metric, question) }));
  if (question.reducer === 'REDUCE_SUM')
    return { metric, series: reduceSum(aligned, metric.type, question.groupBy) };
  if (question.reducer !== 'REDUCE_NONE') throw new InvalidQuestion(`no ${question.reducer} here`);
  return { metric, series: aligned.map(({ series, points }) => out(series, points)) };
}

function selection({ filter }: ListQuestion, project: ProjectModel): ReturnType<typeof select> {
  try {
    return select(parseFilter(filter), project);
  } catch (error) {
    if (error instanceof FilterSyntaxError || error instanceof SelectError)
      throw new InvalidQuestion(`Field filter had an invalid value: the filter ${error.message}.`);
    throw error;
  }
}

type Seen = readonly { readonly series: RawSeries; readonly points: readonly RawPoint[] }[];

function raw(seen: Seen, { reducer, start, end }: ListQuestion): OutSeries[] {
  if (reducer !== 'REDUCE_NONE') throw new InvalidQuestion('A reducer needs an aligner.');
  return seen.map(({ series, points }) =>
    out(
      series,
      points.filter((point) => point.end > start && point.end <= end),
    ),
  );
}

function align(points: readonly RawPoint[], metric: MetricModel, question: ListQuestion): Aligned[] {
  const { aligner, periodSeconds, start, end } = question;
  if (periodSeconds < 60) throw new InvalidQuestion('The alignment period must be at least 60 seconds.');
  const grid: Grid = { start, end, period: periodSeconds * 1000 };
  const fits = (...kinds: readonly MetricModel['kind'][]): void => {
    if (!kinds.includes(metric.kind) || metric.valueType === 'STRING')
      throw new InvalidQuestion(`${aligner} is not valid for ${metric.kind} ${metric.valueType}.`);
  };
  switch (aligner) {
    case 'ALIGN_SUM':
      fits('GAUGE', 'DELTA');
      return alignSum(points, grid);
    case 'ALIGN_DELTA':
      fits('CUMULATIVE', 'DELTA');
      return metric.kind === 'DELTA' ? alignSum(points, grid) : alignDelta(points, grid, metric);
    case 'ALIGN_NEXT_OLDER':
      fits('GAUGE');
      return alignNewest(points, grid);
    default:
      throw new InvalidQuestion(`no ${aligner} here`);
  }
}

function out(series: RawSeries, points: readonly Aligned[]): OutSeries {
  const { metric, resourceType, resource, user } = series;
  return { metric, resourceType, resource, user, points: newestFirst(points) };
}
