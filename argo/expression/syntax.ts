/** A parsed condition. `chain` bounds how far `?.` skips; `pointer` is the `#` of a closure. */
export type Expression =
  | { readonly kind: 'nil' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pointer' }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'member';
      readonly object: Expression;
      readonly property: Expression;
      readonly optional: boolean;
    }
  | { readonly kind: 'chain'; readonly body: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'predicate';
      readonly name: string;
      readonly collection: Expression;
      readonly closure: Expression;
    }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly whenTrue: Expression;
      readonly otherwise: Expression;
    };

/** The predicates over an array that the double imitates. */
export const PREDICATES: readonly string[] = ['all', 'any', 'none', 'one', 'filter', 'count'];
