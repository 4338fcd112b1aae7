import { quote } from '../../_shared/google/quote.ts';
import type { Expression, Field } from './syntax.ts';

const PLAIN_SEGMENT = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What a bare value may look like; everything else is quoted, whatever it was. */
const PLAIN_VALUE = /^[+-]?[A-Za-z0-9_][A-Za-z0-9_.]*$/;
const RESERVED = /^(?:AND|OR|NOT)$/;

/**
 * An expression as text. Every group is in parentheses, so that precedence is never relied on, and every text in
 * quotes. Throws `provider-rejected` for a text that cannot stand in a filter.
 */
export function writeFilter(expression: Expression): string {
  return write(expression, true);
}

/** `labels."k8s-pod/app"` */
export function writeField(field: Field): string {
  return field
    .map((segment, index) => (index === 0 || PLAIN_SEGMENT.test(segment) ? segment : quote(segment)))
    .join('.');
}

function write(expression: Expression, isOutermost: boolean): string {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const joined = expression.parts
        .map((part) => write(part, false))
        .join(expression.kind === 'and' ? ' AND ' : ' OR ');
      return isOutermost && expression.kind === 'and' ? joined : `(${joined})`;
    }
    case 'not':
      return `(NOT ${write(expression.part, false)})`;
    case 'compare': {
      const { field, operator, value, quoted } = expression;
      const isPlain = !quoted && PLAIN_VALUE.test(value) && !RESERVED.test(value);
      return `${writeField(field)}${operator}${isPlain ? value : quote(value)}`;
    }
    case 'has':
      return `${writeField(expression.field)}:*`;
    case 'text':
      return quote(expression.value);
    case 'log-id':
      return `log_id(${quote(expression.value)})`;
  }
}
