import type { GoValue } from '../go/value.ts';

/** Bounds of `[from:to:step]` as written; `derivedEnd` marks `[i]`, whose end is i + 1. */
export interface SliceBounds {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly derivedEnd: boolean;
  readonly step: number | undefined;
}

/** One step of a path inside braces. */
export type PathNode =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'slice'; readonly bounds: SliceBounds }
  | { readonly kind: 'literal'; readonly value: GoValue }
  /** A bare word such as `{verdict}`: kubectl parses it and fails only when it follows it. */
  | { readonly kind: 'word'; readonly word: string }
  | {
      readonly kind: 'filter';
      readonly left: readonly PathNode[];
      readonly operator: string;
      readonly right: readonly PathNode[];
    };

/** A template: text outside of braces is itself a result, which is why braces must not be forgotten. */
export type PathPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly nodes: readonly PathNode[] };

/** A kubectl JSONPath that cannot be read or followed; the message is kubectl's. */
export class JsonPathError extends Error {
  readonly code = 'json-path';

  constructor(message: string) {
    super(message);
    this.name = 'JsonPathError';
  }
}
