import { UnmodelledError } from '../unmodelled-error.ts';
import { ExpressionError } from './expression-error.ts';
import type { Parser } from './parser.ts';
import { PREDICATES, type Expression } from './syntax.ts';

/** Parses a literal, name, call, array or parenthesis together with its `.x`, `?.x` and `[i]`. */
export function parsePrimary(parser: Parser): Expression {
  return parsePostfix(parser, parseAtom(parser));
}

function parseAtom(parser: Parser): Expression {
  const { tokens } = parser;
  const token = tokens.current;
  if (tokens.accept('Bracket', '(')) {
    const inner = parser.parseLevel(parser, 0);
    tokens.expect('Bracket', ')');
    return inner;
  }
  if (tokens.accept('Bracket', '[')) return { kind: 'array', items: parseList(parser, ']') };
  if (tokens.is('Bracket', '{')) throw new UnmodelledError('a map literal in a condition', ['arrays']);
  if (tokens.is('Operator', '#') || tokens.is('Operator', '.')) return parsePointer(parser);
  if (token.kind === 'Number') return numberLiteral(tokens.take().value);
  if (token.kind === 'String') return { kind: 'string', value: tokens.take().value };
  if (token.kind === 'Identifier') return parseWord(parser, tokens.take().value);
  throw tokens.unexpected();
}

function parsePointer(parser: Parser): Expression {
  if (parser.closureDepth === 0) {
    throw new ExpressionError('cannot use pointer accessor outside closure');
  }
  // A leading dot is short for `#.`; the dot itself is left for the postfix.
  parser.tokens.accept('Operator', '#');
  return { kind: 'pointer' };
}

function numberLiteral(text: string): Expression {
  const digits = text.replaceAll('_', '');
  if (/^0[xX]/.test(digits)) return { kind: 'int', value: Number.parseInt(digits, 16) };
  return { kind: /[.eE]/.test(digits) ? 'float' : 'int', value: Number(digits) };
}

function parseWord(parser: Parser, word: string): Expression {
  if (word === 'true' || word === 'false') return { kind: 'bool', value: word === 'true' };
  if (word === 'nil') return { kind: 'nil' };
  if (!parser.tokens.accept('Bracket', '(')) return { kind: 'name', name: word };
  if (PREDICATES.includes(word)) return parsePredicate(parser, word);
  return { kind: 'call', name: word, args: parseList(parser, ')') };
}

function parsePredicate(parser: Parser, name: string): Expression {
  const { tokens } = parser;
  const collection = parser.parseLevel(parser, 0);
  tokens.expect('Operator', ',');
  const braced = tokens.accept('Bracket', '{');
  const closure = parser.parseLevel({ ...parser, closureDepth: parser.closureDepth + 1 }, 0);
  if (braced) tokens.expect('Bracket', '}');
  tokens.expect('Bracket', ')');
  return { kind: 'predicate', name, collection, closure };
}

function parseList(parser: Parser, closing: string): readonly Expression[] {
  const { tokens } = parser;
  const items: Expression[] = [];
  while (!tokens.accept('Bracket', closing)) {
    if (items.length > 0) tokens.expect('Operator', ',');
    items.push(parser.parseLevel(parser, 0));
  }
  return items;
}

function parsePostfix(parser: Parser, start: Expression): Expression {
  const { tokens } = parser;
  let node = start;
  for (;;) {
    const optional = tokens.is('Operator', '?.');
    if (optional || tokens.is('Operator', '.')) {
      tokens.take();
      node = memberOf(node, { kind: 'string', value: propertyName(parser) }, optional);
    } else if (tokens.accept('Bracket', '[')) {
      node = { kind: 'member', object: node, property: parseIndex(parser), optional: false };
    } else return node;
  }
}

// A chain is opened once and grows, so that `a?.b.c` skips `.c` as well.
function memberOf(node: Expression, property: Expression, optional: boolean): Expression {
  const object = node.kind === 'chain' ? node.body : node;
  const member: Expression = { kind: 'member', object, property, optional };
  return node.kind === 'chain' || optional ? { kind: 'chain', body: member } : member;
}

function propertyName(parser: Parser): string {
  const token = parser.tokens.take();
  const isWord = token.kind === 'Identifier' || /^\p{L}/u.test(token.value);
  if (!isWord || token.kind === 'String') throw new ExpressionError('expected name');
  if (parser.tokens.is('Bracket', '(')) {
    throw new UnmodelledError(`the method call .${token.value}()`, ['fields', 'indices', 'functions']);
  }
  return token.value;
}

function parseIndex(parser: Parser): Expression {
  const { tokens } = parser;
  if (tokens.is('Operator', ':')) throw unmodelledSlice();
  const index = parser.parseLevel(parser, 0);
  if (tokens.is('Operator', ':')) throw unmodelledSlice();
  tokens.expect('Bracket', ']');
  return index;
}

function unmodelledSlice(): UnmodelledError {
  return new UnmodelledError('a slice [from:to] in a condition', ['an index [i]']);
}
