import { isObject } from './counts-jsonl.ts';

export type JsonFields = Readonly<Record<string, unknown>>;

/**
 * The reader of one value by its dotted path, as text. A key that itself contains the dots comes first
 * (`"http.status": 200`), then the nested object. Only the object's own keys count. Undefined for what is
 * absent, null, empty, `-`, or not a text, number or boolean.
 */
export function jsonField(path: string): (fields: JsonFields) => string | undefined {
  const keys = path.split('.');
  return (fields) => {
    const value: unknown = Object.hasOwn(fields, path) ? fields[path] : walk(fields, keys);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return typeof value === 'string' && value !== '' && value !== '-' ? value : undefined;
  };
}

function walk(fields: JsonFields, keys: readonly string[]): unknown {
  let value: unknown = fields;
  for (const key of keys) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}
