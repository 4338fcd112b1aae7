import { resolve } from 'node:path';
import { invalid, shown, valid, type Parsed } from '../../src/core/parsed.ts';
import { issuesOf, ownValue } from '../_shared/spec-issues.ts';
import type { DurationMs } from '../../src/core/units.ts';
import type { RecordingSource } from '../../src/recording/read-table.ts';
import { combinedSpec, countsSpec, jsonLogSpec } from './spec.ts';

/** One recording and how to read it. Plain data: equal queries compare equal as JSON. */
export interface RecordedQuery {
  /** As the SLO file has it; the only name that messages carry. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  readonly source: RecordingSource;
  readonly settlingLag: DurationMs;
}

const FORMATS = ['csv', 'jsonl', 'combined', 'json-log'] as const;
type Format = (typeof FORMATS)[number];

const BY_NAME: readonly (readonly [RegExp, Format])[] = [
  [/\.csv(?:\.gz)?$/i, 'csv'],
  [/\.(?:jsonl|ndjson)(?:\.gz)?$/i, 'jsonl'],
];

/** Reads `metricSource.spec`; relative paths are those of the SLO file's folder. */
export function parseRecordedQuery(raw: unknown, baseDir: string): Parsed<RecordedQuery> {
  const format = formatOf(raw);
  if (!format.ok) return format;
  switch (format.value) {
    case 'csv':
    case 'jsonl':
      return parseCounts(raw, baseDir, format.value);
    case 'combined':
    case 'json-log':
      return parseLog(raw, baseDir, format.value);
  }
}

function parseCounts(raw: unknown, baseDir: string, format: 'csv' | 'jsonl'): Parsed<RecordedQuery> {
  const parsed = countsSpec.safeParse(raw);
  if (!parsed.success) return invalid(...issuesOf(parsed.error, raw));
  const { path, settlingLag = 0 } = parsed.data;
  return valid({ path, file: resolve(baseDir, path), source: { kind: 'counts', format }, settlingLag });
}

function parseLog(raw: unknown, baseDir: string, format: 'combined' | 'json-log'): Parsed<RecordedQuery> {
  const parsed = (format === 'combined' ? combinedSpec : jsonLogSpec).safeParse(raw);
  if (!parsed.success) return invalid(...issuesOf(parsed.error, raw));
  const { path, settlingLag, rules } = parsed.data;
  return valid({ path, file: resolve(baseDir, path), source: { kind: 'log', rules }, settlingLag });
}

/** The format as named, else as the file's name says; an access log is never guessed. */
function formatOf(raw: unknown): Parsed<Format> {
  const allowed = `one of ${FORMATS.join(', ')}`;
  const named = ownValue(raw, 'format');
  const path = ownValue(raw, 'path');
  if (named === undefined || named === null) {
    const [, found] = BY_NAME.find(([pattern]) => typeof path === 'string' && pattern.test(path)) ?? [];
    if (found !== undefined) return valid(found);
    // What is wrong with the path is told by its own schema.
    if (typeof path !== 'string') return valid('csv');
    const told = `nothing, and ${shown(path)} does not end with .csv, .jsonl or .ndjson (nor .gz behind these)`;
    return invalid({ path: 'format', given: told, allowed });
  }
  const format = FORMATS.find((each) => each === named);
  return format === undefined ? invalid({ path: 'format', given: shown(named), allowed }) : valid(format);
}
