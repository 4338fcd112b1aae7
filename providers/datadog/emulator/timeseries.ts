import { z } from 'zod';
import { parseMetricQuery, parseTagFilter, type MetricQueryAst } from './metric-query.ts';
import { evaluateFormula, evaluateMetric, type Line } from './metric-series.ts';
import { SyntaxFault } from './scanner.ts';
import type { Store } from './store.ts';

const metricQuery = z.strictObject({
  data_source: z.literal('metrics'),
  name: z.string(),
  query: z.string(),
});
const apmQuery = z.strictObject({
  data_source: z.literal('apm_metrics'),
  name: z.string(),
  stat: z.enum(['hits', 'errors']),
  service: z.string(),
  group_by: z.array(z.string()).default([]),
  query_filter: z.string().default(''),
  operation_name: z.string().default('http.request'),
  resource_name: z.string().optional(),
  span_kind: z.enum(['consumer', 'server', 'client', 'producer', 'internal']).optional(),
});
const schema = z.strictObject({
  data: z.strictObject({
    type: z.literal('timeseries_request'),
    attributes: z.strictObject({
      from: z.int(),
      to: z.int(),
      interval: z.int().positive(),
      formulas: z.array(z.strictObject({ formula: z.string() })).min(1),
      queries: z.array(z.union([metricQuery, apmQuery])).min(1),
    }),
  }),
});

/** Intervals that Datadog falls back to when a span has too many points. */
const LADDER_MS = [120, 300, 600, 900, 1800, 3600, 7200, 14_400, 86_400].map((seconds) => seconds * 1000);
const MAX_POINTS = 1500;

export interface TimeseriesBody {
  readonly data: {
    readonly id: string;
    readonly type: string;
    readonly attributes: {
      readonly series: {
        readonly group_tags: readonly string[];
        readonly query_index: number;
        readonly unit: readonly (object | null)[] | null;
      }[];
      readonly times: number[];
      readonly values: (number | null)[][];
    };
  };
}

/** `POST /api/v2/query/timeseries`. Throws `SyntaxFault` for what the API refuses. */
export function answerTimeseries(store: Store, raw: unknown, enlarge: number): TimeseriesBody {
  const parsed = schema.safeParse(raw);
  if (!parsed.success)
    throw new SyntaxFault(`API input validation failed: ${parsed.error.issues[0]?.message ?? ''}`);
  const { from, to, interval, formulas, queries } = parsed.data.data.attributes;
  const lines = new Map<string, readonly Line[]>();
  for (const query of queries) {
    const ast = query.data_source === 'metrics' ? parseMetricQuery(query.query) : apmAst(query, interval);
    const intervalMs = widened(from, to, (ast.rollup?.seconds ?? interval / 1000) * 1000) * enlarge;
    lines.set(query.name, evaluateMetric(store, ast, { from, to, intervalMs }));
  }
  const answered = formulas.flatMap(({ formula }, index) => {
    const found = evaluateFormula(formula, lines);
    if (found === null) throw new SyntaxFault(`formula ${formula} names no query`);
    return found.map((line) => ({ index, line }));
  });
  const times = [...new Set(answered.flatMap(({ line }) => [...line.values.keys()]))].toSorted(
    (a, b) => a - b,
  );
  return {
    data: {
      id: '0',
      type: 'timeseries_response',
      attributes: {
        series: answered.map(({ index, line }) => ({
          group_tags: line.tags,
          query_index: index,
          unit: line.unit === null ? null : [{ family: 'time', name: line.unit, scale_factor: 1 }, null],
        })),
        times,
        values: answered.map(({ line }) => times.map((time) => line.values.get(time) ?? null)),
      },
    },
  };
}

function widened(from: number, to: number, intervalMs: number): number {
  if ((to - from) / intervalMs <= MAX_POINTS) return intervalMs;
  return LADDER_MS.find((step) => step > intervalMs && (to - from) / step <= MAX_POINTS) ?? intervalMs;
}

/** Hits and errors come from the same trace metrics. */
function apmAst(query: z.output<typeof apmQuery>, interval: number): MetricQueryAst {
  const own = [
    { kind: 'in', key: 'service', values: [query.service] },
    ...(query.resource_name === undefined
      ? []
      : [{ kind: 'in', key: 'resource_name', values: [query.resource_name] } as const]),
    parseTagFilter(query.query_filter),
  ] as const;
  return {
    aggregate: 'sum',
    condition: null,
    metric: `trace.${query.operation_name}.${query.stat}`,
    filter: { kind: 'and', of: own },
    by: query.group_by,
    asCount: true,
    rollup: { method: 'sum', seconds: interval / 1000 },
  };
}
