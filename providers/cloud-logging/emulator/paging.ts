import type { EpochMs } from '../../../src/core/units.ts';
import type { Expression } from '../filter/syntax.ts';
import type { Predicate } from './evaluate.ts';
import type { EntryStore } from './entry-store.ts';
import type { Fault } from './faults.ts';
import type { LogLine } from './model.ts';

/** Where a page begins; goes to and fro as the page token. */
export interface Cursor {
  /** What was asked: a token is of no use to another question. */
  readonly question: string;
  readonly offset: number;
  /** For faults: how many pages came before. */
  readonly nth: number;
}

export interface PageAsk {
  readonly stores: readonly EntryStore[];
  readonly expression: Expression;
  readonly test: Predicate;
  readonly order: 'asc' | 'desc';
  readonly size: number;
  readonly cursor: Cursor;
  readonly fault: Fault;
  /** Entries that arrived later are not there yet. */
  readonly arrivedBy: EpochMs;
}

export interface FoundPage {
  readonly lines: readonly LogLine[];
  /** Null: the last page. */
  readonly next: Cursor | null;
}

/** Questions whose entries are kept between their pages. */
const MAX_UNDER_WAY = 8;

/** The pages of questions under way: what was found for one page is there for the next. */
export class Pages {
  readonly #underWay = new Map<string, Found>();

  /** One page of what the filter finds, as a service with this fault would give it. */
  find(ask: PageAsk): FoundPage {
    const { cursor, fault, size } = ask;
    const on = (offset: number): Cursor => ({ ...cursor, offset, nth: cursor.nth + 1 });
    if (fault.kind === 'endless empty pages') return { lines: [], next: on(0) };
    if (fault.kind === 'empty pages between' && cursor.nth % 2 === 0)
      return { lines: [], next: on(cursor.offset) };
    const found = this.#found(ask).upTo(cursor.offset + size + 1);
    const lines = found.slice(cursor.offset, cursor.offset + size);
    const isLast = found.length <= cursor.offset + size;
    if (fault.kind === 'endless token' && isLast) return { lines, next: cursor };
    return { lines, next: isLast ? null : on(cursor.offset + size) };
  }

  #found(ask: PageAsk): Found {
    const { question, nth } = ask.cursor;
    const found = (nth === 0 ? undefined : this.#underWay.get(question)) ?? new Found(ask);
    this.#underWay.delete(question);
    this.#underWay.set(question, found);
    for (const oldest of this.#underWay.keys()) {
      if (this.#underWay.size <= MAX_UNDER_WAY) break;
      this.#underWay.delete(oldest);
    }
    return found;
  }
}

/** What a filter finds, looked for no further than somebody has read. */
class Found {
  readonly #lines: LogLine[] = [];
  readonly #rest: Iterator<LogLine, undefined>;

  constructor(ask: PageAsk) {
    this.#rest = matching(ask);
  }

  upTo(count: number): readonly LogLine[] {
    while (this.#lines.length < count) {
      const next: IteratorResult<LogLine, undefined> = this.#rest.next();
      if (next.done === true) break;
      this.#lines.push(next.value);
    }
    return this.#lines;
  }
}

function* matching(ask: PageAsk): Generator<LogLine, undefined> {
  const { fault } = ask;
  if (fault.order === undefined && ask.stores.length === 1) {
    yield* unordered(ask);
    return undefined;
  }
  const sign = ask.order === 'asc' ? 1 : -1;
  const all = [...unordered(ask)].toSorted((a, b) => sign * (a.timestamp - b.timestamp));
  yield* fault.order?.(all) ?? all;
  return undefined;
}

function* unordered({ stores, expression, test, order, arrivedBy }: PageAsk): Iterable<LogLine> {
  const { from, to } = boundsOf(expression);
  for (const store of stores)
    for (const line of store.between(from, to, order))
      if (line.receiveTimestamp <= arrivedBy && test(line)) yield line;
}

interface Bounds {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** The time that a filter asks for, where it says so in its outermost conjunction: only a help, `test` decides. */
export function boundsOf(filter: Expression): Bounds {
  const parts = filter.kind === 'and' ? filter.parts : [filter];
  let [from, to] = [-Infinity, Infinity];
  for (const part of parts) {
    if (part.kind !== 'compare' || part.field.join('.') !== 'timestamp') continue;
    const time = Date.parse(part.value);
    if (part.operator.startsWith('>')) from = Math.max(from, time);
    if (part.operator === '<') to = Math.min(to, time);
  }
  return { from, to };
}
