import type { Issue } from '../core/parsed.ts';

/** A place in a text file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something said of a configuration file; line and column are absent where the file as a whole is meant. */
interface Placed extends Partial<Position> {
  /** As a person would open it. */
  readonly file: string;
  /** Path inside the document, '' for the document or the file. */
  readonly path: string;
}

/** One thing wrong with a configuration file. */
export interface ConfigProblem extends Issue, Placed {
  readonly path: string;
}

/** Something that loads and may still not be what its author meant. */
export interface ConfigWarning extends Placed {
  readonly message: string;
}

/** Text for people, one line a problem: `slos/a.yaml:14:13 spec.objectives[0].target: given 99.9, allowed ...`. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  return render(problems, givenAndAllowed);
}

/** The same form for warnings: `slos/a.yaml:3:1 spec.timeWindow: ...`. */
export function formatWarnings(warnings: readonly ConfigWarning[]): string {
  return render(warnings, (warning) => warning.message);
}

/** The same form for settings and tokens, which have no file position: `--port: given "x", allowed ...`. */
export function formatIssues(issues: readonly Issue[]): string {
  return issues
    .map((issue) => `${issue.path === '' ? '' : `${issue.path}: `}${givenAndAllowed(issue)}`)
    .join('\n');
}

function givenAndAllowed({ given, allowed }: Issue): string {
  return `given ${given}, allowed ${allowed}`;
}

function render<T extends Placed>(all: readonly T[], text: (one: T) => string): string {
  return all
    .toSorted(inReadingOrder)
    .map((one) => `${place(one)}: ${text(one)}`)
    .join('\n');
}

function place({ file, line, column, path }: Placed): string {
  // File names may hold anything; a line break in one would forge a second problem.
  const name = file.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  const spot = line === undefined ? name : `${name}:${String(line)}:${String(column ?? 1)}`;
  return path === '' ? spot : `${spot} ${path}`;
}

function inReadingOrder(a: Placed, b: Placed): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
