import { parsePromql, type Expression, type ParsedMatcher, type ParsedSelector } from './promql.ts';
import type { StoredSeries } from './store.ts';

type Labels = Readonly<Record<string, string>>;
/** Samples of one series at an evaluation time. */
export interface Evaluated {
  readonly metric: Labels;
  readonly values: readonly (readonly [number, number])[];
}

const LOOK_BACK = 5 * 60_000;

/** As /api/v1/query: one value a series, or all samples where the expression is a range selector. */
export function evaluateInstant(store: readonly StoredSeries[], query: string, time: number) {
  const expression = parsePromql(query);
  const resultType = expression.kind === 'range' ? ('matrix' as const) : ('vector' as const);
  return { resultType, result: evaluate(store, expression, time) };
}

/** As /api/v1/query_range. */
export function evaluateRange(
  store: readonly StoredSeries[],
  query: string,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): Evaluated[] {
  const expression = parsePromql(query);
  if (expression.kind === 'range') throw new Error('invalid expression type "range vector" for range query');
  const all = new Map<string, { metric: Labels; values: (readonly [number, number])[] }>();
  for (let time = start; time <= end; time += step) {
    for (const { metric, values } of evaluate(store, expression, time)) {
      const key = JSON.stringify(metric);
      const entry = all.get(key) ?? { metric, values: [] };
      all.set(key, entry);
      entry.values.push(...values);
    }
  }
  return [...all.values()];
}

function evaluate(store: readonly StoredSeries[], expression: Expression, time: number): Evaluated[] {
  switch (expression.kind) {
    case 'selector':
      return selected(store, expression.selector).flatMap(({ labels, samples }) => {
        const newest = samples.findLast(([at]) => at <= time && at > time - LOOK_BACK)?.[1];
        return newest === undefined || newest === null ? [] : [{ metric: labels, values: [[time, newest]] }];
      });
    case 'range':
      return inRange(store, expression, time);
    case 'call':
      return called(store, expression, time);
    case 'aggregate':
      return aggregated(evaluate(store, expression.argument, time), expression, time);
    case 'or': {
      const left = evaluate(store, expression.left, time);
      const known = new Set(left.map(({ metric }) => JSON.stringify(metric)));
      const right = evaluate(store, expression.right, time);
      return [...left, ...right.filter(({ metric }) => !known.has(JSON.stringify(metric)))];
    }
  }
}

function inRange(
  store: readonly StoredSeries[],
  { selector, rangeMs }: Extract<Expression, { kind: 'range' }>,
  time: number,
): Evaluated[] {
  return selected(store, selector).flatMap(({ labels, samples }) => {
    const values = samples.flatMap(([at, value]): [number, number][] =>
      value !== null && at > time - rangeMs && at <= time ? [[at, value]] : [],
    );
    return values.length === 0 ? [] : [{ metric: labels, values }];
  });
}

function called(
  store: readonly StoredSeries[],
  { name, argument }: Extract<Expression, { kind: 'call' }>,
  time: number,
): Evaluated[] {
  const inner = evaluate(store, argument, time);
  switch (name) {
    case 'last_over_time':
      return inner.map(({ metric, values }) => ({ metric, values: [[time, values.at(-1)?.[1] ?? 0]] }));
    case 'increase':
      // Without the extrapolation of the real one: the tests compare with it within its bounds.
      return inner.flatMap(({ metric, values }) => {
        if (values.length < 2) return [];
        const sum = values.reduce((total, [, value], index) => {
          const before = values[index - 1]?.[1];
          return before === undefined ? total : total + (value < before ? value : value - before);
        }, 0);
        const { __name__: _, ...labels } = metric;
        return [{ metric: labels, values: [[time, sum]] }];
      });
    default:
      throw new Error(`the emulator does not know ${name}()`);
  }
}

function aggregated(
  inner: readonly Evaluated[],
  { op, by }: Extract<Expression, { kind: 'aggregate' }>,
  time: number,
): Evaluated[] {
  const groups = Map.groupBy(inner, ({ metric }) =>
    JSON.stringify(by.filter((label) => (metric[label] ?? '') !== '').map((label) => [label, metric[label]])),
  );
  return [...groups].map(([key, members]) => {
    const metric = Object.fromEntries(JSON.parse(key) as [string, string][]);
    const value =
      op === 'count' ? members.length : members.reduce((sum, { values }) => sum + (values[0]?.[1] ?? 0), 0);
    return { metric, values: [[time, value]] };
  });
}

function selected(store: readonly StoredSeries[], { metric, matchers }: ParsedSelector): StoredSeries[] {
  const tests = matchers.map((matcher) => testOf(matcher));
  return store.filter(({ labels }) => labels['__name__'] === metric && tests.every((test) => test(labels)));
}

function testOf({ label, op, value }: ParsedMatcher): (labels: Labels) => boolean {
  const valueOf = (labels: Labels): string => labels[label] ?? '';
  switch (op) {
    case '=':
      return (labels) => valueOf(labels) === value;
    case '!=':
      return (labels) => valueOf(labels) !== value;
    default: {
      const pattern = new RegExp(`^(?:${value})$`, 's');
      return (labels) => pattern.test(valueOf(labels)) === (op === '=~');
    }
  }
}
