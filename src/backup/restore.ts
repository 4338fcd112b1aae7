import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { SQLITE_NAME } from '../reports/store/open-store.ts';
import { syncFolder } from './back-up.ts';
import { BackupRefused, BUSY, sqliteCode, whyOf } from './backup-refused.ts';
import { digestOf, type Manifest } from './seal.ts';
import { verifyBackup } from './verify-backup.ts';

/** The database, and what SQLite keeps beside it; a log that was left behind would be played into another database. */
const ENDS = ['', '-wal', '-shm'] as const;
const BUSY_MS = 1000;

export interface RestoreOptions {
  readonly file: string;
  /** Folder of `serve --data`; made if it is not there. */
  readonly folder: string;
  /** A history that is there is put aside; without it, it is a reason to refuse. */
  readonly force: boolean;
  readonly now: number;
}

export interface Restored {
  readonly manifest: Manifest;
  /** The history that was there, under its new name; null: there was none. */
  readonly aside: string | null;
}

/** Brings a backup back, all of it or nothing. Throws `BackupRefused`. */
export async function restore({ file, folder, force, now }: RestoreOptions): Promise<Restored> {
  const manifest = await verifyBackup(file);
  const target = join(folder, SQLITE_NAME);
  const partial = `${target}.${String(process.pid)}.restoring`;
  try {
    await mkdir(folder, { recursive: true });
    const there = await existing(target);
    if (there.length > 0 && !force) throw exists(target);
    if (there.includes('')) release(target);
    await copyDatabase(file, partial, manifest);
    const aside = there.length > 0 ? await putAside(target, there, now) : null;
    await place(partial, target, aside !== null);
    await syncFolder(folder);
    return { manifest, aside };
  } catch (error) {
    if (error instanceof BackupRefused) throw error;
    throw new BackupRefused(
      'cannot-write',
      `${folder} cannot be written (${whyOf(error)})`,
      'the folder must be writable and have room for the history',
    );
  } finally {
    await rm(partial, { force: true });
  }
}

async function existing(target: string): Promise<(typeof ENDS)[number][]> {
  const found = await Promise.all(
    ENDS.map(async (end) => ((await stat(`${target}${end}`).catch(() => null)) === null ? [] : [end])),
  );
  return found.flat();
}

function exists(target: string): BackupRefused {
  return new BackupRefused(
    'history-exists',
    `${target} is a history`,
    'restore into another folder, or with --force, which puts that history aside',
  );
}

/** Brings the log into the file; SQLite allows that only where nobody else has it open. */
function release(target: string): void {
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(target, { timeout: BUSY_MS });
    db.exec('pragma journal_mode = delete');
  } catch (error) {
    if (BUSY.has(sqliteCode(error)))
      throw new BackupRefused(
        'history-in-use',
        `${target} is in use`,
        'stop the service that writes it first; canaries wait meanwhile, and lose nothing',
      );
    // A damaged one is what people restore for: it is put aside as it is.
  } finally {
    db?.close();
  }
}

async function copyDatabase(file: string, partial: string, { bytes, sha256 }: Manifest): Promise<void> {
  await pipeline(createReadStream(file, { end: bytes - 1 }), createWriteStream(partial, { mode: 0o600 }));
  const handle = await open(partial, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  if ((await digestOf(partial, bytes)) !== sha256)
    throw new BackupRefused('damaged', `${file} changed while it was read`, 'try again');
}

async function putAside(target: string, ends: readonly string[], now: number): Promise<string> {
  const aside = `${target}.before-${new Date(now).toISOString().replaceAll(/[-:.]/g, '')}`;
  // A log that could not be brought in goes first: at no moment does it lie beside the new database.
  for (const end of ENDS.slice(1)) await rename(`${target}${end}`, `${aside}${end}`).catch(ignoreAbsent);
  // Two names for the moment, so that the next rename replaces one history by the other.
  if (ends.includes(''))
    await link(target, aside).catch(async (error: unknown) => withoutLinks(error, target, aside));
  return aside;
}

/** Some file systems know no second name; then there is a moment without a history. */
async function withoutLinks(error: unknown, from: string, to: string): Promise<void> {
  if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
  await rename(from, to);
}

function ignoreAbsent(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

async function place(partial: string, target: string, isReplacing: boolean): Promise<void> {
  if (isReplacing) {
    await rename(partial, target);
    return;
  }
  try {
    // Unlike a rename, a link fails where a service has made a history in the meantime.
    await link(partial, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw exists(target);
    await withoutLinks(error, partial, target);
  }
}
