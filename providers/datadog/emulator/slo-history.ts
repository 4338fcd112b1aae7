import { parseMetricQuery } from './metric-query.ts';
import { evaluateMetric } from './metric-series.ts';
import { SyntaxFault } from './scanner.ts';
import type { KeptSlo, Store } from './store.ts';

/** Widest interval of a history by its span, as recorded exchanges show: a day comes in steps of two hours. */
function intervalMsOf(spanMs: number): number {
  if (spanMs <= 3_600_000) return 60_000;
  return spanMs <= 12 * 3_600_000 ? 3_600_000 : 7_200_000;
}

/** `GET /api/v1/slo/{id}/history`; null: no such SLO. Missing minutes are zero, for the real one says default_zero. */
export function answerSloHistory(store: Store, id: string, search: URLSearchParams): object | null {
  const slo = store.slos.get(id);
  if (slo === undefined) return null;
  const [from, to] = ['from_ts', 'to_ts'].map((name) => Number(search.get(name)) * 1000);
  if (from === undefined || to === undefined || !(from < to))
    throw new SyntaxFault('invalid from_ts or to_ts');
  const head = {
    type: slo.type,
    type_id: 1,
    from_ts: from / 1000,
    to_ts: to / 1000,
    slo: described(id, slo),
  };
  if (slo.type !== 'metric') return { data: { ...head, overall: { sli_value: 99.5 } }, errors: null };
  return {
    data: { ...head, group_by: [], series: seriesOf(store, slo, { from, to }), overall: { errors: [] } },
    errors: null,
  };
}

function seriesOf(
  store: Store,
  slo: KeptSlo,
  { from, to }: { readonly from: number; readonly to: number },
): object {
  const intervalMs = intervalMsOf(to - from);
  const times: number[] = [];
  for (let time = Math.floor(from / intervalMs) * intervalMs; time < to; time += intervalMs) times.push(time);
  const part = (query: string, index: number): object => {
    const lines = evaluateMetric(store, parseMetricQuery(query), { from, to, intervalMs });
    const values = times.map((time) => lines.reduce((sum, line) => sum + (line.values.get(time) ?? 0), 0));
    const metadata = {
      unit: null,
      query_index: index,
      aggr: 'sum',
      metric: 'kept',
      scope: '*',
      expression: query,
    };
    return { values, metadata, sum: values.reduce((sum, value) => sum + value, 0), count: values.length };
  };
  return {
    res_type: 'time_series',
    resp_version: 2,
    query: `default_zero(${slo.numerator}), default_zero(${slo.denominator})`,
    from_date: from,
    to_date: to,
    message: '',
    interval: intervalMs / 1000,
    // As recorded: the first interval begins where the span does.
    times: times.map((time) => Math.max(time, from)),
    numerator: part(slo.numerator, 0),
    denominator: part(slo.denominator, 1),
  };
}

/** The SLO's own definition, which a history carries along. */
function described(id: string, { type, numerator, denominator }: KeptSlo): object {
  const thresholds = [{ timeframe: '7d', target: 95, target_display: '95.' }];
  return { id, name: 'kept', type, query: { numerator, denominator }, thresholds, tags: [] };
}
