import { UnmodelledError } from '../unmodelled-error.ts';
import { ExpressionError } from './expression-error.ts';
import { BINARY, UNARY, UNMODELLED_OPERATORS } from './precedence.ts';
import { parsePrimary } from './parse-primary.ts';
import type { Parser } from './parser.ts';
import type { Expression } from './syntax.ts';
import { TokenStream } from './token-stream.ts';
import { tokenize } from './tokens.ts';

/**
 * Parses a condition of expr 1.15, as far as this double imitates it.
 *
 * @throws ExpressionError where expr reports a syntax error, UnmodelledError where expr would go on
 */
export function parseExpression(source: string): Expression {
  const tokens = new TokenStream(tokenize(source));
  const parsed = parseLevel({ tokens, closureDepth: 0, parseLevel }, 0);
  if (!tokens.is('EOF')) throw tokens.unexpected();
  return parsed;
}

function parseLevel(parser: Parser, level: number): Expression {
  const { tokens } = parser;
  let left = parseUnary(parser);
  let previous = '';
  while (tokens.is('Operator')) {
    refuseUnmodelled(tokens.current.value);
    const negated = tokens.accept('Operator', 'not');
    const operator = tokens.current.value;
    const binding = BINARY.get(operator);
    if (binding === undefined || binding.level < level) break;
    tokens.take();
    if (previous === '??' && operator !== '??') throw mixedCoalescing(operator);
    const right = parser.parseLevel(parser, binding.rightAssociative ? binding.level : binding.level + 1);
    const binary: Expression = { kind: 'binary', operator, left, right };
    left = negated ? { kind: 'unary', operator: 'not', operand: binary } : binary;
    previous = operator;
  }
  return level === 0 ? parseConditional(parser, left) : left;
}

function parseUnary(parser: Parser): Expression {
  const { tokens } = parser;
  const level = tokens.is('Operator') ? UNARY.get(tokens.current.value) : undefined;
  if (level === undefined) return parsePrimary(parser);
  const operator = tokens.take().value;
  return { kind: 'unary', operator, operand: parser.parseLevel(parser, level) };
}

function parseConditional(parser: Parser, test: Expression): Expression {
  const { tokens } = parser;
  if (!tokens.accept('Operator', '?')) return test;
  if (tokens.accept('Operator', ':')) {
    return { kind: 'conditional', test, whenTrue: test, otherwise: parser.parseLevel(parser, 0) };
  }
  const then = parser.parseLevel(parser, 0);
  tokens.expect('Operator', ':');
  return { kind: 'conditional', test, whenTrue: then, otherwise: parser.parseLevel(parser, 0) };
}

function refuseUnmodelled(operator: string): void {
  if (!UNMODELLED_OPERATORS.has(operator)) return;
  throw new UnmodelledError(`the operator \`${operator}\` in a condition`, [...BINARY.keys()]);
}

function mixedCoalescing(operator: string): ExpressionError {
  return new ExpressionError(
    `Operator (${operator}) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses.`,
  );
}
