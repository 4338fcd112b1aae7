import { ExpressionError } from './expression-error.ts';

export type TokenKind = 'Identifier' | 'Number' | 'String' | 'Operator' | 'Bracket' | 'EOF';

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
}

const WORD_OPERATORS = new Set([
  'not',
  'in',
  'or',
  'and',
  'matches',
  'contains',
  'startsWith',
  'endsWith',
  'let',
]);

// In this order: what comes first wins. A second `&`, `=` or `*` glues to `& ! = * < >` as in expr.
const RULES: readonly { readonly kind: TokenKind | 'blank'; readonly pattern: RegExp }[] = [
  { kind: 'blank', pattern: /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y },
  { kind: 'String', pattern: /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y },
  {
    kind: 'Number',
    pattern: /0[xX][\dA-Fa-f_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y,
  },
  { kind: 'Identifier', pattern: /[\p{L}_$][\p{L}\p{N}_$]*/uy },
  { kind: 'Bracket', pattern: /[()[\]{}]/y },
  { kind: 'Operator', pattern: /\|\|?|\?[.?]?|\.\.?|##?|[&!=*<>][&=*]?|[,:;%+\-^/]/y },
];

/**
 * Splits a condition into expr-lang's tokens; the last one is always EOF.
 *
 * @throws ExpressionError for a character that no token starts with
 */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < source.length) {
    const found = matchAt(source, position);
    if (found.kind !== 'blank') tokens.push(tokenOf(found.kind, found.text));
    position += found.text.length;
  }
  return [...tokens, { kind: 'EOF', value: '' }];
}

/** The token as expr prints it in an error, e.g. `Operator("=")`. */
export function describeToken(token: Token): string {
  return token.value === '' ? token.kind : `${token.kind}(${JSON.stringify(token.value)})`;
}

function matchAt(source: string, position: number): { kind: TokenKind | 'blank'; text: string } {
  for (const { kind, pattern } of RULES) {
    pattern.lastIndex = position;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return { kind, text };
  }
  const character = String.fromCodePoint(source.codePointAt(position) ?? 0);
  if (character === '"' || character === "'") throw new ExpressionError('literal not terminated');
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new ExpressionError(`unrecognized character: U+${code} '${character}'`);
}

function tokenOf(kind: TokenKind, text: string): Token {
  if (kind === 'String') return { kind, value: unescape(text.slice(1, -1)) };
  if (kind === 'Identifier' && WORD_OPERATORS.has(text)) return { kind: 'Operator', value: text };
  return { kind, value: text };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

function unescape(body: string): string {
  return body.replace(/\\(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|([\s\S]))/g, (_, ...groups: string[]) => {
    const [byte, unit, letter] = groups;
    const code = byte ?? unit;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    const escaped = letter === undefined ? undefined : ESCAPES[letter];
    if (escaped === undefined) throw new ExpressionError('invalid char escape');
    return escaped;
  });
}
