import { nearNames } from '../config/near-names.ts';
import type { Path } from '../config/path.ts';
import { givenText } from '../config/reporter.ts';
import type { Tell } from './finding.ts';
import { isObject, type RawObject } from './raw.ts';

type Scalar =
  | { readonly kind: 'text'; readonly of?: readonly string[] }
  | { readonly kind: 'int' | 'int-or-text' | 'bool' };

/** The type of one field, as a CRD's structural schema says it. */
export type Shape =
  | Scalar
  | { readonly kind: 'open' }
  | { readonly kind: 'list' | 'map'; readonly item: Shape }
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, Shape>>;
      readonly required: readonly string[];
    };

export const TEXT: Shape = { kind: 'text' };
export const INT: Shape = { kind: 'int' };
export const INT_OR_TEXT: Shape = { kind: 'int-or-text' };
export const BOOL: Shape = { kind: 'bool' };
/** Left to others: Kubernetes' own types, plugins. */
export const OPEN: Shape = { kind: 'open' };
export const choice = (...of: readonly string[]): Shape => ({ kind: 'text', of });
export const list = (item: Shape): Shape => ({ kind: 'list', item });
export const map = (item: Shape): Shape => ({ kind: 'map', item });

/** An object; the name of a required field ends in `!`. */
export function object(fields: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(fields);
  return {
    kind: 'object',
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, shape]) => [name.replace(/!$/, ''), shape]),
    ),
    required: names.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1)),
  };
}

/** Tells of everything in a value that the shape does not allow. An empty value counts as absent, as in Kubernetes. */
export function checkShape(value: unknown, shape: Shape, at: Path, tell: Tell): void {
  if (value === null || value === undefined) return;
  switch (shape.kind) {
    case 'open':
      return;
    case 'object':
      return checkObject(value, shape, at, tell);
    case 'list':
      if (!Array.isArray(value)) return mistyped(value, 'a list', at, tell);
      for (const [index, item] of value.entries()) checkShape(item, shape.item, [...at, index], tell);
      return;
    case 'map':
      if (!isObject(value)) return mistyped(value, 'a mapping', at, tell);
      for (const [key, item] of Object.entries(value)) checkShape(item, shape.item, [...at, key], tell);
      return;
    case 'text':
    case 'int':
    case 'int-or-text':
    case 'bool':
      return checkScalar(value, shape, at, tell);
  }
}

function checkScalar(value: unknown, shape: Scalar, at: Path, tell: Tell): void {
  const isInt = typeof value === 'number' && Number.isInteger(value);
  const isText = typeof value === 'string';
  switch (shape.kind) {
    case 'text':
      if (!isText) return mistyped(value, 'a text (put it in quotes)', at, tell);
      if (shape.of !== undefined && !shape.of.includes(value))
        return mistyped(value, `one of ${shape.of.join(', ')}`, at, tell);
      return;
    case 'int':
      return isInt ? undefined : mistyped(value, 'a whole number', at, tell);
    case 'int-or-text':
      return isInt || isText ? undefined : mistyped(value, 'a whole number or a text', at, tell);
    case 'bool':
      return typeof value === 'boolean' ? undefined : mistyped(value, 'true or false', at, tell);
  }
}

function checkObject(
  value: unknown,
  { fields, required }: Extract<Shape, { readonly kind: 'object' }>,
  at: Path,
  tell: Tell,
): void {
  if (!isObject(value)) return mistyped(value, 'a mapping', at, tell);
  for (const [key, inner] of Object.entries(value)) {
    const shape = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (shape === undefined) unknownField(key, Object.keys(fields), [...at, key], tell);
    else checkShape(inner, shape, [...at, key], tell);
  }
  for (const key of required.filter((name) => isAbsent(value, name))) {
    tell('schema', { at, given: `no ${key}`, allowed: `${key} is required`, fix: `${key}: ...` });
  }
}

const isAbsent = (value: RawObject, name: string): boolean =>
  value[name] === undefined || value[name] === null;

function unknownField(key: string, known: readonly string[], at: Path, tell: Tell): void {
  const near = nearNames(key, known);
  const fix = near[0] === undefined ? `remove ${key}` : `${near[0]}: ...`;
  const allowed = near.length > 0 ? near.join(' or ') : `one of ${known.join(', ')}`;
  tell('schema', { at, given: `the unknown field ${key}`, allowed, fix, key: true });
}

function mistyped(value: unknown, allowed: string, at: Path, tell: Tell): void {
  tell('schema', { at, given: givenText(value), allowed, fix: `write ${allowed}` });
}
