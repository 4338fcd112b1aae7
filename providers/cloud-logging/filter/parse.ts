import { FilterSyntaxError, Scanner } from './scanner.ts';
import { allOf, anyOf, type Expression, type Field, type Operator } from './syntax.ts';

/** Deeper nesting is no filter that a person wrote. */
const DEEPEST = 40;
const RESERVED: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT']);

/**
 * Reads a filter of the Logging query language: NOT binds tightest, then OR, then AND; parts side by side are
 * joined by AND (Logging query language, "Boolean operators"). Throws `FilterSyntaxError`.
 */
export function parseFilter(text: string): Expression {
  const scanner = new Scanner(text);
  const expression = conjunction(scanner, 0);
  if (!scanner.done) scanner.fail('AND, OR or the end');
  return expression;
}

/** Reads a field such as `httpRequest.status` or `labels."k8s-pod/app"`. Throws `FilterSyntaxError`. */
export function parseField(text: string): Field {
  const scanner = new Scanner(text);
  const field = path(scanner) ?? scanner.fail('a field such as jsonPayload.status');
  if (!scanner.done) scanner.fail('the end of the field');
  return field;
}

function conjunction(scanner: Scanner, depth: number): Expression {
  const parts = [disjunction(scanner, depth)];
  for (;;) {
    const isJoined = scanner.takeKeyword('AND');
    if (!isJoined && (scanner.done || scanner.sees(')'))) return allOf(parts);
    parts.push(disjunction(scanner, depth));
  }
}

function disjunction(scanner: Scanner, depth: number): Expression {
  const parts = [negation(scanner, depth)];
  while (scanner.takeKeyword('OR')) parts.push(negation(scanner, depth));
  return anyOf(parts);
}

function negation(scanner: Scanner, depth: number): Expression {
  if (depth > DEEPEST) throw new FilterSyntaxError('nested too deeply', scanner.at);
  if (scanner.takeKeyword('NOT') || scanner.take('-'))
    return { kind: 'not', part: negation(scanner, depth + 1) };
  if (!scanner.take('(')) return restriction(scanner, depth);
  const inner = conjunction(scanner, depth + 1);
  if (!scanner.take(')')) scanner.fail('a closing parenthesis');
  return inner;
}

function restriction(scanner: Scanner, depth: number): Expression {
  const text = scanner.quoted();
  if (text !== null) {
    const operator = scanner.operator();
    if (operator !== null) scanner.fail('a field that is not quoted as a whole');
    return { kind: 'text', value: text };
  }
  const field = path(scanner) ?? scanner.fail('a field or a quoted text');
  const [name = ''] = field;
  if (field.length === 1 && RESERVED.has(name)) scanner.fail(`something else than ${name}`);
  if (field.length === 1 && scanner.take('(')) return call(scanner, name);
  const operator = scanner.operator();
  // A bare word is a text to look for in every field.
  if (operator === null) return { kind: 'text', value: field.join('.') };
  return comparison(scanner, field, operator, depth);
}

function call(scanner: Scanner, name: string): Expression {
  if (name.toLowerCase() !== 'log_id') {
    const why = name.toLowerCase() === 'sample' ? ' (a sample would be counted as if it were all)' : '';
    throw new FilterSyntaxError(`the function ${name} is not known here${why}; log_id is`, scanner.at);
  }
  const value = scanner.quoted() ?? scanner.fail('a quoted log id');
  if (!scanner.take(')')) scanner.fail('a closing parenthesis');
  return { kind: 'log-id', value };
}

function comparison(scanner: Scanner, field: Field, operator: Operator, depth: number): Expression {
  if (scanner.take('(')) {
    const values = valueList(scanner, field, operator, depth + 1);
    if (!scanner.take(')')) scanner.fail('a closing parenthesis');
    return values;
  }
  return singleValue(scanner, field, operator);
}

function singleValue(scanner: Scanner, field: Field, operator: Operator): Expression {
  const text = scanner.quoted();
  if (text !== null) return { kind: 'compare', field, operator, value: text, quoted: true };
  if (operator === ':' && scanner.take('*')) return { kind: 'has', field };
  const bare = scanner.bareValue();
  if (bare === null || RESERVED.has(bare)) scanner.fail('a value; quote it where it is not a plain word');
  return { kind: 'compare', field, operator, value: bare, quoted: false };
}

/** `field=("a" OR "b")`: the comparison with each of them. */
function valueList(scanner: Scanner, field: Field, operator: Operator, depth: number): Expression {
  if (depth > DEEPEST) throw new FilterSyntaxError('nested too deeply', scanner.at);
  const one = (): Expression => {
    if (scanner.takeKeyword('NOT')) return { kind: 'not', part: one() };
    return comparison(scanner, field, operator, depth);
  };
  const alternatives = (): Expression => {
    const parts = [one()];
    while (scanner.takeKeyword('OR')) parts.push(one());
    return anyOf(parts);
  };
  const parts = [alternatives()];
  while (scanner.takeKeyword('AND')) parts.push(alternatives());
  return allOf(parts);
}

/** Segments joined by dots, each a word or in quotes; the first is a word. */
function path(scanner: Scanner): Field | null {
  const first = scanner.word();
  if (first === null) return null;
  const segments = [first];
  while (scanner.take('.', true)) {
    segments.push(scanner.quoted(true) ?? scanner.word(true) ?? scanner.fail('a segment of the field'));
  }
  return segments;
}
