import { shown } from '../core/parsed.ts';
import type { EpochMs } from '../core/units.ts';
import {
  COLUMNS,
  COUNT_ALLOWED,
  isColumn,
  isCount,
  issueOutcome,
  OPTIONAL_COLUMNS,
  UNGROUPED,
  type CountsRow,
  type OptionalColumn,
  type RowOutcome,
} from './counts-row.ts';
import { parseTime, TIME_ALLOWED } from './time.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads one line of counts as JSON: an object with the columns of the CSV as keys. time is a number of
 * epoch seconds or RFC 3339, good and bad are numbers (both null or left out: no data).
 */
export function parseCountsJson(line: string): RowOutcome {
  if (line.trim() === '') return { kind: 'blank' };
  const fields = parseObject(line);
  if (fields === null) return issueOutcome('', shown(line), 'one JSON object a line');
  const unknown = Object.keys(fields).find((key) => !isColumn(key));
  if (unknown !== undefined) {
    return issueOutcome(unknown, `the key ${shown(unknown)}`, `the keys ${COLUMNS.join(', ')}`);
  }
  const time = timeOf(fields['time']);
  if (time === null) return issueOutcome('time', shown(fields['time']), TIME_ALLOWED);
  const cohort = fields['cohort'];
  if (typeof cohort !== 'string' || cohort === '') {
    return issueOutcome('cohort', shown(cohort), 'canary, stable or a pod-template-hash');
  }
  const label = OPTIONAL_COLUMNS.find((key) => !isLabel(fields[key]));
  if (label !== undefined) return issueOutcome(label, shown(fields[label]), 'a string, or null for none');
  const good = fields['good'] ?? null;
  const bad = fields['bad'] ?? null;
  if (good === null && bad === null) return { kind: 'no-data' };
  if (typeof good !== 'number' || !isCount(good)) return issueOutcome('good', shown(good), COUNT_ALLOWED);
  if (typeof bad !== 'number' || !isCount(bad)) return issueOutcome('bad', shown(bad), COUNT_ALLOWED);
  // JSON knows -0, which is a number of events but not a number anybody wants to read.
  return { kind: 'row', row: { time, cohort, good: good + 0, bad: bad + 0, ...labelsOf(fields) } };
}

/** The object that a line is, without its prototype's keys ever being looked at; null for anything else. */
export function parseObject(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function timeOf(value: unknown): EpochMs | null {
  if (typeof value === 'number') return parseTime(String(value));
  return typeof value === 'string' ? parseTime(value) : null;
}

function isLabel(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}

function labelsOf(fields: Fields): Pick<CountsRow, OptionalColumn> {
  const labels: { -readonly [K in OptionalColumn]?: string } = {};
  for (const key of OPTIONAL_COLUMNS) {
    const value = fields[key];
    if (typeof value === 'string' && value !== '') labels[key] = value;
    else if (key === 'group' && value !== undefined) labels.group = UNGROUPED;
  }
  return labels;
}
