interface Precedence {
  readonly level: number;
  readonly rightAssociative?: true;
}

/** Binary operators of expr 1.15 with their binding strength; `??` binds tightest. */
export const BINARY: ReadonlyMap<string, Precedence> = new Map<string, Precedence>([
  ['or', { level: 10 }],
  ['||', { level: 10 }],
  ['and', { level: 15 }],
  ['&&', { level: 15 }],
  ['==', { level: 20 }],
  ['!=', { level: 20 }],
  ['<', { level: 20 }],
  ['>', { level: 20 }],
  ['>=', { level: 20 }],
  ['<=', { level: 20 }],
  ['in', { level: 20 }],
  ['matches', { level: 20 }],
  ['contains', { level: 20 }],
  ['startsWith', { level: 20 }],
  ['endsWith', { level: 20 }],
  ['+', { level: 30 }],
  ['-', { level: 30 }],
  ['*', { level: 60 }],
  ['/', { level: 60 }],
  ['%', { level: 60 }],
  ['**', { level: 100, rightAssociative: true }],
  ['^', { level: 100, rightAssociative: true }],
  ['??', { level: 500 }],
]);

/** Unary operators likewise. */
export const UNARY: ReadonlyMap<string, number> = new Map([
  ['not', 50],
  ['!', 50],
  ['-', 90],
  ['+', 90],
]);

/** Operators that expr has and the double does not. */
export const UNMODELLED_OPERATORS: ReadonlySet<string> = new Set(['|', '..', 'let']);
