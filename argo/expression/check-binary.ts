import { ExpressionError } from './expression-error.ts';
import type { Expression } from './syntax.ts';
import {
  describeType,
  isBool,
  isComparable,
  isInteger,
  isNumber,
  isString,
  isTime,
  mayBe,
  type StaticType,
} from './types.ts';

type Binary = Extract<Expression, { kind: 'binary' }>;

/** The static type of `left operator right`. */
export function checkBinary(
  node: Binary,
  left: StaticType,
  right: StaticType,
  typeOf: (node: Expression) => StaticType,
): StaticType {
  const type =
    node.operator === 'in' ? typeOfIn(node, left, right, typeOf) : resultOf(node.operator, left, right);
  if (type !== undefined) return type;
  throw new ExpressionError(
    `invalid operation: ${node.operator} (mismatched types ${describeType(left)} and ${describeType(right)})`,
  );
}

function resultOf(operator: string, left: StaticType, right: StaticType): StaticType | undefined {
  switch (operator) {
    case '==':
    case '!=':
      return isComparable(left, right) ? 'bool' : undefined;
    case '&&':
    case 'and':
    case '||':
    case 'or':
      return both(isBool, left, right) || mayBe(left, right, isBool) ? 'bool' : undefined;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(left, right) ? 'bool' : undefined;
    case 'matches':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return both(isString, left, right) || mayBe(left, right, isString) ? 'bool' : undefined;
    case '??':
      return coalesced(left, right);
    default:
      return arithmetic(operator, left, right);
  }
}

function isOrdered(left: StaticType, right: StaticType): boolean {
  const alike = both(isNumber, left, right) || both(isString, left, right) || both(isTime, left, right);
  return alike || mayBe(left, right, isNumber, isString, isTime);
}

function coalesced(left: StaticType, right: StaticType): StaticType {
  if (left === 'nil') return right;
  return right === 'nil' || left === right ? left : 'any';
}

function arithmetic(operator: string, left: StaticType, right: StaticType): StaticType | undefined {
  switch (operator) {
    case '+':
      if (both(isString, left, right)) return 'string';
      return sumOf(left, right) ?? (mayBe(left, right, isNumber, isString) ? 'any' : undefined);
    case '-':
    case '*':
      return sumOf(left, right) ?? (mayBe(left, right, isNumber) ? 'any' : undefined);
    case '%':
      if (both(isInteger, left, right)) return sumOf(left, right);
      return mayBe(left, right, isInteger) ? 'any' : undefined;
    default:
      return both(isNumber, left, right) || mayBe(left, right, isNumber) ? 'float64' : undefined;
  }
}

function sumOf(left: StaticType, right: StaticType): StaticType | undefined {
  if (!both(isNumber, left, right)) return undefined;
  if (left === right) return left;
  return left === 'float64' || right === 'float64' ? 'float64' : 'int';
}

function typeOfIn(
  node: Binary,
  left: StaticType,
  right: StaticType,
  typeOf: (node: Expression) => StaticType,
): StaticType | undefined {
  if (right === 'any') return 'bool';
  if (right === 'map') return keyOfMap(left);
  if (right === 'slice') return elementOf(left, commonType(node.right, typeOf));
  return left === 'any' && right === 'string' ? 'bool' : undefined;
}

function keyOfMap(left: StaticType): StaticType {
  if (left === 'nil' || left === 'any' || left === 'string') return 'bool';
  throw new ExpressionError(`cannot use ${describeType(left)} as type string in map key`);
}

function elementOf(left: StaticType, element: StaticType): StaticType {
  if (isComparable(left, element)) return 'bool';
  throw new ExpressionError(`cannot use ${describeType(left)} as type ${describeType(element)} in array`);
}

// Array literals are []any, yet expr remembers an element type that all items share.
function commonType(node: Expression, typeOf: (node: Expression) => StaticType): StaticType {
  const items = node.kind === 'array' ? node.items.map(typeOf) : [];
  const [first] = items;
  return first !== undefined && items.every((type) => type === first) ? first : 'any';
}

const both = (test: (type: StaticType) => boolean, left: StaticType, right: StaticType): boolean =>
  test(left) && test(right);
