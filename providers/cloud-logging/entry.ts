import type { EpochMs } from '../../src/core/units.ts';
import type { Field } from './filter/syntax.ts';

/** What every entry needs to be counted: when, and a name to know it by. */
export interface EntryHead {
  readonly timestamp: EpochMs;
  /** Null where the service did not say. */
  readonly receiveTimestamp: EpochMs | null;
  /** Log name, time and insert id: the service's own rule for duplicates. */
  readonly key: string;
}

/** A value of an entry; undefined where the entry does not have the field. */
export type EntryValue = string | number | boolean | undefined;

/** The head of an entry as the SDK gives it; null where it is none. */
export function headOf(entry: unknown): EntryHead | null {
  const time = property(entry, 'timestamp');
  const timestamp = timeOf(time);
  const insertId = property(entry, 'insertId');
  const logName = property(entry, 'logName');
  if (timestamp === null || typeof insertId !== 'string' || typeof logName !== 'string') return null;
  if (insertId === '' || logName === '') return null;
  const precise = `${String(timestamp)}+${String(Number(property(time, 'nanos') ?? 0))}`;
  return {
    timestamp,
    receiveTimestamp: timeOf(property(entry, 'receiveTimestamp')),
    key: `${logName}\n${precise}\n${insertId}`,
  };
}

/** The value of a field, where it is one; messages and lists are none. Durations come in seconds. */
export function valueAt(entry: unknown, field: Field): EntryValue {
  const [top = '', ...rest] = field;
  let value: unknown = property(entry, top);
  if (top === 'jsonPayload') value = structOf(value);
  for (const segment of rest) {
    value = property(value, segment);
    if (top === 'jsonPayload') value = plain(value);
  }
  return scalar(value, top);
}

/** Proto3 cannot tell 0 and '' from absent: in an HTTP request both mean that nothing was said. */
function scalar(value: unknown, top: string): EntryValue {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number') return value === 0 && top === 'httpRequest' ? undefined : value;
  return durationOf(value);
}

/** google.protobuf.Struct as the maps it stands for. */
function structOf(value: unknown): unknown {
  const fields = property(value, 'fields');
  if (typeof fields !== 'object' || fields === null) return undefined;
  return fields;
}

/** google.protobuf.Value */
function plain(value: unknown): unknown {
  for (const kind of ['stringValue', 'numberValue', 'boolValue']) {
    const found = property(value, kind);
    // The decoder fills in what is not set; only `kind` says which is.
    if (found !== undefined && found !== null && isKind(value, kind)) return found;
  }
  return structOf(property(value, 'structValue'));
}

function isKind(value: unknown, kind: string): boolean {
  const told = property(value, 'kind');
  return typeof told !== 'string' || told === kind;
}

/** google.protobuf.Duration in seconds. */
function durationOf(value: unknown): number | undefined {
  const seconds = property(value, 'seconds');
  if (seconds === undefined || seconds === null) return undefined;
  const total = Number(seconds) + Number(property(value, 'nanos') ?? 0) / 1e9;
  return Number.isFinite(total) ? total : undefined;
}

function timeOf(value: unknown): EpochMs | null {
  const seconds = durationOf(value);
  if (seconds === undefined || seconds <= 0) return null;
  // A microsecond before the next second must not become it.
  return Math.floor(Number(property(value, 'seconds')) * 1000 + Number(property(value, 'nanos') ?? 0) / 1e6);
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) || !(key in Object.prototype) ? Reflect.get(value, key) : undefined;
}
