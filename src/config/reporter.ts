import { shown, type Issue } from '../core/parsed.ts';
import { parsePath, renderPath, type Path } from './path.ts';
import type { ConfigProblem, ConfigWarning, Position } from './problem.ts';
import type { Locate } from './yaml-text.ts';

/** Collects what is wrong with one value of a document; knows where in the file that value stands. */
export interface Reporter {
  problem(path: Path, given: string, allowed: string, part?: 'value' | 'key'): void;
  /** Core's issues, whose paths begin at this value. */
  issues(found: readonly Issue[]): void;
  warn(path: Path, message: string): void;
  /** The same for a value further inside. */
  at(...path: Path): Reporter;
  position(path: Path): Position;
  readonly file: string;
}

/** Everything found in all files of a load. */
export interface Findings {
  readonly problems: ConfigProblem[];
  readonly warnings: ConfigWarning[];
}

export function createReporter(file: string, locate: Locate, findings: Findings, base: Path = []): Reporter {
  const reporter: Reporter = {
    file,
    position: (path) => locate([...base, ...path], 'value'),
    at: (...path) => createReporter(file, locate, findings, [...base, ...path]),
    problem(path, given, allowed, part = 'value') {
      const full = [...base, ...path];
      findings.problems.push({ file, ...locate(full, part), path: renderPath(full), given, allowed });
    },
    issues(found) {
      for (const issue of found) reporter.problem(parsePath(issue.path), issue.given, issue.allowed);
    },
    warn(path, message) {
      const full = [...base, ...path];
      findings.warnings.push({ file, ...locate(full, 'value'), path: renderPath(full), message });
    },
  };
  return reporter;
}

/** Renders a given value without what is inside mappings and lists: that may be credentials. */
export function givenText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${String(value.length)}`;
  return typeof value === 'object' ? 'a mapping' : shown(value);
}
