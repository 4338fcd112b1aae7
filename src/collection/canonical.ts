import { ROLES } from '../core/counts.ts';
import type { CountsRequest } from '../core/provider.ts';

/** Deeper than any query is nested; a circle ends here. */
const DEEPEST = 40;

/**
 * One text for equal values and different texts for different ones; null where a value cannot be told from
 * another (a function, an object of a class): what hangs on such a value is not shared.
 */
export function canonical(value: unknown, depth = 0): string | null {
  if (depth > DEEPEST) return null;
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'bigint':
      return `${String(value)}n`;
    case 'object':
      return value === null ? 'null' : structure(value, depth + 1);
    case 'function':
    case 'symbol':
      return null;
  }
}

function structure(value: object, depth: number): string | null {
  if (Array.isArray(value)) return joined('[', value, ']', depth);
  if (value instanceof Date) return `Date(${String(value.getTime())})`;
  if (value instanceof RegExp) return `RegExp(${JSON.stringify([value.source, value.flags])})`;
  if (value instanceof Map) return joined('Map(', [...value].flat(), ')', depth);
  if (value instanceof Set) return joined('Set(', [...value], ')', depth);
  const kind: unknown = Object.getPrototypeOf(value);
  if (kind !== Object.prototype && kind !== null) return null;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return joined('{', entries.flat(), '}', depth);
}

function joined(open: string, values: readonly unknown[], close: string, depth: number): string | null {
  const texts: string[] = [];
  for (const value of values) {
    const text = canonical(value, depth);
    if (text === null) return null;
    texts.push(text);
  }
  return `${open}${texts.join(',')}${close}`;
}

/** Of queries seen before: they are parsed once for each SLO, never changed, and asked at every look. */
const known = new WeakMap<object, string | null>();

/** As `canonical`, of the queries of some roles. */
export function queriesText(queries: CountsRequest<unknown>['queries']): string | null {
  const texts: string[] = [];
  for (const role of ROLES) {
    const query = queries[role];
    if (query === undefined) continue;
    const text = textOf(query);
    if (text === null) return null;
    texts.push(`${role}:${text}`);
  }
  return texts.join(',');
}

function textOf(query: unknown): string | null {
  if (typeof query !== 'object' || query === null) return canonical(query);
  const before = known.get(query);
  if (before !== undefined) return before;
  const text = canonical(query);
  known.set(query, text);
  return text;
}

/** What the counts depend on besides the span of time: equal for requests that may share counts. */
export function countsKey(provider: string, request: CountsRequest<unknown>): string | null {
  const { cohorts, scope, groupBy, podLabel, window } = request;
  const queries = queriesText(request.queries);
  if (queries === null) return null;
  return canonical([provider, queries, cohorts, scope, groupBy, podLabel, window.bucketMs]);
}
