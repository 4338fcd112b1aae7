import { nil, type GoValue } from './value.ts';

// encoding/json refuses deeper documents ("exceeded max depth").
const MAX_DEPTH = 10_000;

/**
 * Reads JSON as Go's `json.Unmarshal` into `any` does: numbers become float64, a number outside of
 * float64 makes the whole document invalid, the last of duplicate keys wins, lone surrogates become
 * U+FFFD, a byte order mark is not JSON.
 *
 * @returns the value, or undefined where Go would report an error
 */
export function decodeJson(text: string): GoValue | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return undefined;
  }
  return fromJson(raw);
}

/** The same for a value that is JavaScript already, e.g. read from YAML. */
export function fromJson(raw: unknown, depth = 0): GoValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (raw === null) return nil;
  if (typeof raw === 'boolean') return { type: 'bool', value: raw };
  if (typeof raw === 'number') return Number.isFinite(raw) ? { type: 'float64', value: raw } : undefined;
  if (typeof raw === 'string') return { type: 'string', value: raw.toWellFormed() };
  if (Array.isArray(raw)) return sliceFrom(raw, depth);
  if (typeof raw === 'object') return mapFrom(raw, depth);
  return undefined;
}

function sliceFrom(raw: readonly unknown[], depth: number): GoValue | undefined {
  const items: GoValue[] = [];
  for (const item of raw) {
    const value = fromJson(item, depth + 1);
    if (value === undefined) return undefined;
    items.push(value);
  }
  return { type: 'slice', items };
}

function mapFrom(raw: object, depth: number): GoValue | undefined {
  const entries = new Map<string, GoValue>();
  for (const [key, item] of Object.entries(raw)) {
    const value = fromJson(item, depth + 1);
    if (value === undefined) return undefined;
    entries.set(key.toWellFormed(), value);
  }
  return { type: 'map', entries };
}
