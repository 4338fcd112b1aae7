import { UnmodelledError } from '../unmodelled-error.ts';
import { goTypeName, nil, numberIn, type GoValue } from '../go/value.ts';
import { ExpressionError } from './expression-error.ts';
import { FUNCTIONS, type FunctionScope } from './functions.ts';
import { applyBinary, mapKey, truth } from './operators.ts';
import type { Expression } from './syntax.ts';

interface Scope extends FunctionScope {
  /** What `#` stands for; absent outside of closures. */
  readonly element?: GoValue;
}

/** How a `?.` on nil leaves its chain. */
const SKIPPED: unique symbol = Symbol('skipped by ?.');

/**
 * Evaluates a condition that the checker has let through.
 *
 * @throws ExpressionError where expr's machine panics
 */
export function evaluate(node: Expression, scope: Scope): GoValue {
  switch (node.kind) {
    case 'nil':
      return nil;
    case 'bool':
      return { type: 'bool', value: node.value };
    case 'int':
      return { type: 'int', value: node.value };
    case 'float':
      return { type: 'float64', value: node.value };
    case 'string':
      return { type: 'string', value: node.value };
    case 'array':
      return { type: 'slice', items: node.items.map((item) => evaluate(item, scope)) };
    case 'name':
      return scope.result;
    case 'pointer':
      return scope.element ?? nil;
    case 'unary':
      return evaluateUnary(node.operator, evaluate(node.operand, scope));
    case 'binary':
      return evaluateBinary(node, scope);
    case 'member':
    case 'chain':
      return evaluateChain(node.kind === 'chain' ? node.body : node, scope);
    case 'call':
      return (
        FUNCTIONS.get(node.name)?.call(
          node.args.map((argument) => evaluate(argument, scope)),
          scope,
        ) ?? nil
      );
    case 'predicate':
      return evaluatePredicate(node, scope);
    case 'conditional':
      return evaluate(truth(evaluate(node.test, scope)) ? node.whenTrue : node.otherwise, scope);
  }
}

function evaluateUnary(operator: string, operand: GoValue): GoValue {
  if (operator === '!' || operator === 'not') return { type: 'bool', value: !truth(operand) };
  if (operator === '+') return operand;
  if (operand.type === 'int' || operand.type === 'int64' || operand.type === 'float64') {
    return { type: operand.type, value: -operand.value };
  }
  throw new ExpressionError(`invalid operation: - ${goTypeName(operand)}`);
}

function evaluateBinary(node: Extract<Expression, { kind: 'binary' }>, scope: Scope): GoValue {
  const left = evaluate(node.left, scope);
  const right = (): GoValue => evaluate(node.right, scope);
  switch (node.operator) {
    case '&&':
    case 'and':
      return truth(left) ? right() : left;
    case '||':
    case 'or':
      return truth(left) ? left : right();
    case '??':
      return left.type === 'nil' ? right() : left;
    case 'in':
      return isTextSet(node.right) ? textSetHas(left, right()) : applyBinary('in', left, right());
    default:
      return applyBinary(node.operator, left, right());
  }
}

// expr turns an array of string literals into a set, and a set refuses a needle that is no string.
function isTextSet(node: Expression): boolean {
  return node.kind === 'array' && node.items.length > 0 && node.items.every((item) => item.kind === 'string');
}

function textSetHas(needle: GoValue, set: GoValue): GoValue {
  return applyBinary('in', { type: 'string', value: mapKey(needle) }, set);
}

function evaluateChain(node: Expression, scope: Scope): GoValue {
  const value = walk(node, scope);
  return value === SKIPPED ? nil : value;
}

function walk(node: Expression, scope: Scope): GoValue | typeof SKIPPED {
  if (node.kind !== 'member') return evaluate(node, scope);
  const object = walk(node.object, scope);
  if (object === SKIPPED) return SKIPPED;
  if (node.optional && object.type === 'nil') return SKIPPED;
  return fetch(object, evaluate(node.property, scope));
}

function fetch(object: GoValue, property: GoValue): GoValue {
  if (object.type === 'map') return object.entries.get(mapKey(property)) ?? nil;
  if (object.type === 'slice') return elementAt(object.items, property);
  const name = property.type === 'string' ? property.value : String(numberIn(property) ?? '<nil>');
  if (object.type === 'string') throw fetchFromText(property);
  throw new ExpressionError(`cannot fetch ${name} from ${goTypeName(object)}`);
}

function fetchFromText(property: GoValue): Error {
  if (numberIn(property) !== undefined)
    return new UnmodelledError('a byte of a string', ['fields of objects']);
  return new ExpressionError(`invalid operation: int(${goTypeName(property)})`);
}

function elementAt(items: readonly GoValue[], property: GoValue): GoValue {
  const index = numberIn(property);
  if (index === undefined) throw new ExpressionError(`invalid operation: int(${goTypeName(property)})`);
  const item = items.at(Math.trunc(index));
  if (item === undefined) throw new ExpressionError('reflect: slice index out of range');
  return item;
}

function evaluatePredicate(node: Extract<Expression, { kind: 'predicate' }>, scope: Scope): GoValue {
  const items = itemsOf(evaluate(node.collection, scope));
  const holds = (element: GoValue): boolean => truth(evaluate(node.closure, { ...scope, element }));
  switch (node.name) {
    case 'all':
      return { type: 'bool', value: items.every(holds) };
    case 'any':
      return { type: 'bool', value: items.some(holds) };
    case 'none':
      return { type: 'bool', value: !items.some(holds) };
    case 'filter':
      return { type: 'slice', items: items.filter(holds) };
    case 'count':
      return { type: 'int', value: items.filter(holds).length };
    default:
      return { type: 'bool', value: items.filter(holds).length === 1 };
  }
}

function itemsOf(collection: GoValue): readonly GoValue[] {
  if (collection.type === 'slice') return collection.items;
  if (collection.type === 'map' && collection.entries.size === 0) return [];
  if (collection.type === 'string')
    throw new UnmodelledError('a predicate over the bytes of a string', ['lists']);
  const shown = collection.type === 'nil' ? 'zero' : collection.type;
  const method = collection.type === 'map' ? 'Index' : 'Len';
  throw new ExpressionError(`reflect: call of reflect.Value.${method} on ${shown} Value`);
}
