import { parseDuration } from '../../../src/core/units.ts';
import type { Expression, Field, Operator } from '../filter/syntax.ts';
import { SEVERITIES, severityRank } from '../severity.ts';
import type { LogLine } from './model.ts';

/** A filter that the service refuses; becomes INVALID_ARGUMENT. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
}

export type Predicate = (line: LogLine) => boolean;
type Value = string | number | boolean | undefined;

/** Fields of a LogEntry with their defaults: where they are missing, they compare as these, not as missing. */
const DEFAULTS: Readonly<Record<string, Value>> = {
  'httpRequest.status': 0,
  'httpRequest.latency': 0,
  'httpRequest.requestMethod': '',
  'httpRequest.requestUrl': '',
  'httpRequest.userAgent': '',
  severity: 'DEFAULT',
  textPayload: '',
  logName: '',
  insertId: '',
  'resource.type': '',
};
const OPEN_ENDED = /^(?:jsonPayload|labels|resource\.labels)(?:\.|$)/;
const KNOWN_TOP = new Set([
  ...Object.keys(DEFAULTS),
  'timestamp',
  'receiveTimestamp',
  'httpRequest',
  'operation',
  'trace',
]);

/** A filter as a test of entries, after the Logging query language's rules for types, case and missing fields. */
export function compileFilter(expression: Expression): Predicate {
  switch (expression.kind) {
    case 'and': {
      const parts = expression.parts.map((part) => compileFilter(part));
      return (line) => parts.every((part) => part(line));
    }
    case 'or': {
      const parts = expression.parts.map((part) => compileFilter(part));
      return (line) => parts.some((part) => part(line));
    }
    case 'not': {
      const part = compileFilter(expression.part);
      return (line) => !part(line);
    }
    case 'has':
      checkField(expression.field);
      return (line) => present(line, expression.field);
    case 'text': {
      const wanted = expression.value.toLowerCase();
      return (line) => JSON.stringify(line).toLowerCase().includes(wanted);
    }
    case 'log-id':
      return (line) => decodeURIComponent(line.logName.split('/logs/')[1] ?? '') === expression.value;
    case 'compare':
      checkField(expression.field);
      return comparison(expression.field, expression.operator, expression.value);
  }
}

/** An undefined field "is an error detected before the query is used" (Logging query language, "Missing fields"). */
function checkField(field: Field): void {
  const name = field.join('.');
  if (OPEN_ENDED.test(name) || KNOWN_TOP.has(name)) return;
  throw new FilterError(`Unknown field "${name}"`);
}

function comparison(field: Field, operator: Operator, wanted: string): Predicate {
  const name = field.join('.');
  if (name === 'timestamp' || name === 'receiveTimestamp') return timeComparison(name, operator, wanted);
  if (name === 'severity') return severityComparison(operator, wanted);
  if (name === 'httpRequest.latency') return latencyComparison(operator, wanted);
  const read = reader(field);
  if (operator === '=~' || operator === '!~') {
    // Regular expressions are the one thing that minds the case.
    const pattern = new RegExp(wanted, 'u');
    return (line) => {
      const value = read(line);
      return value !== undefined && pattern.test(String(value)) === (operator === '=~');
    };
  }
  return (line) => {
    const value = read(line);
    // "All comparisons using missing fields fail silently."
    return value !== undefined && holds(operator, value, wanted);
  };
}

function holds(operator: Operator, value: string | number | boolean, wanted: string): boolean {
  if (operator === ':') return String(value).toLowerCase().includes(wanted.toLowerCase());
  if (typeof value === 'number') {
    const number = Number(wanted);
    return !Number.isNaN(number) && ordered(operator, value - number);
  }
  const [one, other] = [String(value).toLowerCase(), wanted.toLowerCase()];
  return ordered(operator, one === other ? 0 : one < other ? -1 : 1);
}

/** @param difference of the value to what it is compared with */
function ordered(operator: Operator, difference: number): boolean {
  switch (operator) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case ':':
    case '=~':
    case '!~':
      throw new FilterError(`operator ${operator} does not order`);
  }
}

function timeComparison(
  name: 'timestamp' | 'receiveTimestamp',
  operator: Operator,
  wanted: string,
): Predicate {
  const time = Date.parse(wanted);
  if (Number.isNaN(time)) throw new FilterError(`"${wanted}" is no time`);
  return (line) => ordered(operator, line[name] - time);
}

function severityComparison(operator: Operator, wanted: string): Predicate {
  if (!SEVERITIES.some((each) => each === wanted.toUpperCase()))
    throw new FilterError(`"${wanted}" is no severity`);
  const rank = severityRank(wanted);
  return (line) => ordered(operator, severityRank(line.severity) - rank);
}

function latencyComparison(operator: Operator, wanted: string): Predicate {
  const limit = parseDuration(wanted);
  if (!limit.ok) throw new FilterError(`"${wanted}" is no duration`);
  return (line) =>
    ordered(operator, Math.round((line.httpRequest?.latencySeconds ?? 0) * 1e6) / 1e3 - limit.value);
}

function present(line: LogLine, field: Field): boolean {
  if (field.length === 1) return Reflect.get(line, field[0] ?? '') !== undefined;
  return raw(line, field) !== undefined;
}

/** Reads a field, its default where the entry has one for it. */
function reader(field: Field): (line: LogLine) => Value {
  const fallback = DEFAULTS[field.join('.')];
  return (line) => {
    const value = raw(line, field);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    return fallback;
  };
}

function raw(line: LogLine, field: Field): unknown {
  if (field[0] === 'httpRequest' && field[1] === 'latency') return line.httpRequest?.latencySeconds;
  let value: unknown = line;
  for (const segment of field) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = Reflect.get(value, segment);
  }
  return value;
}
