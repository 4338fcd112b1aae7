import { invalid, shown, valid, type Parsed } from '../../../src/core/parsed.ts';
import { isQuotable } from '../../_shared/google/quote.ts';
import { parseField, parseFilter } from './parse.ts';
import { FilterSyntaxError } from './scanner.ts';
import type { Expression, Field } from './syntax.ts';
import { writeFilter } from './write.ts';

/** Top-level fields of a LogEntry that may be compared or read; other names are misspelt. */
const ENTRY_FIELDS: ReadonlySet<string> = new Set([
  'httpRequest',
  'jsonPayload',
  'labels',
  'logName',
  'operation',
  'protoPayload',
  'resource',
  'severity',
  'sourceLocation',
  'spanId',
  'split',
  'textPayload',
  'trace',
  'traceSampled',
]);
const KNOWN = [...ENTRY_FIELDS].join(', ');
/** Which time is read is ours to say; the others tell nothing of a request. */
const OURS: ReadonlySet<string> = new Set(['timestamp', 'receiveTimestamp', 'receiveLocation', 'insertId']);
const FRAGMENT_ALLOWED = 'a filter of the Logging query language without times, comments aside';
const FIELD_ALLOWED = `a field such as httpRequest.status, jsonPayload.code or labels."k8s-pod/app"`;
/** Room for bounds, cohorts and scope beside it. */
const LONGEST_FRAGMENT = 8000;

/**
 * A filter written by a person. It is read as a whole and written anew from what was understood, so it cannot close
 * our group, comment out what follows or bring its own times.
 */
export function parseFragment(text: string, path = 'filter'): Parsed<Expression> {
  if (text.length > LONGEST_FRAGMENT)
    return invalid({
      path,
      given: `${String(text.length)} characters`,
      allowed: `at most ${String(LONGEST_FRAGMENT)} characters`,
    });
  try {
    const expression = parseFilter(text);
    const refused = refusal(expression);
    if (refused !== null)
      return invalid({ path, given: shown(text), allowed: `${FRAGMENT_ALLOWED}; ${refused}` });
    // What cannot be written is refused here, not at the first look.
    writeFilter(expression);
    return valid(expression);
  } catch (error) {
    const why =
      error instanceof FilterSyntaxError
        ? `${error.message} at character ${String(error.at + 1)}`
        : 'it holds control characters';
    return invalid({ path, given: shown(text), allowed: `${FRAGMENT_ALLOWED}; ${why}` });
  }
}

/** A field that may be read of an entry, or compared. */
export function parseEntryField(text: string, path: string): Parsed<Field> {
  try {
    const field = parseField(text);
    if (fieldRefusal(field) === null && field.every((segment) => isQuotable(segment))) return valid(field);
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
  }
  return invalid({ path, given: shown(text), allowed: FIELD_ALLOWED });
}

function refusal(expression: Expression): string | null {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.map((part) => refusal(part)).find((each) => each !== null) ?? null;
    case 'not':
      return refusal(expression.part);
    case 'compare':
    case 'has':
      return fieldRefusal(expression.field);
    case 'text':
    case 'log-id':
      return null;
  }
}

function fieldRefusal([top = '']: Field): string | null {
  // The service compares names of fields without regard to case.
  const name = [...OURS].find((each) => each.toLowerCase() === top.toLowerCase());
  if (name !== undefined) return `${name} is set by Burngate`;
  return ENTRY_FIELDS.has(top) ? null : `${shown(top)} is no field of a log entry, which are ${KNOWN}`;
}
