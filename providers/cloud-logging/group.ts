import { endpointOf, UNREADABLE_REQUEST } from '../../src/recording/endpoint.ts';
import { valueAt } from './entry.ts';
import { parseEntryField } from './filter/fragment.ts';
import type { Field } from './filter/syntax.ts';
import type { Source } from './query.ts';

export const UNGROUPED = 'ungrouped';
/** Names end up in reasons and pages. */
const LONGEST = 160;

/** Fields of the groups: those of the source, or the breakdown label where that is a field; null: none. */
export function groupFields(groupBy: string, { group }: Source): readonly Field[] | null {
  if (group !== null) return group;
  const field = parseEntryField(groupBy, 'burngate.io/breakdown');
  return field.ok ? [field.value] : null;
}

/** `POST /orders`, or null where the entry has none of the fields. */
export function groupOf(entry: unknown, fields: readonly Field[]): string | null {
  const values = fields.map((field) => oneOf(entry, field)).filter((value) => value !== null);
  return values.length === 0 ? null : values.join(' ').slice(0, LONGEST);
}

function oneOf(entry: unknown, field: Field): string | null {
  const value = valueAt(entry, field);
  if (value === undefined) return null;
  return isUrl(field) ? pathOf(String(value)) : String(value);
}

function isUrl(field: Field): boolean {
  return field.length === 2 && field[0] === 'httpRequest' && field[1] === 'requestUrl';
}

/** A URL names a user and a search as well: only its path is an endpoint, with ids as `{id}`. */
function pathOf(url: string): string {
  const endpoint = endpointOf('GET', url);
  return endpoint === UNREADABLE_REQUEST ? endpoint : endpoint.slice('GET '.length);
}
