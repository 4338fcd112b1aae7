import type { z } from 'zod';
import { shown, type Issue } from '../../src/core/parsed.ts';

/** What a schema has against a `metricSource.spec`, as issues that show what was given; the messages say what is allowed. */
export function issuesOf(error: z.ZodError, raw: unknown): Issue[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key].join('.'),
        given: `the unknown key ${shown(key)}`,
        allowed: issue.message,
      }));
    }
    if (issue.code === 'invalid_key')
      return [{ path: path.join('.'), given: shown(path.at(-1)), allowed: issue.issues[0]?.message ?? '' }];
    const given = path.reduce<unknown>((value, key) => ownValue(value, key), raw);
    return [{ path: path.join('.'), given: shown(given), allowed: issue.message }];
  });
}

/** A value's own property; undefined where it has none, whatever its prototype has. */
export function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}
