/** A YAML object whose content is not known yet. */
export type RawObject = Readonly<Record<string, unknown>>;

export function isObject(raw: unknown): raw is RawObject {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** The object under a key; anything else counts as an empty one, the schema tells of it. */
export function objectAt(raw: RawObject, key: string): RawObject {
  const value = raw[key];
  return isObject(value) ? value : {};
}

/** The objects of the list under a key, each with its index; others are left to the schema. */
export function objectsAt(
  raw: RawObject,
  key: string,
): { readonly value: RawObject; readonly index: number }[] {
  const list = raw[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) => (isObject(value) ? [{ value, index }] : []));
}

export function textAt(raw: RawObject, key: string): string | undefined {
  const value = raw[key];
  return typeof value === 'string' ? value : undefined;
}
