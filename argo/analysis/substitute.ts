import { goQuoted } from '../go/quote.ts';
import type { RawObject } from '../read.ts';
import { objectIn } from '../read.ts';

/** A value for every arg of a run, by name. */
export type ArgValues = ReadonlyMap<string, string>;

/** Args that cannot be resolved, with Argo's message; the run ends as Error. */
export class ArgsError extends Error {
  readonly code = 'args';

  constructor(message: string) {
    super(message);
    this.name = 'ArgsError';
  }
}

/**
 * Replaces `{{args.x}}` in the JSON text of a metric, everywhere: names, durations, limits,
 * conditions and the body. It is plain text replacement, the values are quoted for JSON.
 *
 * @throws ArgsError for an arg that was not supplied, and for a value that breaks the JSON
 */
export function substituteArgs(metric: RawObject, args: ArgValues): RawObject {
  const text = replaceTags(JSON.stringify(metric), args);
  let replaced: unknown;
  try {
    replaced = JSON.parse(text);
  } catch (error) {
    throw new ArgsError(error instanceof Error ? error.message : String(error));
  }
  return objectIn(replaced, 'metric');
}

function replaceTags(template: string, args: ArgValues): string {
  const [first = '', ...tagged] = template.split('{{');
  let text = first;
  for (const part of tagged) {
    const end = part.indexOf('}}');
    if (end < 0) {
      throw new ArgsError(`Cannot find end tag="}}" in the template="${template}" starting from "${part}"`);
    }
    const tag = part.slice(0, end);
    const value = args.get(tag.trim().replace(/^args\./, ''));
    if (value === undefined || !tag.trim().startsWith('args.')) {
      throw new ArgsError(`failed to resolve {{${tag}}}`);
    }
    text += goQuoted(value) + part.slice(end + 2);
  }
  return text;
}
