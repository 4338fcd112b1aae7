import { passes, type MetricQueryAst } from './metric-query.ts';
import type { Point, Store } from './store.ts';

/** One line of one query: values by bucket start. */
export interface Line {
  readonly tags: readonly string[];
  readonly unit: string | null;
  readonly values: ReadonlyMap<number, number>;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly intervalMs: number;
}

/** Evaluates one metric query over what was submitted. */
export function evaluateMetric(store: Store, query: MetricQueryAst, { from, to, intervalMs }: Span): Line[] {
  const groups = new Map<string, { readonly tags: string[]; readonly buckets: Map<number, Point[]> }>();
  for (const point of store.pointsOf(query.metric, from, to)) {
    if (!passes(query.filter, point.tags)) continue;
    const tags = query.by.map((key) => `${key}:${point.tags[key] ?? 'N/A'}`);
    const key = JSON.stringify(tags);
    const group = groups.get(key) ?? { tags, buckets: new Map<number, Point[]>() };
    groups.set(key, group);
    const bucket = Math.floor(point.time / intervalMs) * intervalMs;
    group.buckets.set(bucket, [...(group.buckets.get(bucket) ?? []), point]);
  }
  const unit = query.aggregate === 'avg' ? (store.metrics.get(query.metric)?.unit ?? null) : null;
  return [...groups.values()].map(({ tags, buckets }) => ({
    tags,
    unit,
    values: new Map([...buckets].map(([time, points]) => [time, aggregate(query, points)])),
  }));
}

/** Without `.as_count()` (or a rollup that sums) the default is an average over time, as in Datadog. */
function aggregate(
  { aggregate: how, condition, asCount, rollup }: MetricQueryAst,
  points: readonly Point[],
): number {
  const counts = points.map((point) =>
    how === 'count' || condition !== null ? countOf(point, condition) : meanOrValue(how, point),
  );
  const sum = counts.reduce((all, each) => all + each, 0);
  const sums = asCount && (rollup === null || rollup.method === 'sum');
  return sums ? sum : sum / counts.length;
}

function countOf({ values = [] }: Point, condition: MetricQueryAst['condition']): number {
  return values.reduce((all, [value, times]) => (holds(value, condition) ? all + times : all), 0);
}

function holds(value: number, condition: MetricQueryAst['condition']): boolean {
  if (condition === null) return true;
  const { operator, limit } = condition;
  if (operator === '<') return value < limit;
  if (operator === '<=') return value <= limit;
  return operator === '>' ? value > limit : value >= limit;
}

function meanOrValue(how: string, { value, values }: Point): number {
  if (values === undefined || how === 'sum') return value;
  const times = values.reduce((all, [, each]) => all + each, 0);
  return times === 0 ? 0 : values.reduce((all, [each, count]) => all + each * count, 0) / times;
}

/** `a`, `a + b`, `a - b`, `a / b`, `a * b` over lines of the same tags; without a partner there is no value. */
export function evaluateFormula(formula: string, lines: ReadonlyMap<string, readonly Line[]>): Line[] | null {
  const [, left = '', operator, right = ''] = /^\s*(\w+)\s*(?:([-+*/])\s*(\w+)\s*)?$/.exec(formula) ?? [];
  const one = lines.get(left);
  if (one === undefined) return null;
  if (operator === undefined) return [...one];
  const other = lines.get(right);
  if (other === undefined) return null;
  return one.flatMap((line) => {
    const partner = other.find(({ tags }) => JSON.stringify(tags) === JSON.stringify(line.tags));
    return partner === undefined ? [] : [{ ...line, values: combine(line.values, partner.values, operator) }];
  });
}

function combine(
  left: ReadonlyMap<number, number>,
  right: ReadonlyMap<number, number>,
  operator: string,
): Map<number, number> {
  const apply: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  return new Map(
    [...left].flatMap(([time, a]) => {
      const b = right.get(time);
      return b === undefined ? [] : [[time, apply[operator]?.(a, b) ?? a] as const];
    }),
  );
}
