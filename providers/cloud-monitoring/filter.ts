import { quote } from '../_shared/google/quote.ts';
import { fieldText, type Field } from './fields.ts';

/** What one label has to be; several texts of one kind are alternatives. */
export interface Condition {
  readonly field: Field;
  readonly match: 'exact' | 'prefix' | 'suffix' | 'not';
  readonly texts: readonly string[];
}

/** One metric of one kind of resource, each condition holding, and any of `anyOf` where there are some. */
export interface Selection {
  readonly metric: string;
  readonly resource: string;
  readonly all: readonly Condition[];
  readonly anyOf: readonly Condition[];
}

/**
 * The text for `filter` of timeSeries.list. Every value is quoted and every key allow-listed (`_shared/google/quote.ts`),
 * brackets stand around every OR. Grammar: https://cloud.google.com/monitoring/api/v3/filters
 */
export function filterText({ metric, resource, all, anyOf }: Selection): string {
  return [
    `metric.type = ${quote(metric)}`,
    `resource.type = ${quote(resource)}`,
    ...all.map(conditionText),
    ...(anyOf.length === 0 ? [] : [anyOfText(anyOf)]),
  ].join(' AND ');
}

function anyOfText(anyOf: readonly Condition[]): string {
  const texts = anyOf.map(conditionText);
  return texts.length === 1 ? texts.join('') : `(${texts.join(' OR ')})`;
}

function conditionText({ field, match, texts }: Condition): string {
  const name = fieldText(field);
  switch (match) {
    case 'exact':
      return `${name} = ${valueText(texts)}`;
    case 'not':
      return `${name} != ${valueText(texts)}`;
    case 'prefix':
      return alternatives(texts.map((text) => `${name} = starts_with(${quote(text)})`));
    case 'suffix':
      return alternatives(texts.map((text) => `${name} = ends_with(${quote(text)})`));
  }
}

function valueText(texts: readonly string[]): string {
  const quoted = texts.map(quote);
  return quoted.length === 1 ? quoted.join('') : `one_of(${quoted.join(', ')})`;
}

function alternatives(texts: readonly string[]): string {
  return texts.length === 1 ? texts.join('') : `(${texts.join(' OR ')})`;
}
