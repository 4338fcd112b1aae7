import { HOUR, MINUTE, type DurationMs } from '../../src/core/units.ts';
import { alignDown, type Window } from '../../src/core/window.ts';
import { Counts } from './counts.ts';
import { AnswerTooLarge, tooLarge } from './fault.ts';
import { Reading } from './increments.ts';
import type { Line, Span } from './line.ts';
import { askOrigins } from './origins.ts';
import { readLines, type Ask, type ReadOptions } from './read-span.ts';

/** Stored samples of one call; an answer that is too large is asked for again in halves. */
const PIECE: DurationMs = HOUR;
/** Pieces in hand at once: a million samples take about 150 MB and half a second until they are counted. */
const AT_ONCE = 2;

interface Context {
  readonly asks: readonly Ask[];
  readonly counts: Counts;
  readonly bucketMs: DurationMs;
  readonly options: ReadOptions;
  readonly signal: AbortSignal;
}

/** Counts from samples, exact to the event: for windows with buckets below an hour. */
export async function countSamples(
  asks: readonly Ask[],
  window: Window,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Counts> {
  const counts = new Counts(window);
  const context: Context = { asks, counts, bucketMs: window.bucketMs, options, signal };
  const left = pieces(window, PIECE).values();
  const work = async (): Promise<void> => {
    for (const span of left) await readSpan(span, context);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return counts;
}

async function readSpan(span: Span, context: Context): Promise<void> {
  const { asks, counts, bucketMs, options, signal } = context;
  try {
    counts.add(await incrementsIn(span, context));
  } catch (error) {
    if (!(error instanceof AnswerTooLarge)) throw error;
    const half = alignDown((span.end - span.start) / 2, bucketMs);
    if (half === 0) throw tooLarge(asks[0]?.source.selector ?? '');
    options.record.note('answers were too large and were asked for in parts');
    signal.throwIfAborted();
    await readSpan({ start: span.start, end: span.start + half }, context);
    await readSpan({ start: span.start + half, end: span.end }, context);
  }
}

async function incrementsIn(span: Span, { asks, options, signal }: Context) {
  // Equal selectors of two roles are one question.
  const asked = new Map<string, Promise<Line[]>>();
  const lines = await Promise.all(
    asks.map(async (ask) => {
      const key = JSON.stringify([ask.source.role, ask.source.selector]);
      const known = asked.get(key) ?? readLines(ask, span, options, signal);
      asked.set(key, known);
      return known;
    }),
  );
  const reading = new Reading(lines.flat(), span, options.reach);
  const { increments, bridged, unknown } = reading.tell(
    await askOrigins(asks, reading.openCells(), options, signal),
  );
  const minutes = String(options.reach / MINUTE);
  if (bridged > 0)
    options.record.note(
      `processes were silent for more than ${minutes} min: their events since then count where reading resumed`,
    );
  if (unknown > 0)
    options.record.note(
      `${String(unknown)} series began together with the metric: what they had counted before their first sample is left out`,
    );
  return increments;
}

/** Whole buckets, at most `length` long each, oldest first. */
export function pieces({ start, end, bucketMs }: Window, length: DurationMs): Span[] {
  const step = Math.max(bucketMs, alignDown(length, bucketMs));
  const spans: Span[] = [];
  for (let from = start; from < end; from += step)
    spans.push({ start: from, end: Math.min(end, from + step) });
  return spans;
}
