import { BackupRefused } from '../backup/backup-refused.ts';
import { UsageError } from './exit.ts';

/**
 * The folder whose history is meant, as `serve` would choose: what was named, else DATABASE_URL, else BURNGATE_DATA.
 * Throws `BackupRefused` where that is PostgreSQL, which has better tools of its own.
 */
export function historyFolder(
  data: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  postgresWay: string,
): string {
  if (data !== undefined && data !== '') return data;
  if ((env['DATABASE_URL'] ?? '') !== '')
    throw new BackupRefused(
      'postgres',
      'DATABASE_URL names a PostgreSQL, which brings its own programs for this',
      `run: ${postgresWay} (docs/backup.md has the whole way), or name a folder with --data`,
    );
  const folder = env['BURNGATE_DATA'] ?? '';
  if (folder !== '') return folder;
  throw new UsageError(
    '--data: given nothing, allowed --data <dir> or BURNGATE_DATA: the folder of "serve --data"',
  );
}
