import { existsSync } from 'node:fs';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync, backup } from 'node:sqlite';
import { SQLITE_NAME } from '../reports/store/open-store.ts';
import { BackupRefused, CORRUPT, sqliteCode, whyOf } from './backup-refused.ts';
import { firstFlaw, historyFacts, type HistoryFacts } from './history-facts.ts';
import { looksSealed, sealDatabase, type Manifest } from './seal.ts';

/**
 * All pages in one step. In several, every write of a busy service between two of them would begin the copy anew; and
 * with a write-ahead log the one step makes no writer wait.
 */
const ALL_PAGES = 2 ** 31 - 1;
const BUSY_MS = 10_000;

export interface BackUpOptions {
  /** Folder of `serve --data`. */
  readonly folder: string;
  readonly to: string;
  readonly now: number;
  readonly version: string;
}

/** Copies the history as it is at one moment, while it may be written, into a sealed file. Throws `BackupRefused`. */
export async function backUp({ folder, to, now, version }: BackUpOptions): Promise<Manifest> {
  const source = openHistory(folder);
  // In the same folder as the target, so that the rename at the end is one.
  const partial = `${to}.${String(process.pid)}.partial`;
  try {
    await refuseTarget(folder, to);
    await copy(source, partial, folder);
    const facts = examine(partial, folder);
    const manifest = await sealDatabase(partial, {
      burngate: version,
      createdAt: new Date(now).toISOString(),
      ...facts,
    });
    await rename(partial, to);
    await syncFolder(dirname(to));
    return manifest;
  } catch (error) {
    if (error instanceof BackupRefused) throw error;
    throw cannotWrite(to, error);
  } finally {
    source.close();
    for (const end of ['', '-journal', '-wal', '-shm']) await rm(`${partial}${end}`, { force: true });
  }
}

function openHistory(folder: string): DatabaseSync {
  const path = join(folder, SQLITE_NAME);
  if (!existsSync(path)) throw noHistory(`there is no ${path}`);
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    // SQLite reads nothing before it is asked something.
    db.prepare('select count(*) from sqlite_schema').get();
    return db;
  } catch (error) {
    if (CORRUPT.has(sqliteCode(error))) throw damagedHistory(folder, whyOf(error));
    throw new BackupRefused(
      'cannot-read',
      `${path} cannot be read (${whyOf(error)})`,
      'run it as the user that the service runs as',
    );
  }
}

/** A slip of the hand must cost neither the history nor somebody's file. */
async function refuseTarget(folder: string, to: string): Promise<void> {
  const [home, target] = await Promise.all([realpath(folder), realpath(dirname(to))]);
  if (home === target && basename(to).startsWith(SQLITE_NAME))
    throw new BackupRefused(
      'cannot-write',
      `${to} is where the history itself lies`,
      'give --to another name',
    );
  const isBackup = await looksSealed(to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (isBackup === false)
    throw new BackupRefused(
      'cannot-write',
      `${to} is there and no backup`,
      'only an older backup is written over: give --to another name, or move the file away',
    );
}

async function copy(source: DatabaseSync, partial: string, folder: string): Promise<void> {
  try {
    await backup(source, partial, { rate: ALL_PAGES });
  } catch (error) {
    if (CORRUPT.has(sqliteCode(error))) throw damagedHistory(folder, whyOf(error));
    throw error;
  }
}

/** A copy of a damaged history would be found out when it is needed; so it is read now. */
function examine(partial: string, folder: string): HistoryFacts {
  const db = new DatabaseSync(partial);
  try {
    // Nothing beside it is needed to read it then.
    db.exec('pragma journal_mode = delete');
    const flaw = firstFlaw(db);
    if (flaw !== null) throw damagedHistory(folder, flaw);
    const facts = historyFacts(db);
    if (facts !== null) return facts;
  } catch (error) {
    if (CORRUPT.has(sqliteCode(error))) throw damagedHistory(folder, whyOf(error));
    throw error;
  } finally {
    db.close();
  }
  throw noHistory(`${join(folder, SQLITE_NAME)} holds no history of Burngate`);
}

function noHistory(problem: string): BackupRefused {
  return new BackupRefused('no-history', problem, 'name the folder of "serve --data"');
}

function damagedHistory(folder: string, what: string): BackupRefused {
  return new BackupRefused(
    'history-damaged',
    `${join(folder, SQLITE_NAME)} is damaged: ${what}`,
    'restore the newest backup; verdicts do not need the history',
  );
}

function cannotWrite(to: string, error: unknown): BackupRefused {
  return new BackupRefused(
    'cannot-write',
    `${to} cannot be written (${whyOf(error)})`,
    'the folder must be there, writable, and have room for a copy of the history',
  );
}

/** A rename outlasts power loss once the folder is on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
