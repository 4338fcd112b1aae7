import { ConfigError } from '../config-error.ts';

/** Why nothing was backed up or restored; machines read the name, people the sentence. */
export const REFUSAL_CODES = [
  'no-history',
  'history-damaged',
  'history-exists',
  'history-in-use',
  'not-a-backup',
  'truncated',
  'damaged',
  'newer-format',
  'newer-schema',
  'cannot-read',
  'cannot-write',
  'postgres',
] as const;
type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Nothing was changed: neither the history nor a backup that was there before. */
export class BackupRefused extends ConfigError {
  readonly code: RefusalCode;
  readonly problem: string;
  readonly remedy: string;

  constructor(code: RefusalCode, problem: string, remedy: string) {
    super(`${code}: ${problem}; ${remedy}`);
    this.code = code;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** The system's short name of what went wrong (ENOSPC), or SQLite's sentence; never a stack. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? code : error.message;
}

/** SQLite's result code without its extension; null: the error is not SQLite's. */
export function sqliteCode(error: unknown): number | null {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : null;
}

/** SQLITE_BUSY, SQLITE_LOCKED. */
export const BUSY: ReadonlySet<number | null> = new Set([5, 6]);
/** SQLITE_CORRUPT, SQLITE_NOTADB. */
export const CORRUPT: ReadonlySet<number | null> = new Set([11, 26]);
