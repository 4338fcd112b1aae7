/** A field of a log entry by its segments: `labels."k8s-pod/app"` is ['labels', 'k8s-pod/app']. */
export type Field = readonly string[];

export const OPERATORS = ['!=', '>=', '<=', '=~', '!~', '=', '>', '<', ':'] as const;
export type Operator = (typeof OPERATORS)[number];

/** A filter of the Logging query language, as far as it is used here; everything else is refused, never guessed. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  /** `quoted` is kept: a bare number is a number, a quoted one a text that the service converts. */
  | {
      readonly kind: 'compare';
      readonly field: Field;
      readonly operator: Operator;
      readonly value: string;
      readonly quoted: boolean;
    }
  /** `field:*` */
  | { readonly kind: 'has'; readonly field: Field }
  /** A bare value: any field that holds it. */
  | { readonly kind: 'text'; readonly value: string }
  /** `log_id("stdout")` */
  | { readonly kind: 'log-id'; readonly value: string };

export function compare(field: Field, operator: Operator, value: string): Expression {
  return { kind: 'compare', field, operator, value, quoted: true };
}

export function compareNumber(field: Field, operator: Operator, value: number): Expression {
  return { kind: 'compare', field, operator, value: String(value), quoted: false };
}

/** All of these; one alone is itself. */
export function allOf(parts: readonly Expression[]): Expression {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
}

/** One of these at least; one alone is itself. */
export function anyOf(parts: readonly Expression[]): Expression {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
}
