import { numberIn, type GoValue } from '../go/value.ts';
import { JsonPathError, type PathNode } from './syntax.ts';

type Filter = Extract<PathNode, { kind: 'filter' }>;
type Follow = (nodes: readonly PathNode[], start: readonly GoValue[]) => readonly GoValue[];

/** Whether one element of a list passes `[?(left operator right)]`. */
export function passesFilter(filter: Filter, element: GoValue, follow: Follow): boolean {
  if (filter.operator === 'exists') return exists(filter, element, follow);
  const left = only(follow(filter.left, [element]));
  if (left === undefined) return false;
  const right = only(follow(filter.right, [element]));
  return right !== undefined && holds(filter.operator, left, right);
}

function exists(filter: Filter, element: GoValue, follow: Follow): boolean {
  try {
    return follow(filter.left, [element]).length > 0;
  } catch {
    return false;
  }
}

function only(values: readonly GoValue[]): GoValue | undefined {
  if (values.length > 1) throw new JsonPathError('can only compare one element at a time');
  return values[0];
}

function holds(operator: string, left: GoValue, right: GoValue): boolean {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '<':
      return less(left, right);
    case '<=':
      return less(left, right) || equal(left, right);
    case '>':
      return !(less(left, right) || equal(left, right));
    case '>=':
      return !less(left, right);
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`);
  }
}

// The number in a filter is an int unless it has a dot, a number in JSON is a float: they never meet.
function alike(left: GoValue, right: GoValue): void {
  const basic = ['bool', 'int', 'float64', 'string'];
  if (!basic.includes(left.type) || !basic.includes(right.type)) {
    throw new JsonPathError('invalid type for comparison');
  }
  if (left.type !== right.type) throw new JsonPathError('incompatible types for comparison');
}

function equal(left: GoValue, right: GoValue): boolean {
  alike(left, right);
  return 'value' in left && 'value' in right && left.value === right.value;
}

function less(left: GoValue, right: GoValue): boolean {
  alike(left, right);
  const [a, b] = [numberIn(left), numberIn(right)];
  if (a !== undefined && b !== undefined) return a < b;
  if (left.type !== 'string' || right.type !== 'string')
    throw new JsonPathError('invalid type for comparison');
  return Buffer.compare(Buffer.from(left.value), Buffer.from(right.value)) < 0;
}
