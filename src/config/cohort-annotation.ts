import { z } from 'zod';
import type { CohortRule } from '../core/slo.ts';
import { annotationYaml, type Annotation } from './annotation-text.ts';
import { check, mapping, optional } from './schema.ts';

const PLACEHOLDERS = ['${hash}', '${rollout}'];
const LONGEST = 200;

const label = z
  .string('the name of a label')
  .min(1, 'the name of a label')
  .max(LONGEST, `at most ${String(LONGEST)} characters`);
const TEMPLATE = 'a text with ${hash} in it, and ${rollout} where needed';
const value = z
  .string(TEMPLATE)
  .max(LONGEST, `at most ${String(LONGEST)} characters`)
  .refine((text) => text.includes('${hash}'), `${TEMPLATE}: without the hash canary and stable are the same`)
  .refine(
    (text) => unknownPlaceholders(text).length === 0,
    `no placeholders but ${PLACEHOLDERS.join(' and ')}`,
  );
const schema = mapping({
  label: optional(label),
  value: optional(value),
  match: optional(z.enum(['exact', 'prefix', 'suffix'], 'exact, prefix or suffix')),
});

/** Judges `burngate.io/cohort`; the value defaults to the hash itself, the match to exact. */
export function parseCohort(one: Annotation): CohortRule | null {
  const raw = annotationYaml(one, 'a mapping such as {label: version, value: "${hash}", match: suffix}');
  if (raw === null) return null;
  const rule = check(schema, raw, one.report);
  if (rule === null) return null;
  return {
    ...(typeof rule.label === 'string' && { label: rule.label }),
    value: rule.value ?? '${hash}',
    match: rule.match ?? 'exact',
  };
}

/** `${hahs}` and an unclosed `${` would be compared as they stand, and match nothing. */
function unknownPlaceholders(text: string): string[] {
  const found = text.match(/\$\{[^}]*\}?/g) ?? [];
  return found.filter((placeholder) => !PLACEHOLDERS.includes(placeholder));
}
