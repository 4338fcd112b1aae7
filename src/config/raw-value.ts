export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as mapping, so that its parts can be judged one by one even where the whole is refused. */
export function partsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}

export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
