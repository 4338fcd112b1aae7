import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { schemaSteps } from '../reports/store/migrations.ts';
import { BackupRefused, sqliteCode, whyOf } from './backup-refused.ts';
import { firstFlaw, historyFacts, type HistoryFacts } from './history-facts.ts';
import { readSealed, type Manifest } from './seal.ts';

/** What is in a backup that can be restored by this version. Throws `BackupRefused`. */
export async function verifyBackup(file: string): Promise<Manifest> {
  const manifest = await readSealed(file);
  const known = schemaSteps();
  const newer = manifest.schema.filter((step) => !known.includes(step));
  if (newer.length > 0)
    throw new BackupRefused(
      'newer-schema',
      `${file} was made by Burngate ${manifest.burngate} and has schema ${newer.join(', ')}; this version knows ${known.join(', ')}`,
      `restore it with Burngate ${manifest.burngate} or newer`,
    );
  const facts = factsOf(file);
  if (JSON.stringify(facts) !== JSON.stringify({ schema: manifest.schema, rows: manifest.rows }))
    throw new BackupRefused(
      'damaged',
      `${file} does not hold what its manifest says`,
      'take another backup, or copy this one again',
    );
  return manifest;
}

/** Read in place: what lies behind the database does not disturb SQLite, and nothing is written beside it. */
function factsOf(file: string): HistoryFacts | null {
  const url = pathToFileURL(resolve(file));
  url.searchParams.set('immutable', '1');
  const db = new DatabaseSync(url, { readOnly: true });
  try {
    const flaw = firstFlaw(db);
    if (flaw !== null) throw unreadable(file, flaw);
    return historyFacts(db);
  } catch (error) {
    if (sqliteCode(error) === null) throw error;
    throw unreadable(file, whyOf(error));
  } finally {
    db.close();
  }
}

function unreadable(file: string, why: string): BackupRefused {
  return new BackupRefused('damaged', `${file} is damaged: ${why}`, 'take another backup');
}
