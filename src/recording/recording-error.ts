import type { Issue } from '../core/parsed.ts';

/**
 * Why a recording could not be used.
 * - `unreadable`: the file is missing, a folder, or we lack the permission;
 * - `damaged`: it begins as gzip and is not, or not all of it;
 * - `malformed`: a line of counts is not what the format says (logs have dirty lines instead);
 * - `too-large`: more distinct cells than we are willing to hold.
 */
export type RecordingFault = 'unreadable' | 'damaged' | 'malformed' | 'too-large';

/** A recording that cannot be used, never a wrong count. The message carries the name as the user wrote it. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly code: RecordingFault;
  /** What a person should do next, one sentence. */
  readonly remedy: string;
  /** 1-based, where one line is to blame. */
  readonly line?: number;
  /** Column, given and allowed, of all that is wrong with that line. */
  readonly issues: readonly Issue[];

  constructor(fault: {
    code: RecordingFault;
    message: string;
    remedy: string;
    line?: number;
    issues?: readonly Issue[];
    cause?: unknown;
  }) {
    super(fault.message, { cause: fault.cause });
    this.code = fault.code;
    this.remedy = fault.remedy;
    if (fault.line !== undefined) this.line = fault.line;
    this.issues = fault.issues ?? [];
  }
}

/** The error for one wrong line: file, line, column, given, allowed. */
export function malformedLine(name: string, line: number, ...issues: readonly Issue[]): RecordingError {
  const wrong = issues.map(({ path, given, allowed }) => {
    const column = path === '' ? '' : `column "${path}": `;
    return `${column}given ${given}, allowed is ${allowed}`;
  });
  return new RecordingError({
    code: 'malformed',
    message: `${name} line ${String(line)}: ${wrong.join('; ')}.`,
    remedy: `Correct line ${String(line)} of ${name}; nothing of the file is used until then.`,
    line,
    issues,
  });
}
