import { UnmodelledError } from '../unmodelled-error.ts';
import { goTypeName, nil, numberIn, type GoValue } from '../go/value.ts';
import { ExpressionError } from './expression-error.ts';

/** `left operator right` for every binary operator that evaluates both of its sides. */
export function applyBinary(operator: string, left: GoValue, right: GoValue): GoValue {
  switch (operator) {
    case '==':
      return bool(equals(left, right));
    case '!=':
      return bool(!equals(left, right));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return bool(compare(operator, left, right));
    case 'in':
      return bool(isIn(left, right));
    case 'matches':
      return bool(pattern(textOf(right)).test(textOf(left)));
    case 'contains':
      return bool(textOf(left).includes(textOf(right)));
    case 'startsWith':
      return bool(textOf(left).startsWith(textOf(right)));
    case 'endsWith':
      return bool(textOf(left).endsWith(textOf(right)));
    default:
      return calculate(operator, left, right);
  }
}

/** The boolean in a value, as Go's type assertion takes it out of an interface. */
export function truth(value: GoValue): boolean {
  if (value.type === 'bool') return value.value;
  throw assertion(value, 'bool');
}

function assertion(value: GoValue, wanted: string): ExpressionError {
  const found = value.type === 'nil' ? 'nil' : goTypeName(value);
  return new ExpressionError(`interface conversion: interface {} is ${found}, not ${wanted}`);
}

const bool = (value: boolean): GoValue => ({ type: 'bool', value });

function textOf(value: GoValue): string {
  if (value.type === 'string') return value.value;
  throw assertion(value, 'string');
}

/** expr's equality: numbers by value whatever their type, everything else by deep equality. */
function equals(left: GoValue, right: GoValue): boolean {
  const [leftNumber, rightNumber] = [numberIn(left), numberIn(right)];
  if (leftNumber !== undefined && rightNumber !== undefined) return leftNumber === rightNumber;
  return deepEquals(left, right);
}

// reflect.DeepEqual knows no conversion: the element 1 (int) of an array literal is not 1 (float64).
function deepEquals(left: GoValue, right: GoValue): boolean {
  if (left.type === 'slice' && right.type === 'slice') {
    const { items } = right;
    return (
      left.items.length === items.length && left.items.every((item, i) => deepEquals(item, items[i] ?? nil))
    );
  }
  if (left.type === 'map' && right.type === 'map') {
    return left.entries.size === right.entries.size && everyEntryEqual(left.entries, right.entries);
  }
  if (left.type === 'time' && right.type === 'time') return left.epochMs === right.epochMs;
  if (left.type === 'nil' || right.type === 'nil') return left.type === right.type;
  return left.type === right.type && 'value' in left && 'value' in right && left.value === right.value;
}

function everyEntryEqual(left: ReadonlyMap<string, GoValue>, right: ReadonlyMap<string, GoValue>): boolean {
  return [...left].every(([key, item]) => {
    const other = right.get(key);
    return other !== undefined && deepEquals(item, other);
  });
}

function compare(operator: '<' | '<=' | '>' | '>=', left: GoValue, right: GoValue): boolean {
  const order = orderOf(left, right);
  if (order === undefined) throw invalid(operator, left, right);
  // NaN compares to nothing: every answer is false.
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function orderOf(left: GoValue, right: GoValue): number | undefined {
  const [leftNumber, rightNumber] = [numberIn(left), numberIn(right)];
  if (leftNumber !== undefined && rightNumber !== undefined) {
    return leftNumber === rightNumber
      ? 0
      : leftNumber < rightNumber
        ? -1
        : leftNumber > rightNumber
          ? 1
          : Number.NaN;
  }
  if (left.type === 'time' && right.type === 'time') return left.epochMs - right.epochMs;
  if (left.type !== 'string' || right.type !== 'string') return undefined;
  return Buffer.compare(Buffer.from(left.value), Buffer.from(right.value));
}

function isIn(needle: GoValue, haystack: GoValue): boolean {
  if (haystack.type === 'nil') return false;
  if (haystack.type === 'slice') return haystack.items.some((item) => equals(item, needle));
  if (haystack.type === 'map') return haystack.entries.has(mapKey(needle));
  throw new ExpressionError(`operator "in" not defined on ${goTypeName(haystack)}`);
}

/** The key a value addresses in a Go map with string keys; nil is the empty string. */
export function mapKey(value: GoValue): string {
  if (value.type === 'string') return value.value;
  if (value.type === 'nil') return '';
  const shown = value.type === 'map' || value.type === 'slice' ? goTypeName(value) : value.type;
  throw new ExpressionError(
    `reflect.Value.MapIndex: value of type ${shown} is not assignable to type string`,
  );
}

function pattern(source: string): RegExp {
  try {
    return source.startsWith('(?i)')
      ? new RegExp(source.slice('(?i)'.length), 'iu')
      : new RegExp(source, 'u');
  } catch {
    throw new UnmodelledError(`the regular expression ${source}`, ['what Go and ECMAScript share']);
  }
}

function calculate(operator: string, left: GoValue, right: GoValue): GoValue {
  if (operator === '+' && left.type === 'string' && right.type === 'string') {
    return { type: 'string', value: left.value + right.value };
  }
  const [a, b] = [numberIn(left), numberIn(right)];
  if (operator === '**' || operator === '^') return { type: 'float64', value: power(left, right) };
  if (a === undefined || b === undefined) throw invalid(operator, left, right);
  const isFloat = left.type === 'float64' || right.type === 'float64';
  if (operator === '/') return { type: 'float64', value: a / b };
  if (operator === '%') return { type: 'int', value: remainder(left, right, a, b) };
  const value = operator === '+' ? a + b : operator === '-' ? a - b : a * b;
  return { type: isFloat ? 'float64' : 'int', value };
}

function power(left: GoValue, right: GoValue): number {
  for (const side of [left, right]) {
    if (numberIn(side) === undefined)
      throw new ExpressionError(`invalid operation: float(${goTypeName(side)})`);
  }
  return (numberIn(left) ?? 0) ** (numberIn(right) ?? 0);
}

function remainder(left: GoValue, right: GoValue, a: number, b: number): number {
  if (left.type === 'float64' || right.type === 'float64') throw invalid('%', left, right);
  if (b === 0) throw new ExpressionError('integer divide by zero');
  return a % b;
}

function invalid(operator: string, left: GoValue, right: GoValue): ExpressionError {
  return new ExpressionError(`invalid operation: ${goTypeName(left)} ${operator} ${goTypeName(right)}`);
}
