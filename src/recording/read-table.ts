import { OTHER_GROUP } from '../core/assemble.ts';
import { shown } from '../core/parsed.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import { CountsTable, TABLE_LIMITS, type TableLimits, type TableSeries } from './aggregate.ts';
import type { OptionalColumn } from './counts-row.ts';
import { describeDirty, dirtyTotal } from './dirty-lines.ts';
import type { LineOptions } from './lines.ts';
import type { LogRules } from './log-rules.ts';
import { readAccessLog, type LogSummary } from './read-access-log.ts';
import { readCounts, type CountsFormat } from './read-counts.ts';
import { malformedLine, RecordingError } from './recording-error.ts';

/** What kind of recording a file is. Plain data. */
export type RecordingSource =
  | { readonly kind: 'counts'; readonly format: CountsFormat }
  | { readonly kind: 'log'; readonly rules: LogRules };

/** A recording, read and summed. */
export interface RecordedTable {
  readonly bucketMs: DurationMs;
  readonly series: readonly TableSeries[];
  /** Labels that the recording can tell apart. */
  readonly columns: ReadonlySet<OptionalColumn>;
  /** Time of the newest row or request; null where there is none. */
  readonly lastTime: EpochMs | null;
  /** Lines that were read, and how many of them were understood (or mean nothing, as blank ones). */
  readonly lines: { readonly read: number; readonly dirty: number };
  /** What a reader should know: dirty lines, pooled groups. */
  readonly notes: readonly string[];
}

export interface TableOptions extends LineOptions {
  readonly limits?: TableLimits;
}

/**
 * Reads a whole recording into buckets of `bucketMs`. The memory it needs grows with buckets, cohorts and
 * groups, not with the size of the file, and has a bound. Throws `RecordingError`.
 */
export async function readTable(
  path: string,
  source: RecordingSource,
  bucketMs: DurationMs,
  options: TableOptions = {},
): Promise<RecordedTable> {
  const table = new CountsTable(bucketMs, options.limits);
  switch (source.kind) {
    case 'counts':
      return countsTable(path, source.format, bucketMs, options, table);
    case 'log':
      return logTable(path, source.rules, bucketMs, options, table);
  }
}

async function countsTable(
  path: string,
  format: CountsFormat,
  bucketMs: DurationMs,
  options: TableOptions,
  table: CountsTable,
): Promise<RecordedTable> {
  const { name = path, limits = TABLE_LIMITS } = options;
  const summary = await readCounts(path, format, options, (row, line) => {
    const outcome = table.add(row);
    if (outcome === 'too-many-cells') throw tooLarge(name, limits);
    if (outcome === 'too-many-cohorts') {
      const allowed = `no more than ${String(limits.cohorts)} different cohorts in one file`;
      throw malformedLine(name, line, {
        path: 'cohort',
        given: `another cohort, ${shown(row.cohort)}`,
        allowed,
      });
    }
  });
  const { columns, lastTime } = summary;
  const lines = { read: summary.lines, dirty: 0 };
  return { bucketMs, series: table.series(), columns, lastTime, lines, notes: pooledNote(table, limits) };
}

async function logTable(
  path: string,
  rules: LogRules,
  bucketMs: DurationMs,
  options: TableOptions,
  table: CountsTable,
): Promise<RecordedTable> {
  const { name = path, limits = TABLE_LIMITS } = options;
  const summary = await readAccessLog(path, rules, options, (event) => {
    const outcome = table.add(event);
    if (outcome === 'too-many-cells') throw tooLarge(name, limits);
    return outcome === 'kept' ? undefined : outcome;
  });
  return {
    bucketMs,
    series: table.series(),
    columns: columnsOf(rules),
    lastTime: summary.lastTime,
    lines: { read: summary.lines, dirty: dirtyTotal(summary.dirty) },
    notes: [...logNotes(summary), ...pooledNote(table, limits)],
  };
}

function columnsOf(rules: LogRules): Set<OptionalColumn> {
  const columns = new Set<OptionalColumn>();
  if (rules.group.kind !== 'none') columns.add('group');
  if (rules.namespace !== undefined) columns.add('namespace');
  if (rules.cluster !== undefined) columns.add('cluster');
  return columns;
}

function logNotes(summary: LogSummary): string[] {
  const dirty = describeDirty(summary.dirty, summary.lines);
  return dirty === null ? [] : [dirty];
}

function pooledNote(table: CountsTable, limits: TableLimits): string[] {
  if (!table.pooled) return [];
  return [`more than ${String(limits.groups)} groups: those first seen later are pooled as "${OTHER_GROUP}"`];
}

function tooLarge(name: string, limits: TableLimits): RecordingError {
  const allowed = String(limits.cells);
  return new RecordingError({
    code: 'too-large',
    message: `${name} has more than ${allowed} different combinations of bucket, cohort and group, which is the most allowed.`,
    remedy: `Cut ${name} into shorter spans, use wider buckets, or leave out the groups.`,
  });
}
