/**
 * A value as the Go code of Argo Rollouts holds it. The Go type is kept because conditions depend
 * on it: `result < 6` is an error for a string, and an error's text names the type.
 */
export type GoValue =
  | { readonly type: 'nil' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'int64'; readonly value: number }
  | { readonly type: 'float64'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'slice'; readonly items: readonly GoValue[] }
  | { readonly type: 'map'; readonly entries: ReadonlyMap<string, GoValue> }
  | { readonly type: 'time'; readonly epochMs: number };

export const nil: GoValue = { type: 'nil' };

/** What Go's `%T` prints for the value, e.g. `map[string]interface {}`. */
export function goTypeName(value: GoValue): string {
  switch (value.type) {
    case 'nil':
      return '<nil>';
    case 'slice':
      return '[]interface {}';
    case 'map':
      return 'map[string]interface {}';
    case 'time':
      return 'time.Time';
    case 'bool':
    case 'int':
    case 'int64':
    case 'float64':
    case 'string':
      return value.type;
  }
}

/** The number in a value of any of Go's numeric types, or undefined for everything else. */
export function numberIn(value: GoValue): number | undefined {
  switch (value.type) {
    case 'int':
    case 'int64':
    case 'float64':
      return value.value;
    case 'nil':
    case 'bool':
    case 'string':
    case 'slice':
    case 'map':
    case 'time':
      return undefined;
  }
}
