import { isBounded } from '../core/assemble.ts';
import type { Fetched } from '../core/provider.ts';
import type { EpochMs } from '../core/units.ts';
import type { Window } from '../core/window.ts';
import type { Held } from './held.ts';
import { addRows, answerOf, rowsOf, type Rows } from './rows.ts';

/** An answer to a part of a window. */
export interface Part {
  readonly window: Window;
  readonly answer: Fetched;
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
  const hasPods = held.hasPods || parts.some(({ answer }) => answer.podSplit !== undefined);
  const between = (from: EpochMs, to: EpochMs): Counts => {
    const span = { ...window, start: Math.max(from, window.start), end: Math.min(to, end) };
    const { series, podSplit } = answerOf(rowsIn(span, held, parts));
    return { series, ...(hasPods ? { podSplit } : {}) };
  };
  let made: Counts | undefined;
  const all = (): Counts => (made ??= between(window.start, end));
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
      stampOf: (time) =>
        time >= window.start && time < end && isFromHeld(time, held, parts) ? held.stampOf(time) : undefined,
      between,
      get bounded() {
        return (
          (held.mayBeBounded || parts.some((part) => isBounded(part.answer.series))) &&
          isBounded(all().series)
        );
      },
    },
  };
  // Defined, not spread: a spread would make it.
  if (hasPods) Object.defineProperty(answer, 'podSplit', { enumerable: true, get: () => all().podSplit });
  return answer;
}

type Counts = Pick<Fetched, 'series' | 'podSplit'>;

function rowsIn(span: Window, held: Held, parts: readonly Part[]): Rows {
  const rows: Rows = new Map();
  held.addTo(rows, span, (time) => isFromHeld(time, held, parts));
  for (const part of parts) {
    const isFromPart = (time: EpochMs): boolean =>
      isIn(span, time) && isIn(part.window, time) && !held.isFirm(time);
    addRows(rows, rowsOf(part.answer), isFromPart);
  }
  return rows;
}

/** What is firmly held goes first: earlier looks were judged on it. What was only empty gives way to what was fetched. */
function isFromHeld(time: EpochMs, held: Held, parts: readonly Part[]): boolean {
  return held.isFirm(time) || (held.isMeasured(time) && !parts.some((part) => isIn(part.window, time)));
}

function textsOf(
  held: Held,
  parts: readonly Part[],
  of: (answer: Pick<Fetched, 'notes' | 'queriesSent'>) => readonly string[],
): string[] {
  return [...new Set([...parts.map(({ answer }) => answer), held].flatMap(of))];
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
  const own = newest === undefined ? held.settledUntil : newest.answer.settledUntil;
  const cuts = parts.flatMap(({ answer, window: { end } }) =>
    answer.settledUntil !== undefined && answer.settledUntil < end ? [answer.settledUntil] : [],
  );
  if (bridge !== undefined) cuts.push(bridge.end);
  return cuts.length === 0 ? own : Math.min(own ?? Infinity, ...cuts);
}
