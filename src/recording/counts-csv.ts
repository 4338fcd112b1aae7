import { invalid, shown, valid, type Issue, type Parsed } from '../core/parsed.ts';
import type { EpochMs } from '../core/units.ts';
import {
  COLUMNS,
  COUNT_ALLOWED,
  isColumn,
  isCount,
  issueOutcome,
  OPTIONAL_COLUMNS,
  REQUIRED_COLUMNS,
  UNGROUPED,
  type Column,
  type CountsRow,
  type OptionalColumn,
  type RowOutcome,
} from './counts-row.ts';
import { parseTime, TIME_ALLOWED } from './time.ts';

/** Reads the rows below one header line. */
export interface CsvRows {
  readonly columns: readonly OptionalColumn[];
  readonly parse: (line: string) => RowOutcome;
}

const COUNT = /^\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** True for lines between rows that say nothing: blank ones and comments. */
export function isBlankCsvLine(line: string): boolean {
  return line.startsWith('#') || line.trim() === '';
}

/**
 * Reads the header line `time,cohort,good,bad[,group][,pod][,namespace][,cluster]`, in any order, and
 * gives the parser of the rows below it; or all that is wrong with the header.
 */
export function parseCsvHeader(line: string): Parsed<CsvRows> {
  const names = splitCsv(line);
  const allowed = `the columns ${REQUIRED_COLUMNS.join(', ')} and, where wanted, ${OPTIONAL_COLUMNS.join(', ')}`;
  if (typeof names === 'string') return invalid({ path: '', given: shown(line), allowed: names });
  const issues: Issue[] = [];
  const at = new Map<Column, number>();
  for (const [index, name] of names.entries()) {
    if (!isColumn(name)) issues.push({ path: name, given: `the column ${shown(name)}`, allowed });
    else if (at.has(name))
      issues.push({ path: name, given: 'the column twice', allowed: 'each column once' });
    else at.set(name, index);
  }
  const missing = REQUIRED_COLUMNS.filter((name) => !at.has(name));
  if (missing.length > 0) {
    issues.push({
      path: '',
      given: shown(line),
      allowed: `a header with ${missing.join(', ')} as well; ${allowed}`,
    });
  }
  if (issues.length > 0) return invalid(...issues);
  return valid({
    columns: OPTIONAL_COLUMNS.filter((name) => at.has(name)),
    parse: createRowParser(
      COLUMNS.map((name) => at.get(name) ?? -1),
      names.length,
    ),
  });
}

/** `positions` are those of COLUMNS in the line, -1 for a column that the file lacks. */
function createRowParser(positions: readonly number[], width: number): (line: string) => RowOutcome {
  const readTime = rememberLast(parseTime);
  const cell = (cells: readonly string[], column: number): string | undefined =>
    cells[positions[column] ?? -1];
  return (line) => {
    if (isBlankCsvLine(line)) return { kind: 'blank' };
    const cells = splitCsv(line);
    if (typeof cells === 'string') return issueOutcome('', shown(line), cells);
    if (cells.length !== width) {
      return issueOutcome(
        '',
        `${String(cells.length)} columns`,
        `${String(width)} columns, as in the header`,
      );
    }
    const time = readTime(cell(cells, 0) ?? '');
    if (time === null) return issueOutcome('time', shown(cell(cells, 0)), TIME_ALLOWED);
    const cohort = cell(cells, 1);
    if (cohort === undefined || cohort === '') {
      return issueOutcome('cohort', shown(cohort), 'canary, stable or a pod-template-hash');
    }
    const good = cell(cells, 2) ?? '';
    const bad = cell(cells, 3) ?? '';
    if (good === '' && bad === '') return { kind: 'no-data' };
    if (!isCountText(good)) return issueOutcome('good', shown(good), COUNT_ALLOWED);
    if (!isCountText(bad)) return issueOutcome('bad', shown(bad), COUNT_ALLOWED);
    const labels = labelsOf(cell(cells, 4), cell(cells, 5), cell(cells, 6), cell(cells, 7));
    return { kind: 'row', row: { time, cohort, good: Number(good), bad: Number(bad), ...labels } };
  };
}

function isCountText(text: string): boolean {
  return COUNT.test(text) && isCount(Number(text));
}

/** An empty cell is an absent label, but events without a group are a group of their own. */
function labelsOf(
  group: string | undefined,
  pod: string | undefined,
  namespace: string | undefined,
  cluster: string | undefined,
): Pick<CountsRow, OptionalColumn> {
  return {
    ...(group === undefined ? {} : { group: group === '' ? UNGROUPED : group }),
    ...(pod === undefined || pod === '' ? {} : { pod }),
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    ...(cluster === undefined || cluster === '' ? {} : { cluster }),
  };
}

/** Rows of one time follow each other: the same text need not be parsed again. */
function rememberLast(parse: (text: string) => EpochMs | null): (text: string) => EpochMs | null {
  let lastText = '';
  let last: EpochMs | null = null;
  return (text) => {
    if (text !== lastText) {
      last = parse(text);
      lastText = text;
    }
    return last;
  };
}

/**
 * The cells of one line by RFC 4180, blanks around unquoted cells dropped; or what is allowed, where the
 * quotes do not fit. A quoted cell cannot contain a line break here: a line is a row.
 */
export function splitCsv(line: string): string[] | string {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim());
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const comma = line.indexOf(',', at);
    const end = comma === -1 ? line.length : comma;
    const plain = line.slice(at, end);
    if (plain.trimStart().startsWith('"')) {
      const quoted = readQuoted(line, line.indexOf('"', at) + 1);
      if (quoted === null) return 'quotes that are closed on the same line, and doubled inside a quoted cell';
      cells.push(quoted.text);
      at = quoted.end;
    } else {
      if (plain.includes('"')) return 'quotes around the whole cell only';
      cells.push(plain.trim());
      at = end;
    }
    if (at >= line.length) return cells;
    at += 1;
  }
}

/** The cell whose opening quote is just before `start`, and where the comma behind it is; null if broken. */
function readQuoted(line: string, start: number): { text: string; end: number } | null {
  let text = '';
  for (let at = start; ;) {
    const quote = line.indexOf('"', at);
    if (quote === -1) return null;
    text += line.slice(at, quote);
    if (line[quote + 1] === '"') {
      text += '"';
      at = quote + 2;
      continue;
    }
    const comma = line.indexOf(',', quote);
    const end = comma === -1 ? line.length : comma;
    return line.slice(quote + 1, end).trim() === '' ? { text, end } : null;
  }
}
