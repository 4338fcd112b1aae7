import { shown, type Issue } from '../core/parsed.ts';
import type { EpochMs } from '../core/units.ts';
import { isBlankCsvLine, parseCsvHeader, type CsvRows } from './counts-csv.ts';
import { parseCountsJson } from './counts-jsonl.ts';
import { OPTIONAL_COLUMNS, type CountsRow, type OptionalColumn, type RowOutcome } from './counts-row.ts';
import { readLineBatches, type Line, type LineOptions } from './lines.ts';
import { malformedLine, RecordingError } from './recording-error.ts';
import { RowOrder } from './row-order.ts';

export type CountsFormat = 'csv' | 'jsonl';

export interface CountsOptions extends LineOptions {
  /** Refuses every other cohort, for callers that have no hashes to look for. */
  readonly cohorts?: readonly string[];
}

export interface CountsSummary {
  readonly lines: number;
  readonly rows: number;
  /** Rows that say "no data" (good and bad both empty). */
  readonly noData: number;
  /** Optional columns that the recording has. */
  readonly columns: ReadonlySet<OptionalColumn>;
  /** Time of the last row; null where there is none. */
  readonly lastTime: EpochMs | null;
}

/**
 * Reads recorded counts row by row, in the order of the file. Counts are data somebody made for us: the
 * first line that is wrong ends the reading with a `RecordingError` naming it (`malformed`), as do times
 * that do not ascend, duplicates, and over-long lines.
 */
export async function readCounts(
  path: string,
  format: CountsFormat,
  options: CountsOptions,
  accept: (row: CountsRow, line: number) => void,
): Promise<CountsSummary> {
  const name = options.name ?? path;
  const reader = new CountsReader(name, format, options.cohorts, accept);
  for await (const lines of readLineBatches(path, options)) {
    for (const line of lines) reader.read(line);
  }
  return reader.finish();
}

class CountsReader {
  readonly #name: string;
  readonly #cohorts: readonly string[] | undefined;
  readonly #accept: (row: CountsRow, line: number) => void;
  readonly #order = new RowOrder();
  readonly #columns = new Set<OptionalColumn>();
  readonly #isCsv: boolean;
  /** Null before the header of a CSV. */
  #parse: CsvRows['parse'] | null;
  #lines = 0;
  #rows = 0;
  #noData = 0;
  #lastTime: EpochMs | null = null;

  constructor(
    name: string,
    format: CountsFormat,
    cohorts: readonly string[] | undefined,
    accept: (row: CountsRow, line: number) => void,
  ) {
    this.#name = name;
    this.#isCsv = format === 'csv';
    this.#parse = this.#isCsv ? null : parseCountsJson;
    this.#cohorts = cohorts;
    this.#accept = accept;
  }

  read(line: Line): void {
    this.#lines = line.number;
    if (line.overlong !== undefined) {
      throw this.#wrong(line, {
        path: '',
        given: `${String(line.overlong)} bytes`,
        allowed: 'a shorter line',
      });
    }
    if (this.#parse === null) this.#readHeader(line);
    else this.#readRow(line, this.#parse(line.text));
  }

  finish(): CountsSummary {
    if (this.#parse === null) {
      throw new RecordingError({
        code: 'malformed',
        message: `${this.#name} has no header line; allowed is time,cohort,good,bad[,group][,pod][,namespace][,cluster].`,
        remedy: `Begin ${this.#name} with a header line.`,
      });
    }
    return {
      lines: this.#lines,
      rows: this.#rows,
      noData: this.#noData,
      columns: this.#columns,
      lastTime: this.#lastTime,
    };
  }

  #readHeader(line: Line): void {
    if (isBlankCsvLine(line.text)) return;
    const header = parseCsvHeader(line.text);
    if (!header.ok) throw this.#wrong(line, ...header.issues);
    for (const column of header.value.columns) this.#columns.add(column);
    this.#parse = header.value.parse;
  }

  #readRow(line: Line, outcome: RowOutcome): void {
    switch (outcome.kind) {
      case 'blank':
        return;
      case 'no-data':
        this.#noData += 1;
        return;
      case 'issue':
        throw this.#wrong(line, outcome.issue);
      case 'row':
        this.#take(line, outcome.row);
    }
  }

  #take(line: Line, row: CountsRow): void {
    const issue = this.#cohortIssue(row) ?? this.#order.check(row);
    if (issue !== null) throw this.#wrong(line, issue);
    if (!this.#isCsv) {
      for (const column of OPTIONAL_COLUMNS) if (row[column] !== undefined) this.#columns.add(column);
    }
    this.#rows += 1;
    this.#lastTime = row.time;
    this.#accept(row, line.number);
  }

  #cohortIssue(row: CountsRow): Issue | null {
    if (this.#cohorts === undefined || this.#cohorts.includes(row.cohort)) return null;
    return { path: 'cohort', given: shown(row.cohort), allowed: this.#cohorts.join(' or ') };
  }

  #wrong(line: Line, ...issues: readonly Issue[]): RecordingError {
    return malformedLine(this.#name, line.number, ...issues);
  }
}
