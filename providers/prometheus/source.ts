import type { Role } from '../../src/core/counts.ts';
import type { RawSeries } from './answer.ts';
import type { Track } from './line.ts';
import type { PrometheusQuery } from './query.ts';
import { literalPattern, selectorText, type Matcher } from './selector.ts';
import { classicTracks, counterTracks, edgeOf, nativeTracks, type Edges } from './tracks.ts';

/** What one role is read from. */
export interface Source {
  readonly role: Role;
  readonly query: PrometheusQuery;
  readonly selector: string;
  /** The process-independent part: the metric in its scope, of all cohorts. */
  readonly metricSelector: string;
  readonly toTracks: (series: readonly RawSeries[]) => Track[];
  readonly notes: readonly string[];
}

interface Where {
  readonly scope: readonly Matcher[];
  readonly cohorts: readonly Matcher[];
}

/** Name under which the series of a query are stored. */
export function storedName({ metric, histogram }: PrometheusQuery): string {
  return histogram?.kind === 'classic' ? `${metric}_bucket` : metric;
}

/** The buckets of a classic histogram differ by process, so the edges have to be asked for first. */
export function edgesQuery(query: PrometheusQuery, { scope, cohorts }: Where): string | null {
  const { histogram, matchers } = query;
  if (histogram?.kind !== 'classic' || histogram.threshold === undefined) return null;
  return `count by (le) (${selectorText(storedName(query), [...matchers, ...scope, ...cohorts])})`;
}

/** @param les all values of the label `le` that were seen; only a classic histogram with a threshold has any */
export function sourceOf(role: Role, query: PrometheusQuery, where: Where, les: readonly string[]): Source {
  const { histogram, matchers } = query;
  const name = storedName(query);
  const common = [...matchers, ...where.scope, ...where.cohorts];
  const base = { role, query, metricSelector: selectorText(name, where.scope) };
  if (histogram === undefined)
    return {
      ...base,
      selector: selectorText(name, common),
      toTracks: (series) => counterTracks(series, role),
      notes: [],
    };
  const threshold = histogram.threshold ?? Infinity;
  if (histogram.kind === 'native')
    return {
      ...base,
      selector: selectorText(name, common),
      toTracks: (series) => nativeTracks(series, threshold),
      notes: [],
    };
  const edges = edgesAround(threshold, les);
  return {
    ...base,
    selector: selectorText(name, [...common, { label: 'le', op: '=~', value: lePattern(edges, les) }]),
    toTracks: (series) => classicTracks(series, edges),
    notes: edgesNote(query, edges, les, role),
  };
}

function edgesAround(threshold: number, les: readonly string[]): Edges {
  if (threshold === Infinity) return { lower: null, upper: null };
  const edges = les.map((le) => edgeOf(le)).filter((edge) => Number.isFinite(edge));
  const [below, above] = [
    edges.filter((edge) => edge <= threshold),
    edges.filter((edge) => edge >= threshold),
  ];
  return {
    lower: below.length === 0 ? null : Math.max(...below),
    upper: above.length === 0 ? null : Math.min(...above),
  };
}

function lePattern({ lower, upper }: Edges, les: readonly string[]): string {
  const wanted = les.filter((le) => edgeOf(le) === lower || edgeOf(le) === upper);
  return [...new Set([...wanted, '+Inf', 'Inf'])].map((le) => literalPattern(le)).join('|');
}

function edgesNote(
  { metric, histogram }: PrometheusQuery,
  { lower, upper }: Edges,
  les: readonly string[],
  role: Role,
): string[] {
  if (role === 'total' || les.length === 0 || (lower !== null && lower === upper)) return [];
  const [from, to] = [
    lower === null ? 'no lower edge' : String(lower),
    upper === null ? '+Inf' : String(upper),
  ];
  const threshold = String(histogram?.threshold);
  return [
    `${metric} has no bucket that ends at ${threshold}: requests between ${from} and ${to} count as bounds`,
  ];
}
