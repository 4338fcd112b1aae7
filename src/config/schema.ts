import { isMapping } from './raw-value.ts';
import { z } from 'zod';
import { allowedNames } from './near-names.ts';
import { renderPath, type Path } from './path.ts';
import { givenText, type Reporter } from './reporter.ts';

/** OpenSLO's bound for descriptions. */
const LONGEST_DESCRIPTION = 1050;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** In all schemas of this folder the message of a field says what is allowed; `check` adds place and given value. */
export const description = z
  .string(`a text of at most ${String(LONGEST_DESCRIPTION)} characters`)
  .max(LONGEST_DESCRIPTION, `at most ${String(LONGEST_DESCRIPTION)} characters`);

const NAME_RULE = 'a name of at most 63 lower-case letters, digits and "-", a letter or digit first and last';
export const dnsLabel = z.string(NAME_RULE).regex(DNS_LABEL, NAME_RULE);

export const anyText = z.string('a text');

/** A field with a judge of its own, so that one mistake hides no other. */
export const elsewhere = z.unknown().optional();

/** A field that may be missing or empty (`field:`). */
export function optional<S extends z.ZodType>(schema: S): z.ZodOptional<z.ZodNullable<S>> {
  return schema.nullish();
}

/** A mapping with these keys and no others. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  // Unknown keys are named one by one in `check`, from this list.
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : `a mapping with ${known}`),
  });
}

/** Judges a value by its schema: the value, or null after every issue was reported at its place. */
export function check<S extends z.ZodType>(schema: S, raw: unknown, report: Reporter): z.output<S> | null {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys')
      reportUnknownKeys(issue.keys, issue.message.split(', '), issue.path, report);
    else report.problem(issue.path, givenFor(issue.code, valueAt(raw, issue.path)), issue.message);
  }
  return null;
}

function reportUnknownKeys(
  keys: readonly string[],
  known: readonly string[],
  path: Path,
  report: Reporter,
): void {
  for (const key of keys) {
    const full = [...path, key];
    const name = renderPath([key]);
    report.problem(full, `the unknown key ${name}`, allowedNames(key, known), 'key');
  }
}

function givenFor(code: string, value: unknown): string {
  return code === 'too_big' && typeof value === 'string'
    ? `${String(value.length)} characters`
    : givenText(value);
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return typeof step === 'number' ? (value as unknown[])[step] : undefined;
    return isMapping(value) && Object.hasOwn(value, step) ? value[String(step)] : undefined;
  }, raw);
}
