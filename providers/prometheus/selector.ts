/** One `label="value"` of a PromQL selector. */
export interface Matcher {
  readonly label: string;
  readonly op: MatchOp;
  readonly value: string;
}

export const MATCH_OPS = ['=', '!=', '=~', '!~'] as const;
export type MatchOp = (typeof MATCH_OPS)[number];

const METRIC_NAME = /^[A-Za-z_:][A-Za-z0-9_:]*$/;
const LABEL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Control, format and separator characters would forge lines of the record; unpaired surrogates are no text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const REGEX_SYNTAX = /[\\.+*?()|[\]{}^$]/g;

/** Words of PromQL that would not be read as the name of a metric. */
const KEYWORDS = new Set(
  'and or unless atan2 by without on ignoring group_left group_right bool offset start end step inf nan'.split(
    ' ',
  ),
);

/**
 * An instant-vector selector, built from its parts and never from pasted text. A metric outside the classic alphabet
 * (https://prometheus.io/docs/guides/utf8/) is named by its label, which servers of any age understand.
 */
export function selectorText(metric: string, matchers: readonly Matcher[]): string {
  const inside = matchers.map(({ label, op, value }) => `${labelText(label)}${op}${quote(value)}`);
  if (!METRIC_NAME.test(metric) || KEYWORDS.has(metric.toLowerCase()))
    return `{${[`__name__=${quote(metric)}`, ...inside].join(',')}}`;
  return inside.length === 0 ? metric : `${metric}{${inside.join(',')}}`;
}

/** A label as it stands in a selector or behind `by`; quoted ones need Prometheus 3.0 or Managed Prometheus. */
export function labelText(label: string): string {
  return LABEL_NAME.test(label) ? label : quote(label);
}

/** A PromQL string literal; its escapes are those of Go. */
export function quote(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll(UNPRINTABLE, escapeOf);
  return `"${escaped}"`;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return String.raw`\ufffd`;
  const hex = code.toString(16);
  return code > 0xffff ? String.raw`\U${hex.padStart(8, '0')}` : String.raw`\u${hex.padStart(4, '0')}`;
}

/** A pattern (RE2) that matches this text and nothing else. */
export function literalPattern(text: string): string {
  return text.replaceAll(REGEX_SYNTAX, String.raw`\$&`);
}
