/*
 * What may stand in a query. Datadog's metric queries have no quotes, so a value that could be read as syntax is
 * refused and never escaped: `version:*` would silently count both releases as one.
 */

/** The tag alphabet without its Unicode part. */
const TAG_VALUE = /^[a-z0-9_.:/-]{1,200}$/;
const TAG_KEY = /^[a-z][a-z0-9_./-]{0,199}$/;
const METRIC = /^[a-zA-Z][a-zA-Z0-9_.]{0,199}$/;
/** `@http.status_code`, or a reserved attribute or tag such as `service`. */
const FACET = /^@?[a-zA-Z][a-zA-Z0-9_./-]{0,199}$/;
/** A Kubernetes label value as hashes are: lower case, and nothing else ever is one. */
const HASH = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;
const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'by', 'to']);

export const TAG_VALUE_ALLOWED =
  'a tag value of letters, digits and _ . : / - (no wildcards, no spaces, none of the words and, or, not, in, by, to)';
export const TAG_KEY_ALLOWED =
  'a tag key such as env or kube_namespace: lower case letters, digits and _ . / -';
export const METRIC_ALLOWED = 'a metric name such as trace.http.request.hits: letters, digits, _ and .';
export const FACET_ALLOWED = 'a facet such as service or @http.status_code: letters, digits and _ . / -';

/** The value as Datadog stores it, lower case; null: it may not stand in a query. */
export function tagValue(text: string): string | null {
  // Checked before it is lowered: the Kelvin sign, for one, becomes an ordinary k.
  if (!/^[\x21-\x7e]{1,200}$/.test(text)) return null;
  const lower = text.toLowerCase();
  return TAG_VALUE.test(lower) && !OPERATORS.has(lower) ? lower : null;
}

export function isTagKey(text: string): boolean {
  return TAG_KEY.test(text) && !OPERATORS.has(text);
}

export function isMetricName(text: string): boolean {
  return METRIC.test(text) && !OPERATORS.has(text.toLowerCase());
}

export function isFacet(text: string): boolean {
  return FACET.test(text) && !OPERATORS.has(text.toLowerCase());
}

export function isHash(text: string): boolean {
  return HASH.test(text) && !OPERATORS.has(text);
}

/** A value of the log search syntax, in quotes, where only these two have a meaning; null: it may not stand there. */
export function quoted(text: string): string | null {
  // Curly quotes are quotes to the search; control characters have no business in a value.
  if (text === '' || text.length > 500 || /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u201C\u201D]/u.test(text))
    return null;
  return `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`;
}
