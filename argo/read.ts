/** A YAML or JSON object whose content is not known yet. */
export type RawObject = Readonly<Record<string, unknown>>;

/** A manifest that Kubernetes or Argo would refuse, with what was found and what is allowed. */
export class ManifestError extends Error {
  readonly code = 'manifest';

  constructor(message: string) {
    super(message);
    this.name = 'ManifestError';
  }
}

export function isObject(raw: unknown): raw is RawObject {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** The object under a key; an absent one is empty. */
export function objectAt(raw: RawObject, key: string, path: string): RawObject {
  const value = raw[key];
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw mistyped(`${path}.${key}`, value, 'an object');
}

/** The list under a key; an absent one is empty. */
export function listAt(raw: RawObject, key: string, path: string): readonly unknown[] {
  const value = raw[key];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw mistyped(`${path}.${key}`, value, 'a list');
}

/** The string under a key, undefined where there is none. */
export function optionalText(raw: RawObject, key: string, path: string): string | undefined {
  const value = raw[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw mistyped(`${path}.${key}`, value, 'a string');
}

export function requiredText(raw: RawObject, key: string, path: string): string {
  const value = optionalText(raw, key, path);
  if (value === undefined) throw mistyped(`${path}.${key}`, undefined, 'a string');
  return value;
}

/** The integer or text under a key, as Kubernetes' IntOrString. */
export function optionalIntOrText(raw: RawObject, key: string, path: string): number | string | undefined {
  const value = raw[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))) return value;
  throw mistyped(`${path}.${key}`, value, 'an integer or a string');
}

export function objectIn(raw: unknown, path: string): RawObject {
  if (isObject(raw)) return raw;
  throw mistyped(path, raw, 'an object');
}

function mistyped(path: string, given: unknown, allowed: string): ManifestError {
  const shown = given === undefined ? 'nothing' : JSON.stringify(given);
  return new ManifestError(`${path}: found ${shown}, allowed is ${allowed}. Correct the manifest.`);
}
