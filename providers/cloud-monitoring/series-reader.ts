import type { DurationMs, EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import type { Aligner, MonitoringApi } from './api.ts';
import { filterText, type Selection } from './filter.ts';
import { listSeries } from './list-series.ts';
import type { TimeSeries } from './time-series.ts';

/** One question about one metric. */
export interface SeriesAsk {
  readonly project: string;
  readonly selection: Selection;
  readonly aligner: Aligner;
  /** Labels that are kept; the rest is summed. Without alignment nothing is. */
  readonly groupBy: readonly string[];
  readonly window: Window;
  /** Age from which counts are settled. */
  readonly lag: DurationMs;
}

export interface SeriesAnswer {
  readonly series: readonly TimeSeries[];
  readonly missing: string | null;
  readonly unit: string;
  /** What was sent, for the record. */
  readonly sent: string;
  /** End of the newest point, where the question went beyond now; else null. */
  readonly newest: EpochMs | null;
}

export interface SeriesReader {
  read(ask: SeriesAsk, signal: AbortSignal): Promise<SeriesAnswer>;
}

/** Asks the API, page by page. */
export class ApiReader implements SeriesReader {
  readonly #api: MonitoringApi;

  constructor(api: MonitoringApi) {
    this.#api = api;
  }

  async read(ask: SeriesAsk, signal: AbortSignal): Promise<SeriesAnswer> {
    const { project, selection, window } = ask;
    const filter = filterText(selection);
    const aggregation =
      ask.aligner === 'ALIGN_NONE'
        ? {}
        : { aggregation: { period: window.bucketMs, aligner: ask.aligner, groupBy: ask.groupBy } };
    const listed = await listSeries(
      this.#api,
      { project, filter, start: window.start, end: window.end, party: selection.metric, ...aggregation },
      signal,
    );
    return { ...listed, sent: sentText(ask), newest: null };
  }
}

/** A question as a reader of the record would ask it again. */
export function sentText({ project, selection, aligner, groupBy, window }: SeriesAsk): string {
  const filter = filterText(selection);
  const how =
    aligner === 'ALIGN_NONE'
      ? 'unaligned'
      : `${aligner} ${String(window.bucketMs / 1000)}s REDUCE_SUM by (${groupBy.join(', ')})`;
  return `timeSeries.list projects/${project} ${filter} | ${how}`;
}
