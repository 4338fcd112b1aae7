import { isBounded } from '../core/assemble.ts';
import type { Fetched } from '../core/provider.ts';
import type { EpochMs } from '../core/units.ts';
import { bucketCount, bucketTimes, type Window } from '../core/window.ts';
import type { Cells } from './cells.ts';
import type { Held } from './held.ts';
import { SeriesMaker } from './series-maker.ts';

/** An answer to a part of a window, its counts packed: the answer itself would be eight times as large. */
export interface Part {
  readonly window: Window;
  readonly cells: Cells;
  readonly hasPods: boolean;
  readonly settledUntil: EpochMs | undefined;
  readonly notes: readonly string[];
  readonly queriesSent: readonly string[];
}

export function partOf(window: Window, cells: Cells, answer: Fetched): Part {
  const { podSplit, settledUntil, notes, queriesSent } = answer;
  return { window, cells, hasPods: podSplit !== undefined, settledUntil, notes, queriesSent };
}

/** Where an answer ends without its newest counts, and what is said of it. */
export interface Bridge {
  readonly end: EpochMs;
  readonly note: string;
}

/**
 * What is held and what was fetched, as if the whole window had been fetched; up to a bridge, if there is one. The
 * series are made when they are read: a reader that keeps what it made of earlier looks needs the newest only.
 */
export function joined(window: Window, held: Held, parts: readonly Part[], bridge?: Bridge): Fetched {
  const end = bridge?.end ?? window.end;
  const hasPods = held.hasPods || parts.some((part) => part.hasPods);
  const between = (from: EpochMs, to: EpochMs): Counts => {
    const span = { ...window, start: Math.max(from, window.start), end: Math.min(to, end) };
    if (latest?.start === span.start && latest.end === span.end) return latest.counts;
    const { series, podSplit } = countsIn(span, held, parts);
    const counts = { series, ...(hasPods ? { podSplit } : {}) };
    // A look joins what is new as a whole and by groups. Answers that are kept have no parts, and keep nothing more.
    if (parts.length > 0) latest = { ...span, counts };
    return counts;
  };
  let latest: (Window & { readonly counts: Counts }) | undefined;
  let made: Counts | undefined;
  const all = (): Counts => (made ??= between(window.start, end));
  let stamps: Uint32Array | undefined;
  const settledUntil = settledUntilOf(window, held, parts, bridge);
  const answer: Fetched = {
    get series() {
      return all().series;
    },
    complete: true,
    ...(settledUntil === undefined ? {} : { settledUntil }),
    queriesSent: textsOf(held, parts, ({ queriesSent }) => queriesSent),
    // The bridge comes last: the first note may have to explain the counts themselves.
    notes: [...textsOf(held, parts, ({ notes }) => notes), ...(bridge === undefined ? [] : [bridge.note])],
    held: {
      stampOf: (time) => {
        stamps ??= stampsIn({ ...window, end }, held, parts);
        // 0 is no stamp.
        return stamps[(time - window.start) / window.bucketMs] || undefined;
      },
      between,
      get bounded() {
        return (held.mayBeBounded || parts.some(({ cells }) => cells.isBounded)) && isBounded(all().series);
      },
    },
  };
  // Defined, not spread: a spread would make it.
  if (hasPods) Object.defineProperty(answer, 'podSplit', { enumerable: true, get: () => all().podSplit });
  return answer;
}

type Counts = Pick<Fetched, 'series' | 'podSplit'>;

/** Of each bucket, the stamp of the answer that it is from; 0 where it is not held. */
function stampsIn(window: Window, held: Held, parts: readonly Part[]): Uint32Array {
  const stamps = new Uint32Array(bucketCount(window));
  for (let index = 0; index < stamps.length; index += 1) {
    const time = window.start + index * window.bucketMs;
    if (isFromHeld(time, held, parts)) stamps[index] = held.chunkOf(time)?.stampAt(time) ?? 0;
  }
  return stamps;
}

/** The counts of some of the window's buckets. */
function countsIn(span: Window, held: Held, parts: readonly Part[]): ReturnType<SeriesMaker['made']> {
  const maker = new SeriesMaker();
  for (const time of bucketTimes(span)) {
    const chunk = isFromHeld(time, held, parts) ? held.chunkOf(time) : null;
    if (chunk !== null) chunk.cells.addTo(maker, chunk.indexOf(time), time);
    else
      for (const { window, cells } of parts)
        if (isIn(window, time)) cells.addTo(maker, (time - window.start) / window.bucketMs, time);
  }
  return maker.made();
}

/** What is firmly held goes first: earlier looks were judged on it. What was only empty gives way to what was fetched. */
function isFromHeld(time: EpochMs, held: Held, parts: readonly Part[]): boolean {
  if (held.isFirm(time)) return true;
  return held.isMeasured(time) && !parts.some((part) => isIn(part.window, time));
}

function textsOf(
  held: Held,
  parts: readonly Part[],
  of: (answer: Pick<Fetched, 'notes' | 'queriesSent'>) => readonly string[],
): string[] {
  return [...new Set([...parts, held].flatMap(of))];
}

export function isIn({ start, end }: Window, time: EpochMs): boolean {
  return time >= start && time < end;
}

/**
 * What the answer about the newest counts says. What another part says counts only where it finds its own counts
 * unsettled: providers may speak of no more than they were asked for.
 */
function settledUntilOf(
  window: Window,
  held: Held,
  parts: readonly Part[],
  bridge: Bridge | undefined,
): EpochMs | undefined {
  const newest = parts.find((part) => part.window.end === window.end);
  const own = newest === undefined ? held.settledUntil : newest.settledUntil;
  const cuts = parts.flatMap(({ settledUntil, window: { end } }) =>
    settledUntil !== undefined && settledUntil < end ? [settledUntil] : [],
  );
  if (bridge !== undefined) cuts.push(bridge.end);
  return cuts.length === 0 ? own : Math.min(own ?? Infinity, ...cuts);
}
