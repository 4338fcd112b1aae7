import type { GoValue } from '../go/value.ts';

/** The static type expr gives a node. `any` is known at run time only. */
export type StaticType = GoValue['type'] | 'any';

/** The type as Go prints it inside an error of expr's checker. */
export function describeType(type: StaticType): string {
  switch (type) {
    case 'nil':
      return '<nil>';
    case 'slice':
      return '[]interface {}';
    case 'map':
      return 'map[string]interface {}';
    case 'time':
      return 'time.Time';
    case 'any':
      return 'interface {}';
    case 'bool':
    case 'int':
    case 'int64':
    case 'float64':
    case 'string':
      return type;
  }
}

export function isInteger(type: StaticType): boolean {
  return type === 'int' || type === 'int64';
}

export function isNumber(type: StaticType): boolean {
  return isInteger(type) || type === 'float64';
}

export function isComparable(left: StaticType, right: StaticType): boolean {
  if (left === 'nil' || right === 'nil' || left === 'any' || right === 'any') return true;
  return left === right || (isNumber(left) && isNumber(right));
}

/** Whether the pair is fine once the side that is `any` turns out to be one of the allowed types. */
export function mayBe(
  left: StaticType,
  right: StaticType,
  ...allowed: readonly ((type: StaticType) => boolean)[]
): boolean {
  const fits = (type: StaticType) => type === 'any' || allowed.some((test) => test(type));
  return (left === 'any' && fits(right)) || (right === 'any' && fits(left));
}

export const isString = (type: StaticType): boolean => type === 'string';
export const isBool = (type: StaticType): boolean => type === 'bool';
export const isTime = (type: StaticType): boolean => type === 'time';
