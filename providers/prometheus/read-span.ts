import type { DurationMs, EpochMs } from '../../src/core/units.ts';
import { MINUTE, SECOND } from '../../src/core/units.ts';
import type { ApiAnswer, RawSeries } from './answer.ts';
import type { PrometheusApi } from './client.ts';
import { cohortOf, type CohortRules } from './cohorts.ts';
import { garbled } from './fault.ts';
import { seriesKey, targetOf, type Line, type Span, type Track } from './line.ts';
import { withoutReplicas } from './replicas.ts';
import type { Source } from './source.ts';
import type { ReadMode } from './settings.ts';

/** A source together with what tells its series apart. */
export interface Ask {
  readonly source: Source;
  readonly rules: CohortRules;
}

export interface Labelling {
  readonly groupBy?: string;
  readonly podLabel?: string;
  readonly replicaLabels: readonly string[];
}

/** Says what is sent and keeps what was told beside the samples. */
export interface QueryRecord {
  sent(query: string): void;
  told(answer: ApiAnswer): void;
  note(text: string): void;
}

export interface ReadOptions {
  readonly api: PrometheusApi;
  readonly mode: ReadMode;
  /** Longest time between neighbouring samples. */
  readonly reach: DurationMs;
  readonly step: DurationMs;
  readonly labelling: Labelling;
  readonly record: QueryRecord;
}

/** Prometheus takes the newest sample of up to five minutes; scrapes further apart reach two intervals. */
export function reachOf(scrapeInterval: DurationMs): DurationMs {
  return Math.max(5 * MINUTE, Math.ceil((2 * scrapeInterval) / SECOND) * SECOND);
}

/** The longest step that divides the minute and does not jump over a scrape. */
export function stepOf(scrapeInterval: DurationMs): DurationMs {
  const steps = [60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1].map((each) => each * SECOND);
  return steps.find((step) => step <= scrapeInterval) ?? SECOND;
}

/** The lines of one role for a span and the time before it that its first samples need. */
export async function readLines(
  ask: Ask,
  span: Span,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Line[]> {
  const start = span.start - 2 * options.reach;
  const answer = await readSamples(ask.source.selector, { start, end: span.end }, options, signal);
  return linesOf(ask, answer.series, options.labelling, options.record);
}

async function readSamples(
  selector: string,
  span: Span,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  const { api, mode, step, record } = options;
  if (mode === 'steps') {
    // The selector alone would repeat a sample for five minutes: a silent process would look like an idle one.
    // One millisecond short, as servers before 3.0 count a sample on the left edge in.
    const newest = `last_over_time(${selector}[${String(step - 1)}ms])`;
    record.sent(`${newest} from ${iso(span.start)} to ${iso(span.end)} step ${String(step / SECOND)}s`);
    return told(await api.range(newest, { ...span, step }, signal), record);
  }
  const query = `${selector}[${String((span.end - span.start) / SECOND)}s]`;
  record.sent(`${query} at ${iso(span.end)}`);
  const answer = told(await api.instant(query, span.end, signal), record);
  if (answer.resultType !== 'matrix' && answer.series.length > 0)
    throw garbled(
      api.server,
      'single values where stored samples were asked for',
      'Set BURNGATE_PROMETHEUS_READ=steps for this server.',
    );
  const isOutside = answer.series.some((series) =>
    timesOf(series).some((time) => time < span.start || time > span.end),
  );
  if (isOutside) throw garbled(api.server, 'samples of another time than asked for');
  return answer;
}

function told(answer: ApiAnswer, record: QueryRecord): ApiAnswer {
  record.told(answer);
  return answer;
}

function timesOf({ values, histograms }: RawSeries): EpochMs[] {
  return [...values, ...histograms].map(([time]) => time);
}

/** Series to lines: one replica of each, of the cohorts asked for. */
export function linesOf(
  { source, rules }: Ask,
  series: readonly RawSeries[],
  labelling: Labelling,
  record: Pick<QueryRecord, 'note'>,
): Line[] {
  const { groupBy, podLabel, replicaLabels } = labelling;
  const single = withoutReplicas(series, replicaLabels);
  if (single.dropped > 0)
    record.note(`${String(single.dropped)} series of further replicas of the server are not counted`);
  return source.toTracks(single.series).flatMap((track): Line[] => {
    const cohort = cohortOf(track.labels, rules);
    if (cohort === null) return [];
    return [
      {
        ...track,
        role: source.role,
        cohort,
        key: keyOf(source, track),
        target: targetOf(track.labels),
        ...(groupBy === undefined ? {} : { group: nameOr(track.labels[groupBy], 'ungrouped') }),
        ...(podLabel === undefined ? {} : { pod: nameOr(track.labels[podLabel], 'unknown') }),
      },
    ];
  });
}

function keyOf({ role, selector }: Source, { labels }: Track): string {
  return `${role} ${selector} ${seriesKey(labels)}`;
}

function nameOr(value: string | undefined, otherwise: string): string {
  return value === undefined || value === '' ? otherwise : value;
}

export function iso(time: EpochMs): string {
  return new Date(time).toISOString();
}
