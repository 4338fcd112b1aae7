import { goPrint } from '../go/print.ts';
import { goQuoted } from '../go/quote.ts';
import { goTypeName, nil, numberIn, type GoValue } from '../go/value.ts';
import { ExpressionError } from './expression-error.ts';
import type { StaticType } from './types.ts';

/** What the functions of a condition may look at besides their arguments. */
export interface FunctionScope {
  readonly result: GoValue;
  readonly nowMs: number;
}

/**
 * A function of a condition. `accepts` lists the types of its parameters; `any` takes everything.
 * Argo supplies the first six, the others come with expr.
 */
export interface ConditionFunction {
  readonly accepts: readonly StaticType[];
  /** The types a builtin of expr lets through; Argo's own functions check by `accepts` alone. */
  readonly builtinTypes?: readonly StaticType[];
  readonly returns: StaticType;
  call(args: readonly GoValue[], scope: FunctionScope): GoValue;
}

const NUMERIC_OR_TEXT: readonly StaticType[] = ['any', 'float64', 'int', 'int64', 'string'];

export const FUNCTIONS: ReadonlyMap<string, ConditionFunction> = new Map<string, ConditionFunction>([
  ['asInt', { accepts: ['any'], returns: 'int64', call: ([value = nil]) => asInt(value) }],
  ['asFloat', { accepts: ['any'], returns: 'float64', call: ([value = nil]) => asFloat(value) }],
  [
    'isNaN',
    { accepts: ['float64'], returns: 'bool', call: ([value = nil]) => bool(Number.isNaN(float(value))) },
  ],
  [
    'isInf',
    { accepts: ['float64'], returns: 'bool', call: ([value = nil]) => bool(isInfinite(float(value))) },
  ],
  // Both of these look at the whole result of the measurement, whatever they are given.
  ['isNil', { accepts: ['any'], returns: 'bool', call: (_, scope) => bool(scope.result.type === 'nil') }],
  [
    'default',
    {
      accepts: ['any', 'any'],
      returns: 'any',
      call: ([, fallback = nil], scope) => (scope.result.type === 'nil' ? fallback : scope.result),
    },
  ],
  [
    'len',
    {
      accepts: ['any'],
      builtinTypes: ['any', 'slice', 'map', 'string'],
      returns: 'int',
      call: ([value = nil]) => ({ type: 'int', value: lengthOf(value) }),
    },
  ],
  [
    'int',
    {
      accepts: ['any'],
      builtinTypes: NUMERIC_OR_TEXT,
      returns: 'int',
      call: ([value = nil]) => toInt(value),
    },
  ],
  [
    'float',
    {
      accepts: ['any'],
      builtinTypes: NUMERIC_OR_TEXT,
      returns: 'float64',
      call: ([value = nil]) => toFloat(value),
    },
  ],
  ['now', { accepts: [], returns: 'time', call: (_, scope) => ({ type: 'time', epochMs: scope.nowMs }) }],
  ['date', { accepts: ['string'], returns: 'time', call: ([value = nil]) => dateOf(value) }],
]);

const bool = (value: boolean): GoValue => ({ type: 'bool', value });

const isInfinite = (value: number): boolean => value === Infinity || value === -Infinity;

function float(value: GoValue): number {
  if (value.type === 'float64' || value.type === 'int') return value.value;
  const found = value.type === 'nil' ? 'nil' : goTypeName(value);
  throw new ExpressionError(`interface conversion: interface {} is ${found}, not float64`);
}

function asInt(value: GoValue): GoValue {
  const number = numberIn(value);
  if (number !== undefined) return { type: 'int64', value: Math.trunc(number) };
  if (value.type !== 'string') throw unsupported('asInt', value);
  if (!/^[+-]?\d+$/.test(value.value)) throw notNumber('ParseInt', value.value);
  return { type: 'int64', value: Number(value.value) };
}

function asFloat(value: GoValue): GoValue {
  const number = numberIn(value);
  if (number !== undefined) return { type: 'float64', value: number };
  if (value.type !== 'string') throw unsupported('asFloat', value);
  return { type: 'float64', value: parseFloat64(value.value) };
}

/** Go's `strconv.ParseFloat`: unlike `Number` it refuses blanks and knows `NaN` and `inf`. */
function parseFloat64(text: string): number {
  if (/^[+-]?nan$/i.test(text) && !/^[+-]/.test(text)) return Number.NaN;
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw notNumber('ParseFloat', text);
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new ExpressionError(`strconv.ParseFloat: parsing "${goQuoted(text)}": value out of range`);
}

function toInt(value: GoValue): GoValue {
  const number = numberIn(value);
  if (number !== undefined) return { type: 'int', value: Math.trunc(number) };
  if (value.type !== 'string') throw new ExpressionError(`invalid operation: int(${goTypeName(value)})`);
  if (!/^[+-]?\d+$/.test(value.value)) throw new ExpressionError(`invalid operation: int(${value.value})`);
  return { type: 'int', value: Number(value.value) };
}

function toFloat(value: GoValue): GoValue {
  const number = numberIn(value);
  if (number !== undefined) return { type: 'float64', value: number };
  if (value.type !== 'string') throw new ExpressionError(`invalid operation: float(${goTypeName(value)})`);
  try {
    return { type: 'float64', value: parseFloat64(value.value) };
  } catch {
    throw new ExpressionError(`invalid operation: float(${value.value})`);
  }
}

function lengthOf(value: GoValue): number {
  if (value.type === 'slice') return value.items.length;
  if (value.type === 'map') return value.entries.size;
  if (value.type === 'string') return Buffer.byteLength(value.value);
  throw new ExpressionError(`invalid argument for len (type ${goTypeName(value)})`);
}

function dateOf(value: GoValue): GoValue {
  const text = value.type === 'string' ? value.value : '';
  const known = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const epochMs = known ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(epochMs)) throw new ExpressionError(`invalid date ${text}`);
  return { type: 'time', epochMs };
}

function unsupported(name: string, value: GoValue): ExpressionError {
  return new ExpressionError(`${name}() not supported on ${goTypeName(value)} ${goPrint(value)}`);
}

function notNumber(parser: string, text: string): ExpressionError {
  return new ExpressionError(`strconv.${parser}: parsing "${goQuoted(text)}": invalid syntax`);
}
