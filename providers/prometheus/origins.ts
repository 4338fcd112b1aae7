import { HOUR, SECOND, type EpochMs } from '../../src/core/units.ts';
import type { ApiAnswer } from './answer.ts';
import { CELL, type Origins } from './increments.ts';
import type { Sample } from './line.ts';
import { iso, linesOf, type Ask, type ReadOptions } from './read-span.ts';

/** A process that was silent for longer is taken for a new one. */
const MEMORY = HOUR;
/** Up to so many times are asked for one by one. */
const FEW = 2;

const NOTHING: Origins = { before: () => null, wasWatched: () => false };

/** What came before the first samples of processes that had been silent. */
export async function askOrigins(
  asks: readonly Ask[],
  cells: readonly EpochMs[],
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Origins> {
  if (cells.length === 0) return NOTHING;
  const [before, watched] = await Promise.all([
    Promise.all(asks.map(async (ask) => samplesBefore(ask, cells, options, signal))),
    watchedCells(asks, cells, options, signal),
  ]);
  const known = new Map(before.flatMap((each) => [...each]));
  return {
    before: (key, cell) => known.get(`${key} ${String(cell)}`) ?? null,
    wasWatched: (cell) => watched.has(cell),
  };
}

async function samplesBefore(
  ask: Ask,
  cells: readonly EpochMs[],
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Map<string, Sample>> {
  const query = `last_over_time(${ask.source.selector}[${String(MEMORY / SECOND)}s])`;
  const answers = await evaluate(query, cells, options, signal);
  const lines = answers.flatMap(({ series }) =>
    linesOf(ask, series, options.labelling, { note: () => undefined }),
  );
  return new Map(
    lines.flatMap(({ key, samples }) =>
      samples.map((sample): [string, Sample] => [`${key} ${String(sample.time)}`, sample]),
    ),
  );
}

/** One cell earlier: right after a server's start its oldest counters are as new to it as its newest. */
async function watchedCells(
  asks: readonly Ask[],
  cells: readonly EpochMs[],
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Set<EpochMs>> {
  const selectors = [...new Set(asks.map(({ source }) => source.metricSelector))];
  const query = selectors.map((selector) => `count(${selector})`).join(' or ');
  const earlier = cells.map((cell) => cell - CELL);
  const answers = await evaluate(query, earlier, options, signal);
  const times = answers.flatMap(({ series }) =>
    series.flatMap(({ values }) => values.map(([time]) => time + CELL)),
  );
  return new Set(times);
}

async function evaluate(
  query: string,
  times: readonly EpochMs[],
  { api, record }: ReadOptions,
  signal: AbortSignal,
): Promise<ApiAnswer[]> {
  const [start, end] = [times[0] ?? 0, times.at(-1) ?? 0];
  const answers =
    times.length <= FEW
      ? await Promise.all(
          times.map(async (time) => {
            record.sent(`${query} at ${iso(time)}`);
            return api.instant(query, time, signal);
          }),
        )
      : [await rangeOf(start, end)];
  for (const answer of answers) record.told(answer);
  return answers;

  async function rangeOf(from: EpochMs, to: EpochMs): Promise<ApiAnswer> {
    record.sent(`${query} from ${iso(from)} to ${iso(to)} step ${String(CELL / SECOND)}s`);
    return api.range(query, { start: from, end: to, step: CELL }, signal);
  }
}
