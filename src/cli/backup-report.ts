import { BackupRefused } from '../backup/backup-refused.ts';
import type { Manifest } from '../backup/seal.ts';
import { EXIT, type ExitCode } from './exit.ts';

const MIB = 1024 * 1024;

/** `12 analyses, 340 looks, schema 0001-history, 3.2 MiB, made 2026-03-01T10:15:00Z by Burngate 0.1.0`. */
export function describeBackup({ rows, schema, bytes, createdAt, burngate }: Manifest): string {
  const count = (table: string): string => String(rows[`burngate_${table}`] ?? 0);
  const steps = schema.at(-1) ?? 'none';
  const size = `${(bytes / MIB).toFixed(1)} MiB`;
  return `${count('analyses')} analyses, ${count('measurements')} looks, ${count('snapshots')} snapshots, schema ${steps}, ${size}, made ${createdAt} by Burngate ${burngate}`;
}

/** Runs a command that may refuse, and says the refusal as JSON where that was asked for. */
export async function orRefusal(json: boolean, act: () => Promise<void>): Promise<ExitCode> {
  try {
    await act();
    return EXIT.done;
  } catch (error) {
    if (!json || !(error instanceof BackupRefused)) throw error;
    const { code, problem, remedy } = error;
    process.stdout.write(`${JSON.stringify({ ok: false, code, problem, remedy })}\n`);
    return EXIT.config;
  }
}
